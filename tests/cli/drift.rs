//! `countersign drift` on somebody else's service: what was released, what the repository says, and what runs.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::mpsc;

use axum::routing::{get, post};
use axum::{Json, Router};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::foreign::{Foreign, greeter};
use crate::scene::{Scene, Told, get as interaction, greetings, provider};

/// What the greeting has to be, and what else may be said.
fn schema(further: &Value) -> Value {
    let mut properties = json!({ "greeting": { "type": "string" } });
    properties.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
    json!({ "type": "object", "required": ["greeting"], "properties": properties })
}

/// A provider whose document is current, a pact that reads its greeting, and what was released before.
fn scene(current: &Value, released: &Value) -> Scene {
    let scene = Scene::new();
    let lines =
        "document = \"openapi/greeter.yaml\"\nurl = \"${env:GREETER}\"\npublishes = \"/openapi.json\"";
    scene.write("countersign.toml", &provider("greeter", lines));
    scene.write("openapi/greeter.yaml", &greetings(current));
    scene.write("openapi/released/greeter-1.0.0.yaml", &greetings(released));
    scene.pact(
        "ui",
        "greeter",
        &[interaction("a greeting", "/greetings/world", &json!({ "greeting": "hello" }))],
    );
    scene
}

/// A greeter that publishes this document of itself.
fn publishing(document: String) -> Foreign {
    let own = move || async move { Json(serde_json::from_str::<Value>(&document).unwrap()) };
    Foreign::serve(greeter().route("/openapi.json", get(own)))
}

fn drift(scene: &Scene, service: &Foreign, further: &[&str]) -> (Value, Told) {
    let arguments = [&["drift", "--format", "json"], further].concat();
    let told = Told::from(scene.command(&arguments).env("GREETER", &service.url).output().unwrap());
    let report = serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error}: {told:?}"));
    (report, told)
}

/// The findings, by their ids.
fn ids(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|finding| finding["id"].as_str().unwrap()).collect()
}

#[test]
fn three_documents_that_say_the_same_have_not_drifted() {
    let (scene, same) = (scene(&schema(&json!({})), &schema(&json!({}))), greetings(&schema(&json!({}))));
    let (report, told) = drift(&scene, &publishing(same), &[]);
    told.ended_with(0);
    let standings: Vec<&str> =
        report["documents"].as_array().unwrap().iter().map(|it| it["standing"].as_str().unwrap()).collect();
    assert_eq!((ids(&report).len(), standings), (0, vec!["released", "current", "served"]));
}

#[test]
fn nobody_has_to_know_the_way_of_messages_where_nothing_is_written() {
    let scene = scene(&schema(&json!({})), &schema(&json!({})));
    let config = std::fs::read_to_string(scene.path("countersign.toml")).unwrap();
    let queue = "needs = [\"redis\"]\ncelery = { redis = \"${service:redis}\", queues = [\"celery\"] }\n";
    let redis =
        "[[service]]\nname = \"redis\"\nstart = [\"no-such-program\"]\nurl = \"redis://127.0.0.1:9/0\"\n";
    scene.write("countersign.toml", &format!("{config}{queue}{redis}"));
    let service = publishing(greetings(&schema(&json!({}))));
    drift(&scene, &service, &[]).1.ended_with(0);
    // What is written to has to be known.
    drift(&scene, &service, &["--write"]).1.ended_with(2).says("${service:redis} is not known");
}

#[test]
fn a_change_names_who_reads_what_is_gone_and_what_nobody_reads() {
    let released = schema(&json!({ "mood": { "type": "string" } }));
    let current = json!({ "type": "object", "properties": {} });
    let scene = scene(&current, &released);
    let served = publishing(greetings(&current));
    let (report, told) = drift(&scene, &served, &[]);
    told.ended_with(1);
    let of = |id: &str| {
        let findings = report["findings"].as_array().unwrap();
        findings.iter().find(|it| it["id"] == id).unwrap_or_else(|| panic!("{id}: {report:#}"))
    };
    let gone = of("response-required-property-removed");
    assert_eq!((&gone["between"], &gone["severity"]), (&json!("released-and-current"), &json!("error")));
    let hurt = &gone["affects"][0];
    assert_eq!(
        (&hurt["consumer"], &hurt["interaction"], &hurt["pointer"], &hurt["reliance"]),
        (&json!("ui"), &json!("a greeting"), &json!("/greeting"), &json!("reads"))
    );
    assert_eq!(of("response-optional-property-removed")["affects"], json!([]), "nobody reads the mood");
    let text = Told::from(scene.command(&["drift"]).env("GREETER", &served.url).output().unwrap());
    text.says("breaking for ui-greeter: \"a greeting\" reads /greeting")
        .says("relied on by no known consumer");
}

#[test]
fn what_runs_is_held_against_what_the_repository_says() {
    let current = schema(&json!({ "mood": { "type": "string" } }));
    let scene = scene(&current, &current);
    let behind = publishing(greetings(&schema(&json!({}))));
    let (report, told) = drift(&scene, &behind, &[]);
    let lacking = &report["findings"][0];
    assert_eq!(lacking["between"], "current-and-served", "{told:?} {report:#}");
    assert!(lacking["document"]["file"].as_str().unwrap().ends_with("/openapi.json"), "{report:#}");
    // What it answers is looked at, too: the greeting is a text, and no number.
    let current = json!({ "type": "object", "properties": { "greeting": { "type": "number" } } });
    scene.write("openapi/greeter.yaml", &greetings(&current));
    scene.write("openapi/released/greeter-1.0.0.yaml", &greetings(&current));
    let (report, told) = drift(&scene, &publishing(greetings(&current)), &[]);
    told.ended_with(1);
    assert_eq!(ids(&report), ["response.body.incompatible"], "{report:#}");
    assert_eq!(report["findings"][0]["between"], "document-and-provider");
}

#[test]
fn a_running_service_is_not_written_to() {
    let (sender, heard) = mpsc::channel();
    let count = move |method: &'static str| {
        let sender = sender.clone();
        move || {
            let _ = sender.send(method);
            async { Json(json!({ "greeting": "x" })) }
        }
    };
    let all = get(count("GET")).delete(count("DELETE"));
    let router = Router::new().route("/greetings/{name}", all).route("/states", post(count("STATE")));
    let service = Foreign::serve(router);
    let scene = scene(&schema(&json!({})), &schema(&json!({})));
    scene.write(
        "countersign.toml",
        &provider(
            "greeter",
            "document = \"openapi/greeter.yaml\"\nurl = \"${env:GREETER}\"\nstates = \"/states\"",
        ),
    );
    let mut deletion = interaction("a deletion", "/greetings/world", &json!({}));
    deletion["request"]["method"] = json!("DELETE");
    deletion["providerStates"] = json!([{ "name": "somebody is there" }]);
    scene.pact(
        "ui",
        "greeter",
        &[interaction("a greeting", "/greetings/world", &json!({ "greeting": "x" })), deletion],
    );
    drift(&scene, &service, &[]).1.ended_with(0);
    assert_eq!(heard.try_iter().collect::<Vec<_>>(), ["GET"]);
    drift(&scene, &service, &["--write"]);
    let written: Vec<&str> = heard.try_iter().collect();
    assert!(written.contains(&"DELETE") && written.contains(&"STATE"), "{written:?}");
}

#[test]
fn what_cannot_be_told_is_not_kept() {
    let scene = scene(&schema(&json!({})), &schema(&json!({})));
    let gone = Foreign::serve(greeter());
    let (report, told) = drift(&scene, &gone, &[]);
    told.ended_with(2);
    assert_eq!(report["errors"][0]["id"], "served.document-missing", "{report:#}");
    let garbage = Foreign::serve(greeter().route("/openapi.json", get(|| async { "<html>" })));
    let (report, told) = drift(&scene, &garbage, &[]);
    told.ended_with(2);
    assert_eq!(report["errors"][0]["id"], "served.document-unreadable", "{report:#}");
    let nobody = ["drift", "--served", "http://127.0.0.1:1"];
    scene.run(&nobody).ended_with(2).says("it takes no connection").says("no answer");
    scene.run(&["drift", "--served", "other=http://a"]).ended_with(2).says("no provider \"other\"");
    scene.run(&["drift", "--base", "git:"]).ended_with(2).says("failed to read --base");
    scene
        .run(&["drift", "--base", "missing.yaml", "--served", "http://127.0.0.1:1"])
        .ended_with(2)
        .says("missing.yaml");
}

#[test]
fn a_revision_of_git_is_a_base() {
    let scene = scene(&schema(&json!({ "mood": { "type": "string" } })), &schema(&json!({})));
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
        let mut git = Command::new("git");
        git.args(identity).args(arguments).current_dir(scene.path(".")).stdout(Stdio::null());
        assert!(git.status().unwrap().success(), "{arguments:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "openapi", "pacts"]);
    git(&["commit", "--quiet", "--message", "first"]);
    scene.write("openapi/greeter.yaml", &greetings(&schema(&json!({}))));
    let service = publishing(greetings(&schema(&json!({}))));
    let (report, _) = drift(&scene, &service, &["--base", "git:HEAD"]);
    assert_eq!(ids(&report), ["response-optional-property-removed"], "{report:#}");
    let base = report["findings"][0]["base"]["file"].as_str().unwrap();
    assert!(base.starts_with("git:HEAD:") && base.ends_with("openapi/greeter.yaml"), "{base}");
    let (report, told) = drift(&scene, &service, &["--base", "git:nowhere"]);
    told.ended_with(2);
    assert!(
        report["errors"][0]["message"].as_str().unwrap().contains("no revision \"nowhere\""),
        "{report:#}"
    );
}

#[test]
fn what_is_known_does_not_count_until_it_is_gone() {
    let scene = scene(&json!({ "type": "object", "properties": {} }), &schema(&json!({})));
    let service = publishing(greetings(&json!({ "type": "object", "properties": {} })));
    let baseline = ["--baseline", "known.json"];
    drift(&scene, &service, &["--baseline", "known.json", "--update-baseline"]).1.ended_with(0);
    let (report, told) = drift(&scene, &service, &baseline);
    told.ended_with(0);
    let findings = report["findings"].as_array().unwrap();
    let known_by = findings.iter().find(|it| it["severity"] == "error").map(|it| &it["accepted"]["by"]);
    assert_eq!(known_by, Some(&json!("known.json")), "{report:#}");
    scene.write(
        "openapi/released/greeter-1.0.0.yaml",
        &greetings(&json!({ "type": "object", "properties": {} })),
    );
    drift(&scene, &service, &baseline).1.ended_with(0).says("of the baseline no longer occur");
    let missing = Told::from(
        scene.command(&["drift", "--baseline", "none.json"]).env("GREETER", "http://a").output().unwrap(),
    );
    missing.ended_with(2).says("--update-baseline");
}

#[test]
fn types_that_say_something_else_than_the_document_are_told() {
    let scene = scene(&json!({ "$ref": "#/components/schemas/Greeting" }), &schema(&json!({})));
    let mut document: Value =
        serde_json::from_str(&greetings(&json!({ "$ref": "#/components/schemas/Greeting" }))).unwrap();
    document["components"] = json!({ "schemas": { "Greeting": schema(&json!({})) } });
    scene.write("openapi/greeter.yaml", &document.to_string());
    let service = publishing(document.to_string());
    let types = |greeting: &Value| json!({ "$defs": { "Greeting": greeting, "Inner": true } }).to_string();
    scene.write("types.json", &types(&schema(&json!({}))));
    drift(&scene, &service, &["--types", "types.json"]).1.ended_with(0);
    scene.write(
        "types.json",
        &types(&json!({ "type": "object", "properties": { "greeting": { "type": ["string", "null"] } } })),
    );
    let (report, told) = drift(&scene, &service, &["--types", "types.json"]);
    told.ended_with(1);
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("the type Greeting in types.json is not what"), "{report:#}");
    scene.write("types.json", "{}");
    drift(&scene, &service, &["--types", "types.json"]).1.ended_with(2);
}

#[test]
fn people_are_told_once_and_a_dead_target_turns_no_verdict() {
    let (sender, heard) = mpsc::channel();
    let hear = move |Json(body): Json<Value>| {
        let _ = sender.send(body);
        async {}
    };
    let target = Foreign::serve(Router::new().route("/hook", post(hear)));
    let scene = scene(&json!({ "type": "object", "properties": {} }), &schema(&json!({})));
    let service = publishing(greetings(&json!({ "type": "object", "properties": {} })));
    let alert = "[[alert]]\nname = \"studio\"\nto = \"webhook\"\nurl = \"${env:HOOK}\"\nattempts = 1\n";
    let lines = "document = \"openapi/greeter.yaml\"\nurl = \"${env:GREETER}\"";
    scene.write("countersign.toml", &[provider("greeter", lines), alert.to_owned()].concat());
    let run = |hook: &str, further: &[&str]| {
        let mut command = scene.command(&[&["drift"], further].concat());
        Told::from(command.env("GREETER", &service.url).env("HOOK", hook).output().unwrap())
    };
    let dead = run("http://127.0.0.1:1/s3cret", &[]);
    dead.ended_with(1).says("the alert \"studio\" failed to be heard").does_not_say("s3cret");
    let hook = format!("{}/hook", target.url);
    run(&hook, &[]).ended_with(1).says("told studio: ");
    run(&hook, &[]).ended_with(1).does_not_say("told studio");
    let new = heard.try_iter().map(|body| body["new"].as_array().unwrap().len()).collect::<Vec<_>>();
    assert_eq!(new.len(), 1);
    scene.write(
        "openapi/released/greeter-1.0.0.yaml",
        &greetings(&json!({ "type": "object", "properties": {} })),
    );
    run("http://127.0.0.1:1/s3cret", &[]).ended_with(0);
    run("http://127.0.0.1:1/s3cret", &["--alerts-required"]).ended_with(2);
    run(&hook, &["--alerts-required"]).ended_with(0).says("resolved");
}

#[test]
fn a_watch_looks_again_when_it_is_told_to_and_shows_what_it_saw() {
    let scene = scene(&schema(&json!({})), &schema(&json!({})));
    let service = publishing(greetings(&schema(&json!({}))));
    let mut command = scene.command(&["drift", "--watch", "60m", "--listen", "127.0.0.1:0"]);
    command.env("GREETER", &service.url).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut watch = command.spawn().unwrap();
    let mut stderr = BufReader::new(watch.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    let address = line
        .split("http://")
        .nth(1)
        .and_then(|it| it.split('/').next())
        .unwrap_or_else(|| panic!("{line}"))
        .to_owned();
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let mut reports = BufReader::new(watch.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut next =
        || reports.by_ref().find(|line| line.starts_with("kept") || line.starts_with("broken")).unwrap();
    assert!(next().starts_with("kept"));
    // The report is written before it is counted.
    while !ask("/metrics").contains("countersign_drift_runs_total 1\n") {}
    assert!(ask("/health").contains("\"outcome\":\"kept\""));
    scene.write("openapi/greeter.yaml", &greetings(&json!({ "type": "object", "properties": {} })));
    let process = Pid::from_raw(i32::try_from(watch.id()).unwrap()).unwrap();
    kill_process(process, Signal::HUP).unwrap();
    assert!(next().starts_with("broken"));
    kill_process(process, Signal::TERM).unwrap();
    assert_eq!(watch.wait().unwrap().code(), Some(1), "as the last look ended");
}
