//! Provider states as a replay asks for them, over HTTP.

use ::archivist::provider_states::names;
use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use serde_json::{Value, json};

use crate::archivist::{ADMIN_PASSWORD, TestArchivist};
use crate::scenarios;

scenarios![
    a_state_is_set_up_over_http,
    teardown_goes_back_to_the_clean_start,
    a_state_without_a_name_is_the_one_there_is,
    an_unknown_state_is_not_found,
    a_state_that_cannot_be_is_a_failure,
    another_site_in_a_browser_cannot_ask,
    every_state_can_be_brought_about,
];

/// Undocumented, and so sent without the client that holds everything against the document.
async fn change(archivist: &TestArchivist, body: &Value) -> (u16, Value) {
    let url = format!("http://{}/_pact/provider-states", archivist.address);
    let response = archivist.client.post(url).json(body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn a_state_is_set_up_over_http(archivist: &TestArchivist) {
    let params = json!({ "title": "From a pact", "status": "failed" });
    let body = json!({ "action": "setup", "state": "a VOD exists", "params": params, "interaction": 1 });
    let (status, values) = change(archivist, &body).await;
    assert_eq!(status, 200, "{values}");
    let token = archivist.user().await;
    let path = format!("/api/vod/{}", values["vod_id"]);
    let vod = archivist.get(&path).bearer(&token).send().await.expect(200);
    assert_eq!((&vod["title"], &vod["status"]), (&json!("From a pact"), &json!("failed")));
}

async fn teardown_goes_back_to_the_clean_start(archivist: &TestArchivist) {
    let account = json!({ "username": "admin", "password": "of the pact" });
    archivist.given("an admin account exists", account).await;
    archivist.given("sign-in attempts are exhausted", json!({ "username": "admin" })).await;
    let (token, id) = (archivist.user().await, archivist.vod("processing").await);
    archivist.given("the database is down", json!({})).await;

    let body = json!({ "action": "teardown", "state": "the database is down", "params": {} });
    assert_eq!(change(archivist, &body).await, (200, json!({})));
    archivist.get("/api/auth/me").bearer(&token).send().await.expect(401);
    let body = json!({ "username": "admin", "password": ADMIN_PASSWORD });
    let session = archivist.post("/api/auth/login").json(body).send().await.expect(200);
    assert_eq!(session["user"]["role"], "admin");
    assert_eq!(archivist.vod("pending").await, id, "a replay finds the same ids each time");
}

async fn a_state_without_a_name_is_the_one_there_is(archivist: &TestArchivist) {
    for body in [json!({ "action": "setup", "state": "" }), json!({ "state": "", "params": null })] {
        assert_eq!(change(archivist, &body).await, (200, json!({})));
    }
}

async fn an_unknown_state_is_not_found(archivist: &TestArchivist) {
    let (status, answer) = change(archivist, &json!({ "action": "setup", "state": "the sun shines" })).await;
    assert_eq!(status, 404);
    assert_eq!(answer["error"], "there is no provider state \"the sun shines\"");
}

async fn a_state_that_cannot_be_is_a_failure(archivist: &TestArchivist) {
    for (state, params) in [
        ("a user is signed in", json!({})),
        ("a VOD exists", json!({ "status": "lost" })),
        ("a VOD exists", json!({ "title": 7 })),
        ("VODs exist", json!({ "count": 100_000 })),
        ("no VOD has the id", json!({ "id": "seven" })),
    ] {
        let (status, answer) = change(archivist, &json!({ "state": state, "params": params })).await;
        assert_eq!(status, 500, "{state}");
        assert!(answer["error"].is_string(), "{answer}");
    }
}

async fn another_site_in_a_browser_cannot_ask(archivist: &TestArchivist) {
    let url = format!("http://{}/_pact/provider-states", archivist.address);
    let body = json!({ "action": "teardown" }).to_string();
    let request = archivist.client.post(url).header("content-type", "text/plain").body(body);
    assert_eq!(request.send().await.unwrap().status(), 415);
}

/// States of a queue, which come about where there is one.
const OF_THE_QUEUE: [&str; 8] = [
    "a job is queued",
    "a job is paused",
    "a job is being processed",
    "a worker tells how far it is",
    "a job has failed",
    "a transcription exists",
    "a transcription is summed up",
    "the queue cannot be used",
];

/// States of the station: `station.rs` brings them about.
const OF_THE_STATION: [&str; 4] = [
    "the station has a show",
    "a transcription is linked to a show",
    "a transcription is published",
    "the station cannot be used",
];

fn params(state: &str) -> Value {
    let id = "00000000-0000-4000-8000-000000000000";
    let mut params = json!({
        "username": "operator", "password": "x", "count": 1, "id": id, "file_path": "archived/before.mp4",
        "paths": ["council/2026-05-12.mp4"], "actor": "supervisor",
    });
    match state {
        "a VOD exists" => params["file_path"] = json!("another.mp4"),
        "no VOD has the id" => params["id"] = json!(7),
        _ => {}
    }
    params
}

async fn every_state_can_be_brought_about(archivist: &TestArchivist) {
    for state in names() {
        let (status, answer) = change(archivist, &json!({ "state": state, "params": params(state) })).await;
        let needs_more = OF_THE_QUEUE.contains(&state) || OF_THE_STATION.contains(&state);
        let expected = if needs_more { 500 } else { 200 };
        assert_eq!(status, expected, "{state}: {answer}");
    }
}

#[tokio::test]
async fn states_of_the_queue_come_about_and_leave_nothing_behind() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let url = redis.url().to_owned();
    let archivist = TestArchivist::on_sqlite_with(|settings| settings.redis = Some(url)).await;
    let client = redis::Client::open(redis.url()).unwrap();
    let mut redis = client.get_multiplexed_async_connection().await.unwrap();
    let () = redis.lpush("celery", "somebody else's").await.unwrap();
    for state in OF_THE_QUEUE {
        let (status, answer) = change(&archivist, &json!({ "state": state, "params": params(state) })).await;
        assert_eq!(status, 200, "{state}: {answer}");
    }
    let (status, answer) = change(&archivist, &json!({ "action": "teardown" })).await;
    assert_eq!(status, 200, "{answer}");
    let mut keys: Vec<String> = redis.keys("*").await.unwrap();
    keys.retain(|key| !key.starts_with("_kombu.binding."));
    assert_eq!(keys, ["celery"]);
    let left: Vec<String> = redis.lrange("celery", 0, -1).await.unwrap();
    assert_eq!(left, ["somebody else's"]);
    let recordings = std::fs::read_dir(archivist.media_root().join("council")).unwrap().count();
    assert_eq!(recordings, 0, "what stands beside a recording goes with it");
    archivist.stop().await;
}
