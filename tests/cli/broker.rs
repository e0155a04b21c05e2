//! The verbs that ask a Pact Broker, with the built program at both ends: `countersign broker` serves.

mod behind;
mod documents;
mod pipeline;
mod publishing;
mod refusals;
mod serving;
mod story;
mod tls;
mod verifying;
mod waiting;

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};

use regex::Regex;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::scene::{Scene, Told, get};

/// What would tell the program under test of a build or a broker that are not the test's.
const FOREIGN: [&str; 12] = [
    "PACT_BROKER_BASE_URL",
    "PACT_BROKER_USERNAME",
    "PACT_BROKER_PASSWORD",
    "PACT_BROKER_TOKEN",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "CIRCLECI",
    "BUILDKITE",
    "TRAVIS",
    "TF_BUILD",
    "BITBUCKET_BUILD_NUMBER",
    "JENKINS_URL",
];

/// A broker that serves, and the folder in which verbs ask it.
pub struct Shelf {
    pub scene: Scene,
    child: Child,
    stderr: BufReader<ChildStderr>,
    pub url: String,
}

impl Shelf {
    pub fn start() -> Self {
        Self::over(Scene::new(), &[])
    }

    /// Over the database that may stand in a scene already.
    #[expect(clippy::zombie_processes, reason = "it is waited for when it is dropped")]
    pub fn over(scene: Scene, flags: &[&str]) -> Self {
        let own = ["broker", "--listen", "127.0.0.1:0", "--database", "shelf.db"];
        let mut command = scene.command(&[&own[..], flags].concat());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let pattern = Regex::new(r"listening on (http://\S+)").unwrap();
        let mut said = String::new();
        loop {
            let before = said.len();
            assert_ne!(stderr.read_line(&mut said).unwrap(), 0, "it ended: {said}");
            if let Some(found) = pattern.captures(&said[before..]) {
                let url = found[1].to_owned();
                return Self { scene, child, stderr, url };
            }
        }
    }

    /// A verb, ready to ask this broker.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.scene.command(arguments);
        for name in FOREIGN {
            command.env_remove(name);
        }
        command.env("PACT_BROKER_BASE_URL", &self.url);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Told {
        Told::from(self.command(arguments).output().unwrap())
    }

    /// Publishes that `web` reads a greeting of this type, as its version.
    pub fn publish(&self, version: &str, greeting: &serde_json::Value) {
        let interaction = get("a greeting", "/greetings/Ada", &json!({ "greeting": greeting }));
        self.scene.pact("web", "greeter", &[interaction]);
        self.run(&["publish", "pacts", "--version", version, "--branch", "main"]).ended_with(0);
    }

    /// Verifies what `greeter` at this address has to keep, and publishes it as its version.
    pub fn verify(&self, service: &str, version: &str, more: &[&str]) -> Told {
        let own = ["verify", "--provider", "greeter", "--url", service, "--publish"];
        let build = ["--provider-version", version, "--provider-branch", "main"];
        self.run(&[&own[..], &build, more].concat())
    }

    pub fn can_i_deploy(&self, pacticipant: &str, version: &str) -> Told {
        let who = ["can-i-deploy", "--pacticipant", pacticipant, "--version", version];
        self.run(&[&who[..], &["--to-environment", "live"]].concat())
    }

    pub fn deploy(&self, pacticipant: &str, version: &str) {
        let who = ["record-deployment", "--pacticipant", pacticipant, "--version", version];
        self.run(&[&who[..], &["--environment", "live"]].concat()).ended_with(0).says("is deployed to live");
    }

    /// Asks it to end, and gives its exit code and the scene.
    pub fn end(mut self) -> (Option<i32>, Scene) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        let mut rest = String::new();
        while self.stderr.read_line(&mut rest).unwrap() > 0 {}
        let code = self.child.wait().unwrap().code();
        (code, std::mem::replace(&mut self.scene, Scene::new()))
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
