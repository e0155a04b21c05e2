//! The binary: one line when it is ready, refusals before it listens, a graceful end.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::harness::{API, PASSWORD, USER};

fn cablecast(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cablecast"));
    command.args(arguments).env_remove("CABLECAST_PASSWORD").env_remove("RUST_LOG");
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// The base URL that the process says it listens on, and its further output.
async fn ready(child: &mut Child) -> (String, tokio::io::Lines<BufReader<tokio::process::ChildStdout>>) {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().expect("it says where it listens");
    (line.strip_prefix("listening on ").expect("in the agreed words").to_owned(), lines)
}

/// The status and the standard error of a process that must end by itself.
async fn refused(mut command: Command) -> (Option<i32>, String) {
    let output = command.output().await.unwrap();
    assert!(output.stdout.is_empty(), "it never listened");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn it_says_where_it_listens_and_ends_at_sigterm() {
    let mut child = cablecast(&["--listen", "127.0.0.1:0"]).spawn().unwrap();
    let (url, mut lines) = ready(&mut child).await;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(std::time::Duration::from_mins(1)).build().unwrap();
    let read = client.get(format!("{url}{API}/shows/4127")).send().await.unwrap();
    assert_eq!(read.status(), 200);
    let write =
        client.post(format!("{url}{API}/shows")).basic_auth("admin", Some("admin")).send().await.unwrap();
    assert_eq!(write.status(), 401);
    drop(client);
    terminate(&child).await;
    assert!(child.wait().await.unwrap().success());
    assert_eq!(lines.next_line().await.unwrap(), None, "one line is all it prints");
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).await.unwrap();
    assert!(stderr.contains("every write is answered with 401"), "{stderr}");
}

#[tokio::test]
async fn its_user_has_the_password_of_the_environment() {
    let mut command = cablecast(&["--user", USER]);
    let mut child = command.env("CABLECAST_PASSWORD", PASSWORD).spawn().unwrap();
    let (url, _) = ready(&mut child).await;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(std::time::Duration::from_mins(1)).build().unwrap();
    let read =
        client.get(format!("{url}{API}/filestores")).basic_auth(USER, Some(PASSWORD)).send().await.unwrap();
    assert_eq!(read.status(), 200);
}

#[tokio::test]
async fn a_user_without_a_password_is_refused() {
    let (status, stderr) = refused(cablecast(&["--user", USER])).await;
    assert!((status, stderr.contains("CABLECAST_PASSWORD")) == (Some(2), true), "{stderr}");
}

#[tokio::test]
async fn provider_states_are_for_loopback_addresses() {
    let (status, stderr) = refused(cablecast(&["--provider-states", "--listen", "0.0.0.0:0"])).await;
    assert!((status, stderr.contains("loopback")) == (Some(2), true), "{stderr}");
    let mut child = cablecast(&["--provider-states", "--listen", "127.0.0.1:0"]).spawn().unwrap();
    assert!(ready(&mut child).await.0.starts_with("http://127.0.0.1:"));
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (status, stderr) = refused(cablecast(&["--listen", &address])).await;
    assert!((status, stderr.contains(&address)) == (Some(2), true), "{stderr}");
}

async fn terminate(child: &Child) {
    let id = child.id().expect("it still runs").to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
}
