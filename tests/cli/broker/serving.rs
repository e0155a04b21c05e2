//! `countersign broker` itself: its end, and what it keeps.

use serde_json::json;

use super::Shelf;
use crate::scene::Scene;

#[test]
fn it_ends_when_it_is_asked_to_and_keeps_what_it_knows() {
    let shelf = Shelf::start();
    shelf.publish("1", &json!("hello"));
    let (code, scene) = shelf.end();
    assert_eq!(code, Some(0));
    let shelf = Shelf::over(scene, &["--base-url", "https://broker.example"]);
    let told = shelf.run(&["pacticipant", "describe", "--name", "web"]);
    told.ended_with(0).says("https://broker.example/pacticipants/web");
}

#[test]
fn it_says_what_keeps_it_from_serving() {
    let scene = Scene::new();
    let told = scene.run(&["broker", "--listen", "127.0.0.1:0", "--database", "no/such/folder/a.db"]);
    told.ended_with(2).says("failed to open the database no/such/folder/a.db");
    scene.run(&["broker", "--database", "mysql://a/b"]).ended_with(2).says("mysql:// is not supported");
    let shelf = Shelf::start();
    let taken = shelf.url.trim_start_matches("http://");
    scene.run(&["broker", "--listen", taken]).ended_with(2).says("failed to listen on");
}
