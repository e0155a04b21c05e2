//! Documents that refer to other hosts and to other folders: refused with the flag that allows it, read with it.

use std::process::Command;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get as route;
use serde_json::json;

use crate::foreign::{Foreign, greeter};
use crate::scene::{Scene, get, greetings, provider};

const PACT: &str = "pacts/ui-greeter.json";
const RECORDED: &str = r#"{"method":"GET","path":"/greetings/world","status":200,"response_headers":{"content-type":"application/json"},"response_body":{"greeting":"hello"}}"#;

/// A host with schemas: of which one leads on to another beside it, and some are not to be had.
fn host() -> Foreign {
    let schema = r#"{"type": "object", "properties": {"greeting": {"$ref": "../kinds.json#/text"}}}"#;
    let large = format!(r#"{{"type": "object", "description": "{}"}}"#, "long ".repeat(20_000));
    let to =
        |place: &'static str| route(move || async move { (StatusCode::FOUND, [(header::LOCATION, place)]) });
    Foreign::serve(
        greeter()
            .route("/schemas/greeting.json", route(move || async move { schema }))
            .route("/kinds.json", route(|| async { r#"{"text": {"type": "integer"}}"# }))
            .route("/large.json", route(move || async move { large }))
            .route("/moved.json", to("/kinds.json"))
            .route("/away.json", to("ftp://elsewhere.test/kinds.json")),
    )
}

/// A provider that runs at `url`, whose document says what `schema` names, and further lines of its description.
fn scene(url: &str, schema: &str, lines: &str) -> Scene {
    let scene = Scene::new();
    let document = "document = \"current/greeter.json\"\nreleased = \"released.json\"";
    scene.write("countersign.toml", &provider("greeter", &format!("url = {url:?}\n{document}\n{lines}")));
    let plain = json!({ "type": "object", "properties": { "greeting": { "type": "string" } } });
    scene.write("current/greeter.json", &greetings(&json!({ "$ref": schema })));
    scene.write("released.json", &greetings(&plain));
    scene.write("recorded.ndjson", RECORDED);
    scene.pact("ui", "greeter", &[get("a greeting", "/greetings/world", &json!({ "greeting": "hello" }))]);
    scene
}

/// Every verb that reads the document and comes to an end by itself.
const VERBS: [&[&str]; 6] = [
    &["check"],
    &["verify", "--provider", "greeter"],
    &["compare", "--pact", PACT, "--openapi", "current/greeter.json"],
    &["diff", "released.json", "current/greeter.json"],
    &["drift"],
    &["traffic", "--openapi", "current/greeter.json", "--log", "recorded.ndjson"],
];

#[test]
fn what_is_on_another_host_is_fetched_only_where_that_is_allowed() {
    let host = host();
    let scene = scene(&host.url, &format!("{}/schemas/greeting.json", host.url), "");
    for verb in VERBS {
        let told = scene.run(verb);
        told.ended_with(2)
            .says("such are not fetched unless that is allowed")
            .says("hint: --allow-remote-refs");
        // It says that a greeting is a number, and it is none.
        scene.run(&[verb, &["--allow-remote-refs"]].concat()).ended_with(1).says("integer");
    }
    let proxy = ["proxy", "--upstream", host.url.as_str(), "--openapi", "current/greeter.json"];
    scene.run(&proxy).ended_with(2).says("hint: --allow-remote-refs");
}

#[test]
fn a_configuration_allows_it_too() {
    let host = host();
    let scene = scene(&host.url, &format!("{}/schemas/greeting.json", host.url), "allow_remote_refs = true");
    for verb in [VERBS[0], VERBS[1], &["compare"], &["drift"]] {
        scene.run(verb).ended_with(1).says("integer");
    }
}

#[test]
fn what_is_fetched_is_bounded() {
    let host = host();
    for (path, further, said) in [
        ("/moved.json#/text", &[][..], "integer"),
        ("/away.json#/text", &[], "its redirect is not followed: it leads to another scheme"),
        ("/nowhere.json", &[], "it is answered 404"),
        ("/large.json", &["--max-document", "64KiB"], "it has more than 65536 bytes"),
        ("/kinds.json#/none", &[], "names nothing"),
    ] {
        let scene = scene(&host.url, &format!("{}{path}", host.url), "");
        let diff = ["diff", "released.json", "current/greeter.json", "--allow-remote-refs"];
        let told = scene.run(&[&diff[..], further].concat());
        told.ended_with(if said == "integer" { 1 } else { 2 }).says(said);
    }
    let nobody = scene(&host.url, "file:///etc/passwd", "allow_remote_refs = true");
    nobody.run(&["compare"]).ended_with(2).says("it is fetched by http or https only").does_not_say("root:");
}

#[test]
fn a_document_leaves_its_folder_only_where_a_wider_one_is_named() {
    let service = Foreign::serve(greeter());
    let shared = r#"{"type": "object", "properties": {"greeting": {"type": "integer"}}}"#;
    let narrow = scene(&service.url, "../shared/greeting.json", "");
    narrow.write("shared/greeting.json", shared);
    for verb in VERBS {
        narrow.run(verb).ended_with(2).says("leaves the folder").says("hint: --refs-within DIR");
        narrow.run(&[verb, &["--refs-within", "."]].concat()).ended_with(1).says("integer");
    }
    let wide = scene(&service.url, "../shared/greeting.json", "refs_within = \".\"");
    wide.write("shared/greeting.json", shared);
    wide.run(&["check"]).ended_with(1).says("integer");
}

#[test]
fn a_revision_has_its_wider_folder_as_it_was() {
    let service = Foreign::serve(greeter());
    let scene = scene(&service.url, "../shared/greeting.json", "refs_within = \".\"");
    scene.write(
        "shared/greeting.json",
        r#"{"type": "object", "properties": {"greeting": {"type": "string"}}}"#,
    );
    let git = |arguments: &[&str]| {
        let who = ["-c", "user.name=a", "-c", "user.email=a@b.test"];
        let done =
            Command::new("git").current_dir(scene.path(".")).args(who).args(arguments).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "as it was"]);
    scene.run(&["drift", "--base", "git:HEAD"]).ended_with(0);
    scene.write(
        "shared/greeting.json",
        r#"{"type": "object", "properties": {"greeting": {"type": "integer"}}}"#,
    );
    let told = scene.run(&["drift", "--base", "git:HEAD"]);
    told.ended_with(1).says("git:HEAD:shared/greeting.json").says("\"a greeting\"");
}

#[test]
fn a_larger_document_is_read_where_that_is_allowed() {
    let scene = scene("http://127.0.0.1:9", "#/components/schemas/none", "");
    let diff = ["diff", "released.json", "released.json", "--max-document"];
    let told = scene.run(&[&diff[..], &["100"]].concat());
    told.ended_with(2).says("has more than 100 bytes").says("hint: --max-document BYTES");
    scene.run(&[&diff[..], &["100KiB"]].concat()).ended_with(0);
    scene.run(&[&diff[..], &["much"]].concat()).ended_with(2).says("write it as 65536, 64KiB or 1MB");
    scene.write("countersign.toml", &provider("greeter", "url = \"http://a\"\nmax_document = \"much\""));
    scene.run(&["check"]).ended_with(2).says("countersign.toml:4:16: \"much\" is no size");
}

/// A served document is asked for by whoever runs it, and what it refers to is fetched no more than any other's.
#[test]
fn what_a_service_publishes_is_bounded_as_well() {
    let host = host();
    let own = greetings(&json!({ "$ref": format!("{}/schemas/greeting.json", host.url) }));
    let service = Foreign::serve(
        Router::new().merge(greeter()).route("/openapi.json", route(move || async move { own })),
    );
    let scene = Scene::new();
    let lines =
        format!("url = {:?}\ndocument = \"greeter.json\"\npublishes = \"/openapi.json\"", service.url);
    scene.write("countersign.toml", &provider("greeter", &lines));
    let plain = json!({ "type": "object", "properties": { "greeting": { "type": "string" } } });
    scene.write("greeter.json", &greetings(&plain));
    scene.pact("ui", "greeter", &[get("a greeting", "/greetings/world", &json!({ "greeting": "hello" }))]);
    scene.run(&["drift"]).ended_with(2).says("hint: --allow-remote-refs");
    scene.run(&["drift", "--allow-remote-refs"]).ended_with(1).says("integer");
}
