//! Bad input of every kind: a clear error, the right exit code, and everything else still verified.

mod documents;

use serde_json::json;

use crate::foreign::{Foreign, elsewhere, endless, greeter, start};
use crate::scene::{Scene, get, greetings, pact, provider};

fn hello() -> serde_json::Value {
    get("a greeting", "/greetings/Ada", &json!({ "greeting": "hello Ada" }))
}

/// A scene with a pact for the provider `greeter` at `url`, and further lines of its description.
fn greeter_at(url: &str, lines: &str) -> Scene {
    let scene = Scene::new();
    scene.pact("web", "greeter", &[hello()]);
    scene.write("countersign.toml", &provider("greeter", &format!("url = {url:?}\n{lines}")));
    scene
}

#[test]
fn a_missing_configuration() {
    Scene::new()
        .run(&["check"])
        .ended_with(2)
        .says("cannot read countersign.toml")
        .says("hint: `countersign init` writes a commented one");
}

#[test]
fn a_configuration_that_is_wrong() {
    let scene = Scene::new();
    scene.write("countersign.toml", "[[provider]]\nname = \"a\"\nurl = \"http://a\"\nstates = 7\n");
    scene.run(&["check"]).ended_with(2).says("countersign.toml:4:10: invalid type: integer `7`");
}

#[test]
fn a_flag_that_is_wrong() {
    let scene = Scene::new();
    scene
        .run(&["check", "--provder", "a"])
        .ended_with(2)
        .says("unexpected argument '--provder'")
        .says("Usage:");
    let verify = ["verify", "--provider", "a", "--header", "no colon"];
    scene.run(&verify).ended_with(2).says("it has to be written as \"Name: value\"");
}

#[test]
fn a_folder_without_pacts() {
    let scene = Scene::new();
    scene.write("countersign.toml", &provider("greeter", "url = \"http://127.0.0.1:9\""));
    scene.run(&["check"]).ended_with(2).says("failed to list the pacts in pacts");
    std::fs::create_dir(scene.path("pacts")).unwrap();
    scene.run(&["check"]).ended_with(2).says("no pact binds the provider \"greeter\"");
}

#[test]
fn nothing_to_verify_is_not_kept() {
    let scene = Scene::new();
    std::fs::create_dir(scene.path("pacts")).unwrap();
    scene.write("countersign.toml", "");
    scene.run(&["check"]).ended_with(2).says("there was nothing to verify");
}

#[test]
fn a_pact_that_is_missing_or_malformed() {
    let service = Foreign::serve(greeter());
    let scene = greeter_at(&service.url, "");
    let verify = ["verify", "--provider", "greeter", "--pact", "pacts/nobody.json"];
    scene.run(&verify).ended_with(2).says("failed to load the pact pacts/nobody.json");
    scene.write("pacts/torn.json", "{\"consumer\": {");
    let told = scene.run(&["check"]);
    // The other pact is verified all the same.
    told.ended_with(2).says("failed to load the pact pacts/torn.json").says("1 interaction: 1 kept");
}

#[test]
fn a_pact_of_a_specification_that_nobody_knows() {
    let service = Foreign::serve(greeter());
    let scene = greeter_at(&service.url, "");
    let mut future = pact("web", "greeter", &[hello()]);
    future["metadata"]["pactSpecification"]["version"] = json!("9.0");
    scene.write("pacts/future.json", &future.to_string());
    scene.run(&["check"]).ended_with(2).says("pacts/future.json").says("9.0");
}

#[test]
fn a_pact_whose_name_tries_to_leave_the_folder() {
    let service = Foreign::serve(greeter());
    let scene = greeter_at(&service.url, "");
    scene.write("pacts/away.json", &pact("../../away", "greeter", &[hello()]).to_string());
    scene
        .run(&["check"])
        .ended_with(2)
        .says("failed to load the pact pacts/away.json")
        .says("leave the folder");
    scene
        .run(&["verify", "--provider", "../a", "--url", &service.url, "--pact", "pacts/web-greeter.json"])
        .ended_with(2)
        .says("leave the folder");
}

#[test]
fn a_pact_without_interactions() {
    let service = Foreign::serve(greeter());
    let scene = greeter_at(&service.url, "");
    scene.pact("empty", "greeter", &[]);
    scene.run(&["check"]).ended_with(2).says("failed to verify empty-greeter");
}

#[test]
fn a_provider_that_nobody_knows() {
    let service = Foreign::serve(greeter());
    let scene = greeter_at(&service.url, "");
    scene
        .run(&["check", "--provider", "greter"])
        .ended_with(2)
        .says("countersign.toml describes no provider \"greter\"")
        .says("hint: it describes \"greeter\"");
    scene.pact("web", "stranger", &[hello()]);
    scene
        .run(&["check"])
        .ended_with(2)
        .says("binds the provider \"stranger\", which countersign.toml does not");
    scene.run(&["check", "--provider", "greeter"]).ended_with(0);
    let mismatched = ["verify", "--provider", "greeter", "--pact", "pacts/web-stranger.json"];
    scene.run(&mismatched).ended_with(2).says("binds the provider \"stranger\" and not \"greeter\"");
}

#[test]
fn a_provider_that_cannot_be_started() {
    let scene = Scene::new();
    scene.pact("web", "greeter", &[hello()]);
    scene.write("countersign.toml", &provider("greeter", "start = [\"./no-such-program\", \"${port}\"]"));
    scene
        .run(&["check"])
        .ended_with(2)
        .says("failed to start greeter: `./no-such-program ${port}` was to start it, but it ended with exit status 127")
        .says("cannot start ./no-such-program: ")
        .says("1 interaction: 1 unknown");
}

#[test]
fn a_provider_that_cannot_be_built() {
    let scene = Scene::new();
    scene.pact("web", "greeter", &[hello()]);
    let lines =
        "build = [\"sh\", \"-c\", \"echo semicolon expected; exit 4\"]\nstart = [\"true\", \"${port}\"]";
    scene.write("countersign.toml", &provider("greeter", lines));
    scene
        .run(&["check"])
        .ended_with(2)
        .says("failed to build it: it ended with exit status 4")
        .says("semicolon expected");
}

#[test]
fn one_provider_that_fails_leaves_the_others_verified() {
    let service = Foreign::serve(greeter());
    let scene = greeter_at(&service.url, "");
    let both = format!(
        "{}{}",
        provider("broken", "start = [\"false\"]\naddress = 'on (http\\S+)'"),
        provider("greeter", &format!("url = {:?}", service.url))
    );
    scene.write("countersign.toml", &both);
    scene.pact("web", "broken", &[hello()]);
    let (report, told) = scene.json(&["check"]);
    told.ended_with(2);
    assert_eq!(report["summary"]["kept"], 1, "{report:#}");
    assert_eq!(report["summary"]["unknown"], 1, "{report:#}");
    assert_eq!(report["errors"][0]["id"], "provider.not-started", "{report:#}");
}

#[test]
fn a_provider_that_dies_in_the_middle() {
    let scene = Scene::new();
    let env = "env = { FOREIGN = \"mortal\", FOREIGN_LISTEN = \"127.0.0.1:0\", KEY = \"${env:KEY}\" }";
    let lines = format!("{}\naddress = 'listening on (http://\\S+)'\n{env}", start());
    scene.write("countersign.toml", &provider("greeter", &lines));
    let last = get("the last request", "/last", &json!({}));
    let after = get("one more", "/greetings/Bob", &json!({ "greeting": "hello Bob" }));
    scene.pact("web", "greeter", &[hello(), last, after]);
    let mut command = scene.command(&["check"]);
    let told = crate::scene::Told::from(command.env("KEY", "hunter2hunter2").output().unwrap());
    told.ended_with(2)
        .says("greeter did not last: it ended with exit status 3 while its pacts were replayed")
        .says("the database is on fire, key [secret]")
        .says("no answer")
        .does_not_say("hunter2hunter2");
}

#[test]
fn a_provider_that_hangs() {
    let (service, _requests) = Foreign::hanging();
    let scene = greeter_at(&service.url, "request_timeout = \"100ms\"");
    let (report, told) = scene.json(&["check"]);
    told.ended_with(2);
    assert_eq!(report["errors"][0]["id"], "provider.no-answer", "{report:#}");
    let scene = greeter_at(&service.url, "run_timeout = \"100ms\"");
    scene.run(&["check"]).ended_with(2).says("1 interaction: 1 unknown");
}

#[test]
fn a_provider_that_never_ends_its_answer() {
    let service = Foreign::serve(endless(10 * 1024 * 1024));
    greeter_at(&service.url, "")
        .run(&["check"])
        .ended_with(2)
        .says("no answer")
        .says("1 interaction: 1 unknown");
}

#[test]
fn a_provider_that_closes_early() {
    let service = Foreign::closing();
    greeter_at(&service.url, "")
        .run(&["check"])
        .ended_with(2)
        .says("no answer")
        .says("1 interaction: 1 unknown");
}

#[test]
fn a_provider_that_is_not_there() {
    let gone = Foreign::closing().url.clone();
    greeter_at(&gone, "").run(&["check"]).ended_with(2).says("no answer");
    let lines = "ready = \"/health\"\nready_timeout = \"100ms\"";
    greeter_at(&gone, lines).run(&["check"]).ended_with(2).says("within 100ms").says("/health");
}

#[test]
fn a_provider_that_redirects_is_not_followed() {
    let greeter = Foreign::serve(greeter());
    let service = Foreign::serve(elsewhere(&format!("{}/greetings/Ada", greeter.url)));
    let (report, told) = greeter_at(&service.url, "").json(&["check"]);
    told.ended_with(1);
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.iter().any(|it| it["id"] == "pact.response.status"), "{report:#}");
    assert_eq!(report["contracts"][0]["results"][0]["status"], 307);
}

#[test]
fn a_document_that_cannot_be_used() {
    let service = Foreign::serve(greeter());
    let scene = greeter_at(&service.url, "document = \"greeter.json\"");
    scene.run(&["check"]).ended_with(2).says("failed to load the document greeter.json");
    scene.write("greeter.json", &greetings(&json!({ "$ref": "#/components/schemas/Nowhere" })));
    scene.run(&["check"]).ended_with(2).says("failed to load the document greeter.json").says("Nowhere");
}

#[test]
fn a_state_that_nobody_sets_up() {
    let service = Foreign::serve(greeter());
    let scene = greeter_at(&service.url, "states = \"/states\"");
    let mut stated = hello();
    stated["providerStates"] = json!([{ "name": "Ada is here" }]);
    scene.pact("web", "greeter", &[stated]);
    let (report, told) = scene.json(&["check"]);
    told.ended_with(2);
    assert_eq!(report["errors"][0]["id"], "pact.state.failed", "{report:#}");
}

#[test]
fn hostile_text_cannot_drive_the_terminal() {
    let service = Foreign::serve(greeter());
    let scene = greeter_at(&service.url, "");
    let wipe = get("wipe\u{1b}[2J the screen", "/greetings/Ada", &json!({ "greeting": 7 }));
    scene.pact("web", "greeter", &[wipe]);
    scene.run(&["check"]).ended_with(1).says("wipe\\u{1b}[2J the screen").does_not_say("\u{1b}");
}
