//! The program: its first words, its flags, its end.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::archivist::client;

/// A running program, killed where a test does not end it.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

pub fn program(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_archivist"));
    command.current_dir(folder.path()).args(arguments).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["ARCHIVIST_ADMIN_PASSWORD", "CABLECAST_URL", "DATABASE_URL", "RUST_LOG"] {
        command.env_remove(name);
    }
    command
}

impl Program {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://").expect(&line);
        Self { address: address.parse().unwrap(), child }
    }

    /// Asks it to end, and returns what it said on stderr.
    pub fn end(mut self, signal: Signal) -> String {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
        assert!(self.child.wait().unwrap().success());
        let mut stderr = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        stderr
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn refused(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert!(!output.status.success());
    assert!(output.stdout.is_empty(), "a program that does not start is not ready either");
    output
}

async fn post(address: SocketAddr, path: &str, body: String) -> u16 {
    let request = client().post(format!("http://{address}{path}"));
    let request = request.header("content-type", "application/json").body(body);
    request.send().await.unwrap().status().as_u16()
}

fn login(password: &str) -> String {
    serde_json::json!({ "username": "admin", "password": password }).to_string()
}

#[tokio::test]
async fn the_first_start_shows_a_password_once() {
    let folder = TempDir::new().unwrap();
    let arguments = ["--listen", "127.0.0.1:0", "--database", "archive.db"];
    let first = Program::start(program(&folder, &arguments)).end(Signal::TERM);
    let (_, rest) = first.split_once("sign in as admin with ").expect(&first);
    let password = rest.split_whitespace().next().unwrap();

    let second = Program::start(program(&folder, &arguments));
    assert_eq!(post(second.address, "/api/auth/login", login(password)).await, 200);
    let log = second.end(Signal::INT);
    assert!(!log.contains("sign in as"), "{log}");
    assert!(!log.contains(password), "{log}");
}

#[tokio::test]
async fn a_given_password_is_not_shown() {
    let folder = TempDir::new().unwrap();
    let mut command = program(&folder, &["--listen", "127.0.0.1:0"]);
    command.env("ARCHIVIST_ADMIN_PASSWORD", "correct-horse-battery");
    command.env("DATABASE_URL", "sqlite:from-the-environment.db");
    let program = Program::start(command);
    assert_eq!(post(program.address, "/api/auth/login", login("correct-horse-battery")).await, 200);
    let log = program.end(Signal::TERM);
    assert!(!log.contains("horse"), "{log}");
    assert!(folder.path().join("from-the-environment.db").is_file());
}

#[test]
fn a_weak_password_is_refused() {
    let folder = TempDir::new().unwrap();
    let mut command = program(&folder, &["--listen", "127.0.0.1:0"]);
    command.env("ARCHIVIST_ADMIN_PASSWORD", "short");
    let said = String::from_utf8(refused(command).stderr).unwrap();
    assert!(said.contains("failed to use ARCHIVIST_ADMIN_PASSWORD: it must have at least 8"), "{said}");
    assert!(!said.contains("short"), "{said}");
}

#[test]
fn a_database_that_cannot_be_opened_is_named() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("notes.txt"), "this is no database, however long it may be").unwrap();
    for (database, reason) in [
        ("no/such/folder/archive.db", "failed to open the database"),
        ("notes.txt", "failed to open the database"),
        ("mysql://localhost/archive", "is not supported"),
    ] {
        let arguments = ["--listen", "127.0.0.1:0", "--database", database];
        let said = String::from_utf8(refused(program(&folder, &arguments)).stderr).unwrap();
        assert!(said.contains(reason), "{said}");
    }
}

#[tokio::test]
async fn without_the_flag_there_are_no_provider_states() {
    let folder = TempDir::new().unwrap();
    let body = || r#"{"action":"setup","state":""}"#.to_owned();
    let plain = Program::start(program(&folder, &["--listen", "127.0.0.1:0"]));
    assert_eq!(post(plain.address, "/_pact/provider-states", body()).await, 404);
    plain.end(Signal::TERM);

    let flagged = program(&folder, &["--listen", "127.0.0.1:0", "--provider-states"]);
    let flagged = Program::start(flagged);
    assert_eq!(post(flagged.address, "/_pact/provider-states", body()).await, 200);
    flagged.end(Signal::TERM);
}

#[test]
fn provider_states_are_not_served_to_the_network() {
    let folder = TempDir::new().unwrap();
    let arguments = ["--listen", "0.0.0.0:0", "--provider-states"];
    let said = String::from_utf8(refused(program(&folder, &arguments)).stderr).unwrap();
    assert!(said.contains("listen on a loopback address"), "{said}");
}

#[tokio::test]
async fn no_secret_is_in_the_log() {
    let folder = TempDir::new().unwrap();
    let (first, wrong, other) = ("correct-horse-battery", "wrong-horse-staple", "another-horse-paper");
    let mut command = program(&folder, &["--listen", "127.0.0.1:0"]);
    // As talkative as the service itself is.
    command.env("ARCHIVIST_ADMIN_PASSWORD", first).env("RUST_LOG", "archivist=trace,sqlx=trace,axum=trace");
    let program = Program::start(command);
    let stranger = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
    let client = client();
    for path in ["/api/auth/me", "/ws", "/api/vod/list"] {
        let url = format!("http://{}{path}?token={stranger}", program.address);
        client.get(url).bearer_auth(stranger).send().await.unwrap();
    }
    assert_eq!(post(program.address, "/api/auth/login", login(wrong)).await, 401);
    assert_eq!(post(program.address, "/api/auth/login", format!("{{{}", login(other))).await, 400);
    let url = format!("http://{}/api/auth/login", program.address);
    let request = client.post(url).header("content-type", "application/json").body(login(first));
    let session: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
    let token = session["access_token"].as_str().unwrap();
    let body = serde_json::json!({ "username": "operator", "password": other, "role": "user" });
    let url = format!("http://{}/api/admin/users", program.address);
    let request = client.post(url).bearer_auth(token).header("content-type", "application/json");
    assert_eq!(request.body(body.to_string()).send().await.unwrap().status(), 201);
    let log = program.end(Signal::TERM);
    assert!(log.contains("/api/auth/me") && log.contains("/api/admin/users"), "{log}");
    for secret in [stranger, token, first, wrong, other, "$argon2id$"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
