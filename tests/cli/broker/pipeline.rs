//! The pipelines of `examples/`, by the scripts that they run: three applications, a webhook that sets off the
//! verification, and a change that is stopped before it is deployed.

use std::path::{Path, PathBuf};
use std::process::Command;

use axum::Json;
use axum::Router;
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::Shelf;
use crate::foreign::Foreign;
use crate::scene::{Scene, Told, get as reads};

/// The whole story's places: a broker, and the CI service that its webhook calls.
struct Story {
    shelf: Shelf,
    _ci: Foreign,
    dispatched: UnboundedReceiver<Value>,
}

fn root(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

impl Story {
    fn begin() -> Self {
        let flags = ["--webhook-scheme", "http", "--webhook-private-host", "127.0.0.1"];
        let shelf = Shelf::over(Scene::new(), &flags);
        let (sender, dispatched) = unbounded_channel();
        let take = move |Json(body): Json<Value>| async move {
            // The receiver may have heard enough.
            let _ = sender.send(body);
        };
        let ci = Foreign::serve(Router::new().route("/dispatches", post(take)));
        shelf.run(&["environment", "create", "--name", "production", "--production"]).ended_with(0);
        let url = format!("{}/dispatches", ci.url);
        let body = root("examples/provider/webhook.json");
        let event = "contract_requiring_verification_published";
        let hook = ["webhook", "create", &url, "--event", event, "--body", &body.to_string_lossy()];
        shelf.run(&[&hook[..], &["--header", "Content-Type: application/json"]].concat()).ended_with(0);
        Self { shelf, _ci: ci, dispatched }
    }

    /// A step of a pipeline.
    fn step(&self, script: &str, arguments: &[&str]) -> Told {
        // The shelf's own command, for what it tells of the broker.
        let verb = self.shelf.command(&[]);
        let mut step = Command::new(root("scripts/ci").join(script));
        step.args(arguments).current_dir(self.shelf.scene.path(""));
        for (name, value) in verb.get_envs() {
            match value {
                Some(value) => step.env(name, value),
                None => step.env_remove(name),
            };
        }
        step.env("COUNTERSIGN", verb.get_program());
        Told::from(step.output().unwrap())
    }

    /// A consumer's build: its test has written one pact, which is published.
    fn build(&self, (consumer, provider): (&str, &str), version: &str, interaction: Value) {
        self.shelf.scene.pact(consumer, provider, &[interaction]);
        let pact = format!("pacts/{consumer}-{provider}.json");
        self.step("publish", &[&pact, "--version", version, "--branch", "main"]).ended_with(0);
    }

    /// What the CI service of the provider does when the webhook calls it.
    fn verify_what_is_dispatched(&mut self, provider: &str, version: &str, at: &str) -> Told {
        let dispatched = self.dispatched.blocking_recv().expect("the webhook calls");
        let of = |field: &str| dispatched["client_payload"][field].as_str().unwrap_or_default().to_owned();
        let (consumer, branch) = (of("consumer"), of("branch"));
        let more = ["--url", at, "--provider-version", version, "--provider-branch", "main"];
        self.step("verify-one", &[&[provider, &consumer, &branch][..], &more].concat())
    }

    fn deploy(&self, pacticipant: &str, version: &str) -> Told {
        self.step("deploy", &[pacticipant, version, "production", "echo", "it is out"])
    }
}

fn price_of(field: &str) -> Router {
    let field = field.to_owned();
    Router::new().route("/price", get(move || async move { Json(json!({ field: 5 })) }))
}

#[test]
fn a_breaking_change_is_stopped_before_it_is_deployed() {
    let mut story = Story::begin();
    // The ledger serves the shop, and the shop serves the web.
    let ledger =
        Foreign::serve(Router::new().route("/balance", get(|| async { Json(json!({ "balance": 7 })) })));
    let shop = Foreign::serve(price_of("price"));
    story.build(("shop", "ledger"), "s1", reads("a balance", "/balance", &json!({ "balance": 7 })));
    story.verify_what_is_dispatched("ledger", "l1", &ledger.url).ended_with(0).says("published 1 result");
    story.build(("web", "shop"), "w1", reads("a price", "/price", &json!({ "price": 5 })));
    story.deploy("web", "w1").ended_with(2).does_not_say("it is out");
    story.verify_what_is_dispatched("shop", "s1", &shop.url).ended_with(0);

    // Whoever is relied on goes first.
    story.deploy("shop", "s1").ended_with(2).does_not_say("it is out");
    for (pacticipant, version) in [("ledger", "l1"), ("shop", "s1"), ("web", "w1")] {
        story.deploy(pacticipant, version).ended_with(0).says("it is out");
    }

    // The shop renames what the web reads.
    let renamed = Foreign::serve(price_of("amount"));
    story.build(("shop", "ledger"), "s2", reads("a balance", "/balance", &json!({ "balance": 7 })));
    let build = ["shop", "--url", &renamed.url, "--provider-version", "s2", "--provider-branch", "main"];
    story.step("verify", &build).ended_with(1).says("price");
    let stopped = story.deploy("shop", "s2");
    stopped.ended_with(1).says("web").does_not_say("it is out");
    // What was there is there yet.
    story.deploy("web", "w1").ended_with(0);
}
