//! However `countersign` ends, nothing that it started outlives it: asked to end, killed outright,
//! or in a panic. A process is known to be gone when the pipe that it holds has no writer left.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::foreign::Foreign;
use crate::scene::{Scene, Told, get, provider};

/// A pipe with a name, which a service and everything that it starts hold open.
pub struct Alive {
    held: mpsc::Receiver<()>,
    reader: JoinHandle<()>,
}

impl Alive {
    pub fn new(scene: &Scene) -> Self {
        let path = scene.path("alive");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let (sender, held) = mpsc::channel();
        let reader = thread::spawn(move || {
            // Opening a pipe to read waits for somebody who opens it to write.
            let mut pipe = File::open(path).unwrap();
            sender.send(()).unwrap();
            pipe.read_to_end(&mut Vec::new()).unwrap();
        });
        Self { held, reader }
    }

    /// Returns once somebody holds the pipe.
    pub fn wait_until_held(&self) {
        self.held.recv().unwrap();
    }

    /// Returns once nobody holds the pipe, which somebody has to have held.
    pub fn wait_until_gone(self) {
        self.reader.join().unwrap();
    }
}

/// How a process of two, child and grandchild, is started that holds the pipe `alive`.
fn sleeper(before: &str) -> String {
    format!("start = [\"sh\", \"-c\", \"{before} exec 3>alive; echo warming up; sleep 1000 & wait\"]")
}

/// A service that does so.
fn service(before: &str) -> String {
    let lines = [&sleeper(before), "url = \"a://b\"", "ready_line = 'warming up'"];
    format!("[[service]]\nname = \"sleeper\"\n{}\n", lines.join("\n"))
}

/// A run of `countersign check` that is in the middle of a replay which never ends.
struct Middle {
    scene: Scene,
    alive: Alive,
    child: Child,
    _provided: Foreign,
}

impl Middle {
    fn reach(before: &str) -> Self {
        Self::with("", &sleeper(before))
    }

    /// The pipe is held by what the provider needs.
    fn reach_with_a_service(before: &str) -> Self {
        Self::with(&service(before), "start = [\"sh\", \"-c\", \"sleep 1000\"]\nneeds = [\"sleeper\"]")
    }

    fn with(service: &str, start: &str) -> Self {
        let scene = Scene::new();
        let alive = Alive::new(&scene);
        let (provided, mut requests) = Foreign::hanging();
        scene.pact("web", "greeter", &[get("a greeting", "/greetings/Ada", &json!({}))]);
        let lines = format!("{start}\nurl = {:?}", provided.url);
        scene.write("countersign.toml", &format!("{service}{}", provider("greeter", &lines)));
        let mut command = scene.command(&["check"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        requests.blocking_recv().expect("the replay asks the service");
        alive.wait_until_held();
        Self { scene, alive, child, _provided: provided }
    }

    fn send(self, signal: Signal) -> Told {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        let told = Told::from(self.child.wait_with_output().unwrap());
        self.alive.wait_until_gone();
        drop(self.scene);
        told
    }
}

#[test]
fn interrupted() {
    Middle::reach("")
        .send(Signal::INT)
        .ended_with(2)
        .says("interrupted; every provider that was started is stopped");
}

#[test]
fn terminated() {
    Middle::reach("").send(Signal::TERM).ended_with(2).says("interrupted");
}

#[test]
fn interrupted_while_the_service_does_not_listen() {
    Middle::reach("trap '' TERM;").send(Signal::INT).ended_with(2).says("interrupted");
}

#[test]
fn killed_outright() {
    let told = Middle::reach("").send(Signal::KILL);
    assert_eq!(told.code, None, "{told:?}");
}

#[test]
fn with_a_service() {
    Middle::reach_with_a_service("").send(Signal::INT).ended_with(2).says("interrupted");
    Middle::reach_with_a_service("trap '' TERM;").send(Signal::INT).ended_with(2).says("interrupted");
    let told = Middle::reach_with_a_service("").send(Signal::KILL);
    assert_eq!(told.code, None, "{told:?}");
}

#[test]
fn with_a_service_whose_provider_does_not_start() {
    let scene = Scene::new();
    let alive = Alive::new(&scene);
    scene.pact("web", "greeter", &[get("a greeting", "/greetings/Ada", &json!({}))]);
    let lines = "start = [\"false\", \"${port}\"]\nneeds = [\"sleeper\"]";
    scene.write("countersign.toml", &format!("{}{}", service(""), provider("greeter", lines)));
    scene.run(&["check"]).ended_with(2).says("failed to start greeter");
    alive.wait_until_gone();
}

#[test]
fn in_a_panic() {
    let scene = Scene::new();
    let alive = Alive::new(&scene);
    let argv = ["__guard", "--", "sh", "-c", "exec 3>alive; sleep 1000 & echo held; wait"];
    let mut guard = scene.command(&argv).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let leash = guard.stdin.take().unwrap();
    let mut line = String::new();
    BufReader::new(guard.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "held\n");
    // What holds the leash is unwound, as the owner of a service is in a panic.
    let panicking = thread::spawn(move || {
        let _leash = leash;
        panic!("on purpose");
    });
    assert!(panicking.join().is_err());
    alive.wait_until_gone();
    guard.wait().unwrap();
}

#[test]
fn never_ready() {
    let scene = Scene::new();
    let alive = Alive::new(&scene);
    scene.pact("web", "greeter", &[get("a greeting", "/greetings/Ada", &json!({}))]);
    let lines = format!("{}\naddress = 'on (http\\S+)'\nready_timeout = \"1s\"", sleeper(""));
    scene.write("countersign.toml", &provider("greeter", &lines));
    scene
        .run(&["check"])
        .ended_with(2)
        .says("failed to start greeter: it printed no line that `address` matches within 1s")
        .says("its last output:\n    warming up");
    alive.wait_until_gone();
}

#[test]
fn what_a_service_leaves_behind_when_it_ends_by_itself() {
    let scene = Scene::new();
    let alive = Alive::new(&scene);
    let told = Told::from(
        scene
            .command(&["__guard", "--", "sh", "-c", "exec 3>alive; sleep 1000 >&- 2>&- & exit 5"])
            // The guard is not let go of: the service ends first.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map(|mut guard| {
                let leash = guard.stdin.take();
                let output = guard.wait_with_output().unwrap();
                drop(leash);
                output
            })
            .unwrap(),
    );
    told.ended_with(5);
    alive.wait_until_gone();
}
