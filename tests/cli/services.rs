//! What a provider needs beside itself: started before it, stopped after it, its own or shared, and told
//! when it fails.

use std::fs;

use serde_json::{Value, json};

use crate::foreign::{Foreign, greeter, start};
use crate::scene::{Scene, Told, get, provider};

/// A `[[service]]` that greets and, asked for `/last`, dies.
fn greeting_service() -> String {
    let env = "env = { FOREIGN = \"mortal\", FOREIGN_LISTEN = \"127.0.0.1:${port}\" }";
    let lines = [&start(), env, "url = \"http://127.0.0.1:${port}\"", "instead = \"GREETER_URL\""];
    format!("[[service]]\nname = \"greeter\"\n{}\n", lines.join("\n"))
}

/// A provider that answers what that service answers.
fn front(name: &str) -> String {
    let env = "{ FOREIGN = \"relay\", FOREIGN_LISTEN = \"127.0.0.1:0\", RELAY_TO = \"${service:greeter}\" }";
    let address = "address = 'listening on (http://\\S+)'";
    provider(name, &format!("{}\n{address}\njobs = 1\nneeds = [\"greeter\"]\nenv = {env}", start()))
}

fn hello() -> Value {
    get("a greeting for Ada", "/greetings/Ada", &json!({ "greeting": "hello Ada" }))
}

fn two_fronts() -> Scene {
    let scene = Scene::new();
    scene.write("countersign.toml", &[greeting_service(), front("one"), front("two")].concat());
    scene.pact("web", "one", &[hello()]);
    scene.pact("web", "two", &[hello()]);
    scene
}

#[track_caller]
fn place(told: &Told, line: &str) -> usize {
    told.stderr.find(line).unwrap_or_else(|| panic!("nowhere {line:?} in {}", told.stderr))
}

#[test]
fn every_provider_has_one_of_its_own() {
    let told = two_fronts().run(&["check"]);
    told.ended_with(0).says("2 contracts, 2 interactions: 2 kept");
    told.says("starting greeter for one").says("starting greeter for two");
    // Both are begun before either can be done.
    assert!(place(&told, "starting greeter for two") < place(&told, "replayed web-one"), "{}", told.stderr);
}

#[test]
fn one_that_runs_already_is_shared_in_turns() {
    let service = Foreign::serve(greeter());
    let scene = two_fronts();
    let told = Told::from(scene.command(&["check"]).env("GREETER_URL", &service.url).output().unwrap());
    told.ended_with(0).says("2 contracts, 2 interactions: 2 kept").does_not_say("starting greeter");
    assert!(place(&told, "replayed web-one") < place(&told, "starting two"), "{}", told.stderr);
}

#[test]
fn one_that_runs_already_keeps_its_password() {
    let scene = Scene::new();
    let service = "[[service]]\nname = \"db\"\nstart = [\"false\"]\nurl = \"db://a:1\"\ninstead = \"DB_URL\"\n\
                   ready_timeout = \"100ms\"\n";
    let needy = provider("needy", "start = [\"true\", \"${port}\"]\nneeds = [\"db\"]");
    scene.write("countersign.toml", &format!("{service}{needy}"));
    scene.pact("web", "needy", &[hello()]);
    let gone = Foreign::closing().url.replace("http://", "db://ada:hunter%332hunter2@");
    let told = Told::from(scene.command(&["check"]).env("DB_URL", &gone).output().unwrap());
    told.ended_with(2)
        .says("failed to start db for needy: no connection was taken at [secret] within 100ms")
        .does_not_say("hunter");
}

#[test]
fn it_starts_before_its_provider_and_stops_after_it() {
    let scene = Scene::new();
    let service = Foreign::serve(greeter());
    // Both say in the folder they share when they come and go.
    let process = |name: &str| {
        let trap = format!("trap 'echo {name} goes >> order; exit 0' TERM");
        let come = format!("echo {name} comes >> ${{tmp}}/order && cp ${{tmp}}/order seen-by-{name}");
        let stay = "echo ready; while :; do sleep 1000 & wait $!; done";
        format!("start = [\"sh\", \"-c\", \"{trap}; {come}; {stay}\"]\nready_line = '^ready$'\n")
    };
    let needed = |name: &str, needs: &str| {
        format!("[[service]]\nname = {name:?}\nneeds = [{needs}]\n{}url = \"a://b\"\n", process(name))
    };
    let lines = format!("{}url = {:?}\nneeds = [\"second\"]", process("greeter"), service.url);
    let config = [needed("second", "\"first\""), needed("first", ""), provider("greeter", &lines)].concat();
    scene.write("countersign.toml", &config);
    scene.pact("web", "greeter", &[hello()]);
    scene.run(&["check"]).ended_with(0);
    let read = |file: &str| fs::read_to_string(scene.path(file)).unwrap();
    assert_eq!(read("seen-by-greeter"), "first comes\nsecond comes\ngreeter comes\n");
    assert_eq!(read("order"), "greeter goes\nsecond goes\nfirst goes\n");
}

#[test]
fn a_program_that_is_not_there() {
    let scene = Scene::new();
    let service =
        "[[service]]\nname = \"redis\"\nstart = [\"no-such-server\"]\nurl = \"redis://127.0.0.1:${port}\"\n";
    let needy = provider("needy", "start = [\"true\", \"${port}\"]\nneeds = [\"redis\"]");
    scene.pact("web", "needy", &[hello()]);
    scene.write("countersign.toml", &format!("{service}{needy}"));
    scene.run(&["check"]).ended_with(2).says("hint: a program was not found: install it\n");
    scene.write("countersign.toml", &format!("{service}instead = \"NO_SUCH_URL\"\n{needy}"));
    let (report, told) = scene.json(&["check"]);
    told.ended_with(2);
    let error = &report["errors"][0];
    assert_eq!(error["id"], "service.not-started", "{report:#}");
    assert_eq!(error["provider"], "needy", "{report:#}");
    assert_eq!(
        error["message"],
        "failed to start redis for needy: `no-such-server` was to start it, but it ended with exit \
         status 127 before it was ready"
    );
    let hint = "a program was not found: install it, or set NO_SUCH_URL to the URL of one that runs already";
    assert_eq!(error["hint"], hint, "{report:#}");
}

#[test]
fn one_that_never_says_that_it_is_ready() {
    let scene = Scene::new();
    let service = "[[service]]\nname = \"slow\"\nstart = [\"sh\", \"-c\", \"echo warming up; sleep 1000\"]\n\
                   url = \"a://b\"\nready_line = '^ready'\nready_timeout = \"300ms\"\n";
    let needy = provider("needy", "start = [\"true\", \"${port}\"]\nneeds = [\"slow\"]");
    scene.write("countersign.toml", &format!("{service}{needy}"));
    scene.pact("web", "needy", &[hello()]);
    let (report, told) = scene.json(&["check"]);
    told.ended_with(2).does_not_say("starting needy\n");
    assert_eq!(report["errors"][0]["id"], "service.not-ready", "{report:#}");
    assert_eq!(
        report["errors"][0]["message"],
        "failed to start slow for needy: it printed no line that `ready_line` matches within 300ms"
    );
}

#[test]
fn one_that_dies_in_the_middle() {
    let scene = Scene::new();
    scene.write("countersign.toml", &[greeting_service(), front("front")].concat());
    scene.pact("web", "front", &[hello(), get("the last request", "/last", &json!({}))]);
    let (report, told) = scene.json(&["check"]);
    told.ended_with(1);
    assert_eq!(report["summary"]["kept"], 1, "{report:#}");
    let error = &report["errors"][0];
    assert_eq!(error["id"], "service.died", "{report:#}");
    assert_eq!(
        error["message"],
        "greeter for front did not last: it ended with exit status 3 while its pacts were replayed"
    );
    assert!(error["output"].to_string().contains("the database is on fire"), "{report:#}");
}

#[test]
fn a_provider_that_runs_already_is_given_nothing() {
    let scene = Scene::new();
    let service = Foreign::serve(greeter());
    let states = "states = \"${service:greeter}/states\"";
    scene.write(
        "countersign.toml",
        &format!("{}{}\n{states}\n", greeting_service(), front("front").trim_end()),
    );
    scene.pact("web", "front", &[hello()]);
    let verify = ["verify", "--provider", "front", "--url", &service.url];
    scene
        .run(&verify)
        .ended_with(2)
        .says("${service:greeter} is not known: nothing is started for a provider that runs already")
        .says("hint: set GREETER_URL to its URL, or give --redis or --states-url")
        .does_not_say("starting");
    scene.run(&[&verify[..], &["--states-url", "/states"]].concat()).ended_with(0).does_not_say("starting");
    let named = Told::from(scene.command(&verify).env("GREETER_URL", &service.url).output().unwrap());
    named.ended_with(0).does_not_say("starting");
}
