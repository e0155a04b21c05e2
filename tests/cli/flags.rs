//! What the flags of `verify` take and refuse, and what a person reads then.

use serde_json::json;

use crate::foreign::{Foreign, greeter};
use crate::scene::{Scene, Told, get};

/// A scene with two pacts for the provider `greeter`: of a greeting, and of a farewell that is none.
fn two_pacts() -> Scene {
    let scene = Scene::new();
    for (consumer, description) in [("web", "a greeting"), ("phone", "a farewell")] {
        let interaction = get(description, "/greetings/Ada", &json!({ "greeting": "hello Ada" }));
        scene.pact(consumer, "greeter", &[interaction]);
    }
    scene
}

fn verify(scene: &Scene, url: &str, more: &[&str]) -> Told {
    let pacts = ["--pact", "pacts/web-greeter.json", "--pact", "pacts/phone-greeter.json"];
    scene.run(&[&["verify", "--provider", "greeter", "--url", url][..], &pacts, more].concat())
}

#[test]
fn a_filter_leaves_out_pacts_in_which_it_chooses_nothing() {
    let service = Foreign::serve(greeter());
    let scene = two_pacts();
    let told = verify(&scene, &service.url, &["--filter", "farewell"]);
    told.ended_with(0).says("1 contract, 1 interaction: 1 kept").does_not_say("web-greeter");
    let told = verify(&scene, &service.url, &["--filter", "nobody"]);
    told.ended_with(2).says("no interaction matches the filter \"nobody\"");
}

#[test]
fn a_url_that_cannot_be_asked_says_what_it_lacks() {
    let scene = two_pacts();
    for url in ["localhost", "127.0.0.1:80", "localhost:80", "ftp://localhost"] {
        verify(&scene, url, &[]).ended_with(2).says("has to begin with http:// or https://");
    }
    let states = ["--states-url", "ftp://localhost/"];
    verify(&scene, "http://localhost:9", &states).ended_with(2).says("has to begin with http://");
}

#[test]
fn credentials_in_a_url_are_refused_and_not_shown() {
    let scene = two_pacts();
    for url in ["http://ada:hunter2@127.0.0.1:9", "http://ada:hunter2@no host"] {
        verify(&scene, url, &[]).ended_with(2).says("is no URL").does_not_say("hunter2");
    }
    verify(&scene, "http://ada@127.0.0.1:9", &[]).says("give them as a header");
}

#[test]
fn no_jobs_at_all_are_refused_in_plain_words() {
    let told = verify(&two_pacts(), "http://127.0.0.1:9", &["--jobs", "0"]);
    told.ended_with(2).says("it has to be a whole number from 1 on");
}

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
