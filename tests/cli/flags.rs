//! What the flags of `verify` take and refuse, and what a person reads then.

use serde_json::json;

use crate::foreign::{Foreign, greeter};
use crate::scene::{Scene, get};

#[test]
fn what_pact_s_crates_cannot_cope_with_is_told_without_a_stack() {
    let service = Foreign::serve(greeter());
    let scene = Scene::new();
    let mut impossible = get("a greeting", "/greetings/Ada", &json!({ "greeting": "hello Ada" }));
    impossible["request"]["generators"] = json!({ "path": { "type": "RandomInt", "min": 9, "max": 1 } });
    scene.pact("web", "greeter", &[impossible]);
    let pact = ["--pact", "pacts/web-greeter.json"];
    let told = scene.run(&[&["verify", "--provider", "greeter", "--url", &service.url][..], &pact].concat());
    told.ended_with(2).says("the request cannot be made").does_not_say("panicked");
}
