//! `countersign proxy`: the built program before a service, over real sockets, until it is asked to end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStderr, Stdio};

use axum::Router;
use axum::routing::get;
use regex::Regex;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use crate::foreign::{Foreign, greeter};
use crate::scene::{Scene, Told};
use crate::traffic::scene;

/// A proxy that serves.
struct Proxy {
    child: Child,
    stderr: BufReader<ChildStderr>,
    address: SocketAddr,
    /// What it said before it said where it listens.
    said: String,
}

impl Proxy {
    #[expect(
        clippy::zombie_processes,
        reason = "it is waited for where it started; else the test has failed"
    )]
    fn start(scene: &Scene, upstream: &str, flags: &[&str]) -> Self {
        let own = ["proxy", "--upstream", upstream, "--openapi", "greeter.json"];
        let mut command = scene.command(&[&own[..], flags].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let pattern = Regex::new(r"listening on http://(\S+)").unwrap();
        loop {
            let before = said.len();
            assert_ne!(stderr.read_line(&mut said).unwrap(), 0, "it ended: {said}");
            if let Some(found) = pattern.captures(&said[before..]) {
                let address = found[1].parse().unwrap();
                return Self { child, stderr, address, said };
            }
        }
    }

    fn get(&self, path: &str) -> String {
        ask(self.address, path)
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Asks for the end, waits for it, and gives all that was said.
    fn end(self) -> Told {
        self.signal(Signal::INT);
        self.ended()
    }

    fn ended(mut self) -> Told {
        let mut rest = String::new();
        self.stderr.read_to_string(&mut rest).unwrap();
        let mut told = Told::from(self.child.wait_with_output().unwrap());
        told.stderr = format!("{}{rest}", self.said);
        told
    }
}

fn ask(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = "Host: api.example.com\r\nAuthorization: Bearer hunter2hunter2\r\nCookie: session=hunter2hunter2\r\nConnection: close";
    write!(stream, "GET {path} HTTP/1.1\r\n{head}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Greets by a number where it knows the name.
fn rude() -> Router {
    Router::new()
        .route("/greetings/Bob", get(|| async { axum::Json(json!({ "greeting": 7 })) }))
        .route("/greetings/Eve", get(|| async { "hello hunter2hunter2" }))
        .merge(
            Router::new().route("/greetings/Ada", get(|| async { axum::Json(json!({ "greeting": "hi" })) })),
        )
}

#[test]
fn what_passes_is_judged_and_reported_at_the_end() {
    let (scene, service) = (scene(), Foreign::serve(rude()));
    let proxy = Proxy::start(&scene, &service.url, &[]);
    assert!(proxy.get("/greetings/Ada").ends_with("\r\n\r\n{\"greeting\":\"hi\"}"));
    assert!(proxy.get("/greetings/Bob?sig=hunter2hunter2").ends_with("{\"greeting\":7}"));
    assert!(proxy.get("/greetings/Bob").ends_with("{\"greeting\":7}"));
    assert!(proxy.get("/greetings/Eve").ends_with("hello hunter2hunter2"));
    let told = proxy.end();
    told.ended_with(1)
        .says("error: GET /greetings/{name}: ")
        .says("met in 2 exchanges, first: GET /greetings/Bob")
        .says("4 exchanges: 1 kept, 3 broken")
        .says("1 of 2 operations were asked for\n  never  /greetings/{name}  DELETE")
        .says("Ctrl-C ends it with the report")
        .does_not_say("hunter2");
}

#[test]
fn quiet_says_where_it_listens_and_no_more() {
    let (scene, service) = (scene(), Foreign::serve(rude()));
    let proxy = Proxy::start(&scene, &service.url, &["--quiet", "--format", "json"]);
    proxy.get("/greetings/Bob");
    let told = proxy.end();
    told.ended_with(1);
    assert_eq!(told.stderr.lines().count(), 1, "{}", told.stderr);
    let report: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(report["verb"], "proxy");
    assert_eq!(report["findings"][0]["id"], "response.body.incompatible");
    assert_eq!(report["findings"][0]["between"], "document-and-provider");
    assert_eq!(report["summary"]["outcome"], "broken");
}

#[test]
fn clean_traffic_is_kept_and_none_at_all_is_not() {
    let (scene, service) = (scene(), Foreign::serve(greeter()));
    let proxy = Proxy::start(&scene, &service.url, &[]);
    proxy.get("/greetings/Ada");
    proxy.end().ended_with(0).says("kept: 1 exchange: 1 kept");
    Proxy::start(&scene, &service.url, &[]).end().ended_with(2).says("no exchange was judged");
}

#[test]
fn a_service_that_is_not_there_cannot_be_kept() {
    let (scene, gone) = (scene(), Foreign::serve(greeter()));
    let url = gone.url.clone();
    drop(gone);
    let proxy = Proxy::start(&scene, &url, &[]);
    assert!(proxy.get("/greetings/Ada").starts_with("HTTP/1.1 502 "));
    proxy
        .end()
        .ended_with(2)
        .says("could not tell: 1 exchange had no answer of the service; first: failed to reach http://127.0.0.1:")
        .says("hint: start the service before its clients");
}

/// A service that answers once it is let, and tells of each request.
fn held() -> (Foreign, mpsc::UnboundedReceiver<()>, watch::Sender<bool>) {
    let (sender, asked) = mpsc::unbounded_channel();
    let (release, released) = watch::channel(false);
    let answer = move || {
        let (sender, mut released) = (sender.clone(), released.clone());
        async move {
            sender.send(()).unwrap();
            // Where the test is over, nobody waits for the answer.
            let _ = released.wait_for(|released| *released).await;
            axum::Json(json!({ "greeting": "at last" }))
        }
    };
    (Foreign::serve(Router::new().fallback(answer)), asked, release)
}

#[test]
fn what_is_under_way_comes_to_its_end_before_the_report() {
    for signal in [Signal::INT, Signal::TERM] {
        let (scene, (service, mut asked, release)) = (scene(), held());
        let proxy = Proxy::start(&scene, &service.url, &[]);
        let address = proxy.address;
        let client = std::thread::spawn(move || ask(address, "/greetings/Ada"));
        asked.blocking_recv().unwrap();
        proxy.signal(signal);
        // Nobody new is let in from then on.
        while TcpStream::connect(address).is_ok() {}
        release.send(true).unwrap();
        assert!(client.join().unwrap().ends_with("{\"greeting\":\"at last\"}"));
        proxy.ended().ended_with(0).says("1 exchange: 1 kept");
    }
}

#[test]
fn a_second_wish_cuts_what_is_under_way_and_the_report_comes_all_the_same() {
    let (scene, (service, mut asked, _release)) = (scene(), held());
    let proxy = Proxy::start(&scene, &service.url, &[]);
    let address = proxy.address;
    let client = std::thread::spawn(move || ask(address, "/greetings/Ada"));
    asked.blocking_recv().unwrap();
    proxy.signal(Signal::INT);
    while TcpStream::connect(address).is_ok() {}
    proxy.signal(Signal::INT);
    assert_eq!(client.join().unwrap(), "");
    proxy.ended().ended_with(2).says("1 not judged: the proxy was stopped before they were over");
}

#[test]
fn an_administrator_has_a_port_of_his_own() {
    let (scene, service) = (scene(), Foreign::serve(rude()));
    let proxy = Proxy::start(&scene, &service.url, &["--admin", "127.0.0.1:0"]);
    let at = Regex::new(r"metrics on http://(\S+)/metrics").unwrap();
    let admin: SocketAddr = at.captures(&proxy.said).unwrap()[1].parse().unwrap();
    assert!(ask(admin, "/health").ends_with("ok\n"));
    assert!(ask(admin, "/metrics").contains("countersign_operations 2\n"));
    proxy.end().ended_with(2);
}

#[test]
fn wrong_flags_say_what_they_take() {
    let scene = scene();
    let refused = |flags: &[&str], text: &str| {
        let own = ["proxy", "--openapi", "greeter.json"];
        scene.run(&[&own[..], flags].concat()).ended_with(2).says(text);
    };
    let upstream = ["--upstream", "http://127.0.0.1:9"];
    let with = |more: &[&'static str]| [&upstream[..], more].concat();
    refused(&[], "--upstream <URL>");
    refused(&["--upstream", "localhost:80"], "has to begin with http://");
    refused(&["--upstream", "http://h/api"], "goes on unchanged");
    refused(&with(&["--sample", "0"]), "above 0 and up to 1");
    refused(&with(&["--max-body", "1x"]), "64KiB");
    refused(&with(&["--max-head", "1KiB"]), "8192 bytes at least");
    refused(&with(&["--timeout", "soon"]), "stretch of time");
    refused(&with(&["--admin", "0.0.0.0:9"]), "of this machine alone");
    refused(&with(&["--listen", "192.0.2.1:0"]), "failed to listen on 192.0.2.1:0");
    refused(&with(&["--ca", "none.pem"]), "cannot read the certificates in none.pem");
}
