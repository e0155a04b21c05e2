//! `countersign drift` of a provider that has an AsyncAPI document: a change of it is not compared, and never
//! taken for none.

use std::process::Command;

use crate::scene::{Scene, provider};

const EVENTS: &str = "asyncapi: 3.0.0
info: {title: Events, version: 1.0.0}
channels:
  told:
    address: told
    messages:
      made: {payload: {type: object, required: [id], properties: {id: {type: string}, at: {type: string}}}}
operations:
  tell: {action: send, channel: {$ref: '#/channels/told'}}
";

/// A provider that has an AsyncAPI document alone; `released` is what was released of it.
fn scene(current: &str, released: &str) -> Scene {
    let scene = Scene::new();
    let lines = "asyncapi = \"openapi/shop-events.yaml\"\nstart = [\"no-such-program\", \"${port}\"]";
    scene.write("countersign.toml", &provider("shop", lines));
    std::fs::create_dir(scene.path("pacts")).unwrap();
    scene.write("openapi/shop-events.yaml", current);
    scene.write("openapi/released/shop-events-1.0.0.yaml", released);
    scene
}

#[test]
fn messages_that_have_not_changed_have_not_drifted() {
    let scene = scene(&EVENTS.replace("1.0.0", "1.0.1"), EVENTS);
    let (report, told) = scene.json(&["drift"]);
    told.ended_with(0);
    let documents = report["documents"].as_array().unwrap();
    let known: Vec<_> =
        documents.iter().map(|it| (&it["standing"], &it["version"], &it["operations"])).collect();
    assert_eq!(
        format!("{known:?}"),
        r#"[(String("released"), String("1.0.0"), Number(1)), (String("current"), String("1.0.1"), Number(1))]"#
    );
}

#[test]
fn messages_that_have_changed_are_not_taken_for_kept() {
    let scene = scene(&EVENTS.replace(", at: {type: string}", ""), EVENTS);
    let told = scene.run(&["drift"]);
    told.ended_with(2)
        .says("openapi/shop-events.yaml:7 has changed since openapi/released/shop-events-1.0.0.yaml:7")
        .says("AsyncAPI documents are not compared");
    // A baseline that knows no findings knows nothing of it.
    let update = ["drift", "--baseline", "known.json", "--update-baseline"];
    scene.run(&update).ended_with(2).says("the baseline is left as it is");
}

#[test]
fn a_revision_of_git_is_what_messages_were() {
    let scene = scene(EVENTS, EVENTS);
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
    scene.write("openapi/shop-events.yaml", &EVENTS.replace("id: {type: string}", "id: {type: integer}"));
    let told = scene.run(&["drift", "--base", "git:HEAD"]);
    told.ended_with(2).says("has changed since git:HEAD:openapi/shop-events.yaml:7");
}

#[test]
fn messages_that_cannot_be_read_are_an_error() {
    scene("asyncapi: 7.0.0", EVENTS).run(&["drift"]).ended_with(2).says("AsyncAPI 7.0.0");
    scene(EVENTS, "channels: {}").run(&["drift"]).ended_with(2).says("is no AsyncAPI document");
}
