//! Three services that are not ours, each with a `countersign.toml` that `init` wrote and somebody
//! edited: one that runs already, one that prints its address, one that is told its port.

use std::fs;

use serde_json::json;

use crate::foreign::{Foreign, greeter, start};
use crate::scene::{Scene, get, greetings};

/// What `init` writes, with its example provider described by `lines` instead.
fn edited(scene: &Scene, name: &str, lines: &str) {
    scene.run(&["init"]).ended_with(0);
    let written = fs::read_to_string(scene.path("countersign.toml")).unwrap();
    let example = "start = [\"./my-service\", \"--port\", \"${port}\"]";
    assert!(written.contains(example), "{written}");
    let edited =
        written.replace("name = \"my-service\"", &format!("name = {name:?}")).replace(example, lines);
    scene.write("countersign.toml", &edited);
}

fn hello() -> serde_json::Value {
    get("a greeting for Ada", "/greetings/Ada", &json!({ "greeting": "hello Ada" }))
}

#[test]
fn one_that_runs_already() {
    let scene = Scene::new();
    let service = Foreign::serve(greeter());
    edited(&scene, "greeter", &format!("url = {:?}\ndocument = \"greeter.json\"", service.url));
    scene.write("greeter.json", &greetings(&json!({ "required": ["greeting"] })));
    scene.pact("web", "greeter", &[hello()]);
    let told = scene.run(&["check"]);
    told.ended_with(0);
    insta::assert_snapshot!(told.steady());
}

#[test]
fn one_that_prints_its_address() {
    let scene = Scene::new();
    let address = "address = 'listening on (http://\\S+)'";
    let env = "env = { FOREIGN = \"greeter\", FOREIGN_LISTEN = \"127.0.0.1:0\" }";
    edited(&scene, "greeter", &format!("{}\n{address}\n{env}", start()));
    scene.pact("web", "greeter", &[hello()]);
    let (report, told) = scene.json(&["check"]);
    told.ended_with(0).says("greeter is ready at http://127.0.0.1:");
    assert_eq!(report["summary"]["kept"], 1, "{report:#}");
}

#[test]
fn one_that_is_told_its_port_and_wants_a_key() {
    let scene = Scene::new();
    let lines = [
        &start(),
        "env = { FOREIGN = \"stock\", FOREIGN_LISTEN = \"127.0.0.1:${port}\", STOCK_KEY = \"${env:KEY}\" }",
        "headers = { Authorization = \"Key ${env:KEY}\" }",
        "ready = \"/health\"",
        "states = \"/states\"",
    ];
    edited(&scene, "stock", &lines.join("\n"));
    let mut seven = get("the stock of nails", "/stock", &json!({ "item": "nail", "count": 7 }));
    seven["request"]["query"] = json!({ "item": ["nail"] });
    seven["providerStates"] = json!([{ "name": "there is stock", "params": { "count": 7 } }]);
    seven["response"]["matchingRules"] = json!({});
    scene.pact("shop", "stock", &[seven]);

    let told = scene.command(&["check", "--verbose"]).env("KEY", "hunter2hunter2").output().unwrap().into();
    let told: &crate::scene::Told = &told;
    told.ended_with(0).says("the stock of nails").says("given there is stock").does_not_say("hunter2hunter2");

    let without = scene.run(&["check"]);
    without.ended_with(2).says("the environment variable KEY is not set");
}

#[test]
fn without_any_countersign_toml() {
    let scene = Scene::new();
    let service = Foreign::serve(greeter());
    scene.pact("web", "greeter", &[hello()]);
    let verify =
        ["verify", "--provider", "greeter", "--url", &service.url, "--pact", "pacts/web-greeter.json"];
    scene.run(&verify).ended_with(0).says("1 interaction: 1 kept");
    let filtered = [&verify[..], &["--filter", "Ada", "--jobs", "2", "--header", "X-Team: shop"]].concat();
    scene.run(&filtered).ended_with(0).says("1 interaction: 1 kept");
    scene.write("greeter.json", &greetings(&json!({ "required": ["language"] })));
    let judged = [&verify[..], &["--openapi", "greeter.json"]].concat();
    scene.run(&judged).ended_with(1).says("\"language\" is required");
    let mut stated = hello();
    stated["providerStates"] = json!([{ "name": "Ada is here" }]);
    scene.pact("web", "greeter", &[stated]);
    let nowhere = [&verify[..], &["--states-url", "/nowhere"]].concat();
    scene.run(&nowhere).ended_with(2).says("provider state \"Ada is here\" could not be set up");
    let nothing = [&verify[..], &["--filter", "Bob"]].concat();
    scene.run(&nothing).ended_with(2).says("no interaction matches the filter \"Bob\"");
}

#[test]
fn a_provider_that_breaks_its_document_is_told_apart() {
    let scene = Scene::new();
    let service = Foreign::serve(greeter());
    scene.write("greeter.json", &greetings(&json!({ "required": ["greeting", "language"] })));
    let mut wants_both = hello();
    wants_both["response"]["body"]["content"]["language"] = json!("en");
    scene.pact("web", "greeter", &[wants_both]);
    let config =
        format!("[[provider]]\nname = \"greeter\"\nurl = {:?}\ndocument = \"greeter.json\"\n", service.url);
    scene.write("countersign.toml", &config);

    let told = scene.run(&["check"]);
    told.ended_with(1);
    insta::assert_snapshot!(told.steady());
    let (report, _) = scene.json(&["check"]);
    assert_eq!(report["summary"]["outcome"], "broken");
    assert_eq!(report["findings"][0]["verdict"], "provider", "{report:#}");
    assert_eq!(report["findings"][0]["contract"], "web-greeter");
    assert_eq!(report["findings"][0]["location"]["file"], "pacts/web-greeter.json");
}
