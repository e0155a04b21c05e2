//! `countersign compare`: pacts against documents, with nothing running.

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get as route;
use serde_json::{Value, json};

use crate::foreign::Foreign;
use crate::scene::{Scene, get, greetings, pact, provider};

fn schema() -> Value {
    json!({ "type": "object", "properties": { "greeting": { "type": "string" } } })
}

/// A scene with a document, and a pact that reads `member` of a greeting.
fn reading(member: &str) -> Scene {
    let scene = Scene::new();
    scene.pact("web", "greeter", &[get("a greeting", "/greetings/Ada", &json!({ member: "hello Ada" }))]);
    scene.write("greeter.json", &greetings(&schema()));
    scene
}

const WITH_FLAGS: [&str; 5] = ["compare", "--pact", "pacts/web-greeter.json", "--openapi", "greeter.json"];

#[test]
fn a_pact_that_the_document_bears_out() {
    let told = reading("greeting").run(&WITH_FLAGS);
    told.ended_with(0).says("web → greeter").says("1 interaction: 1 kept");
}

#[test]
fn what_the_document_does_not_promise_breaks_the_contract() {
    let (report, told) = reading("farewell").json(&WITH_FLAGS);
    told.ended_with(1);
    assert_eq!((&report["verb"], &report["summary"]["broken"]), (&json!("compare"), &json!(1)));
    let finding = &report["findings"][0];
    assert_eq!(finding["id"], "response.body.incompatible");
    assert_eq!(finding["between"], "document-and-pact");
    assert_eq!(finding["instance"], "/farewell");
    assert_eq!(finding["operation"], "GET /greetings/{name}");
    assert_eq!(finding["location"]["pointer"], "/interactions/0/response/body/content/farewell");
    assert_eq!(finding["location"]["line"], 1);
    assert_eq!(finding["document"]["file"], "greeter.json");
    assert!(finding["hint"].is_string());
    assert_eq!(report["rules"][0]["id"], "response.body.incompatible");
}

#[test]
fn what_may_be_counted_on_can_be_set() {
    let scene = reading("farewell");
    scene.run(&[&WITH_FLAGS[..], &["--undeclared", "allowed"]].concat()).ended_with(0);
    let open = json!({ "type": "object", "additionalProperties": true });
    scene.write("greeter.json", &greetings(&open));
    scene.run(&WITH_FLAGS).ended_with(0);
    scene.run(&[&WITH_FLAGS[..], &["--undeclared", "refused"]].concat()).ended_with(1);
}

#[test]
fn every_contract_of_the_configuration_is_held_against_its_provider_s_document() {
    let scene = reading("greeting");
    scene.pact("phone", "greeter", &[get("another", "/farewells/Ada", &json!({}))]);
    scene.pact("web", "clock", &[get("the time", "/time", &json!({}))]);
    scene.pact("web", "nobody", &[get("nothing", "/", &json!({}))]);
    let greeter = provider("greeter", "url = \"http://127.0.0.1:9\"\ndocument = \"greeter.json\"");
    let clock = provider("clock", "url = \"http://127.0.0.1:9\"");
    scene.write("countersign.toml", &format!("{greeter}{clock}"));
    let told = scene.run(&["compare"]);
    told.ended_with(1)
        .says("phone → greeter")
        .says("request.path-or-method.unknown")
        .says("binds \"clock\", of which countersign.toml names no document")
        .says("binds the provider \"nobody\", which countersign.toml does not describe");
    scene.run(&["compare", "--provider", "greeter"]).ended_with(1).does_not_say("clock");
    scene.run(&["compare", "--provider", "gretter"]).ended_with(2).says("describes no provider \"gretter\"");
}

#[test]
fn a_folder_of_pacts_is_compared_and_so_are_those_of_one_provider() {
    let scene = reading("greeting");
    scene.pact("web", "clock", &[get("the time", "/time", &json!({}))]);
    let folder = ["compare", "--pact", "pacts", "--openapi", "greeter.json"];
    scene.run(&folder).ended_with(1).says("web → clock");
    let one = [&folder[..], &["--provider", "greeter"]].concat();
    scene.run(&one).ended_with(0).says("1 contract").does_not_say("clock");
}

#[test]
fn messages_are_held_against_an_asyncapi_document() {
    let scene = Scene::new();
    let message = json!({
        "type": "Asynchronous/Messages",
        "description": "somebody came",
        "contents": { "content": { "name": 7 }, "contentType": "application/json", "encoded": false },
        "metadata": { "topic": "guests" }
    });
    let document = json!({
        "asyncapi": "3.0.0",
        "channels": { "guests": { "address": "guests", "messages": { "came": {
            "payload": { "type": "object", "properties": { "name": { "type": "string" } } }
        } } } },
        "operations": { "tell": { "action": "send", "channel": { "$ref": "#/channels/guests" } } }
    });
    scene.pact("web", "greeter", &[message]);
    scene.write("events.json", &document.to_string());
    let told = scene.run(&["compare", "--pact", "pacts", "--asyncapi", "events.json"]);
    told.ended_with(1)
        .says("message.no.match")
        .says("message.payload.incompatible")
        .says("taken is \"tell\"");
    scene.write("greeter.json", &greetings(&schema()));
    // A document of another kind says nothing of it, and that is no promise kept.
    let told = scene.run(&["compare", "--pact", "pacts", "--openapi", "greeter.json"]);
    told.ended_with(2).says("was not compared: there is no AsyncAPI document").says("name one by --asyncapi");
}

#[test]
fn a_pact_can_be_fetched() {
    let text = pact("web", "greeter", &[get("a greeting", "/greetings/Ada", &json!({ "farewell": "x" }))]);
    let (first, second) = (text.to_string(), text.to_string());
    let service = Foreign::serve(
        Router::new()
            .route("/web-greeter.json", route(|| async { first }))
            .route("/latest", route(|| async { second }))
            .route("/moved", route(|| async { (StatusCode::FOUND, [(header::LOCATION, "/latest")]) }))
            .route(
                "/away",
                route(|| async { (StatusCode::FOUND, [(header::LOCATION, "ftp://elsewhere.test/")]) }),
            )
            .route(
                "/round",
                route(|| async { (StatusCode::FOUND, [(header::LOCATION, "/round")]).into_response() }),
            ),
    );
    let scene = reading("greeting");
    let compare = |path: &str| {
        scene.run(&["compare", "--pact", &format!("{}{path}", service.url), "--openapi", "greeter.json"])
    };
    compare("/web-greeter.json?token=hunter2").ended_with(1).says("\"farewell\"").does_not_say("hunter2");
    compare("/moved").ended_with(1).says("web → greeter");
    compare("/away").ended_with(2).says("failed to fetch the pact").says("leads to another scheme");
    compare("/round").ended_with(2).says("leads on and on");
    compare("/nowhere").ended_with(2).says("it is answered 404");
    let told = scene.run(&["compare", "--pact", "ftp://h.test/a.json", "--openapi", "greeter.json"]);
    told.ended_with(2).says("fetched by http or https");
}

#[test]
fn a_long_report_comes_through_a_pipe_whole() {
    let scene = reading("greeting");
    let interactions: Vec<Value> = (0..200)
        .map(|index| get(&format!("greeting {index}"), "/greetings/Ada", &json!({ "x": 1 })))
        .collect();
    scene.pact("web", "greeter", &interactions);
    let told = scene.run(&[&WITH_FLAGS[..], &["--format", "json"]].concat());
    told.ended_with(1);
    assert!(told.stdout.len() > 65_536, "{}", told.stdout.len());
    let report: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 200);
}

#[test]
fn what_cannot_be_read_is_not_taken_for_broken() {
    let scene = reading("greeting");
    scene.write("greeter.json", "{\"openapi\": \"3.1.0\", \"paths\": []}");
    scene.run(&WITH_FLAGS).ended_with(2).says("failed to load the document greeter.json");
    scene.run(&["compare", "--openapi", "greeter.json"]).ended_with(2).says("countersign init");
    let pact = ["compare", "--pact", "pacts/gone.json", "--openapi", "greeter.json"];
    scene.run(&pact).ended_with(2).says("failed to load the pact");
    scene.write("greeter.json", &greetings(&schema()));
    scene.pact("web", "greeter", &[]);
    scene.run(&WITH_FLAGS).ended_with(2).says("holds no interactions");
    scene.write("pacts/web-greeter.json", "{\"consumer\": {\"name\": \"web\"}, \"consumer\": {}}");
    scene.run(&WITH_FLAGS).ended_with(2).says("failed to load the pact");
}
