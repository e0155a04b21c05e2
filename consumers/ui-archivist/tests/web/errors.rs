//! An Archivist that fails in every way the client tells apart: each gives a page that says what to do, never a
//! panic, and never a word that was not meant for people.

use reqwest::Method;
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::stand_in::{StandIn, refusal};

fn refuses(status: u16, kind: &str, message: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(refusal(kind, message, &json!({"fields": {}})))
}

#[tokio::test]
async fn every_refusal_is_a_page_that_says_what_to_do() {
    let out = |kind, message| refuses(503, kind, message).insert_header("retry-after", "7");
    for (answer, status, says) in [
        (refuses(403, "AuthorizationError", "not yours"), 403, "That is not for you to do"),
        (refuses(404, "NotFoundError", "it is gone"), 404, "It is gone."),
        (refuses(409, "ConflictError", "it is busy"), 409, "That cannot be done now"),
        (refuses(422, "ValidationError", "no"), 422, "That was not accepted"),
        (refuses(429, "RateLimitError", "slowly").insert_header("retry-after", "7"), 429, "in 7 seconds"),
        (out("DatabaseError", "it does not answer"), 503, "The Archivist&#39;s database is out"),
        (out("QueueError", "it does not answer"), 503, "queue is out"),
        (out("CablecastUnavailable", "it does not answer"), 503, "The station is out"),
        (out("StorageError", "it cannot be used"), 503, "Something the Archivist needs is out"),
        (refuses(500, "InternalError", "it failed"), 502, "The Archivist did not do that"),
        (refuses(418, "Teapot", "no coffee"), 418, "No coffee."),
        (ResponseTemplate::new(200).set_body_string("secret-driver-text"), 502, "cannot be understood"),
        (ResponseTemplate::new(503).set_body_string("<html>secret-proxy"), 502, "cannot be understood"),
        (ResponseTemplate::new(302).insert_header("location", "http://secret/"), 502, "cannot be understood"),
        (ResponseTemplate::new(200).set_body_bytes([b' '; 5000]), 502, "more than can be shown"),
        (
            ResponseTemplate::new(200).set_delay(std::time::Duration::from_mins(1)),
            504,
            "did not answer in time",
        ),
    ] {
        let stand_in = StandIn::open("user", false).await;
        stand_in.answers("GET", "/api/vod/list", answer).await;
        let got = stand_in.get("/vods").await;
        let says = if got.text.contains("&#39;") { says.to_owned() } else { says.replace("&#39;", "'") };
        got.says(&says).says("<h1>").says("href=\"/health\"");
        assert_eq!(got.status, status, "{says}");
        assert!(
            !got.text.contains("secret") && !got.text.contains(&stand_in.archivist.uri()),
            "{}",
            got.text
        );
        if matches!(status, 429 | 503) {
            assert_eq!((got.header("retry-after"), got.header("refresh")), ("7", "7"), "{says}");
        }
        stand_in.close().await;
    }
}

#[tokio::test]
async fn an_archivist_that_is_gone_is_said_to_be_out() {
    let stand_in = StandIn::before_nothing().await;
    for at in ["/vods", "/health"] {
        let got = stand_in.get(at).await;
        got.says("The Archivist cannot be reached.");
        assert_eq!((got.status, got.header("refresh")), (503, "10"), "{at}");
    }
    let got = stand_in.post("/sign-in", "username=a&password=b").await;
    assert_eq!((got.status, got.header("refresh"), got.header("set-cookie")), (503, "", ""));
    assert_eq!(stand_in.get("/sign-in").await.status, 200, "the form itself needs nobody");
    stand_in.close().await;
}

#[tokio::test]
async fn only_what_changes_nothing_is_tried_again_by_itself() {
    let stand_in = StandIn::open("user", false).await;
    let out = refuses(503, "QueueError", "the queue does not answer").insert_header("retry-after", "7");
    stand_in.answers("POST", "/api/transcribe", out).await;
    let got = stand_in.post("/vods/7/transcribe", "").await;
    got.says("The queue does not answer.").says("It may work in 7 seconds.");
    assert_eq!((got.status, got.header("retry-after"), got.header("refresh")), (503, "7", ""));
    stand_in.close().await;
}

#[tokio::test]
async fn a_queue_that_is_out_hides_no_recording() {
    let stand_in = StandIn::open("user", false).await;
    let vod = json!({
        "id": 7, "title": "Harbor <Council>", "status": "failed", "description": null, "file_path": "a.mp4",
        "duration": 61.0, "file_size": 1500, "created_at": "2026-05-12T18:30:00Z",
        "updated_at": "2026-05-12T18:30:00Z", "transcription_id": null, "cablecast_vod_id": null,
    });
    stand_in.answers("GET", "/api/vod/7", ResponseTemplate::new(200).set_body_json(vod)).await;
    stand_in.answers("GET", "/api/queue", refuses(503, "QueueError", "it does not answer")).await;
    let got = stand_in.get("/vods/7").await;
    got.says("Harbor &lt;Council&gt;").says("1:01").says("1.5 kB").says("It does not answer.");
    got.says("Set back to pending");
    assert_eq!(got.status, 200);
    stand_in.close().await;
}

#[tokio::test]
async fn a_button_that_came_too_late_shows_why_and_how_things_stand() {
    let stand_in = StandIn::open("user", false).await;
    let counts =
        json!({"queued": 0, "processing": 0, "paused": 0, "completed": 3, "failed": 0, "cancelled": 0});
    let queue = ResponseTemplate::new(200).set_body_json(json!({"jobs": [], "counts": counts}));
    let vods = json!({"vods": [], "total": 0, "limit": 100, "offset": 0});
    stand_in.answers("GET", "/api/queue", queue).await;
    stand_in.answers("GET", "/api/vod/list", ResponseTemplate::new(200).set_body_json(vods)).await;
    let job = "97b067a0-f59f-4034-9cb9-48fa04eccca4";
    let late = refuses(409, "ConflictError", "the job is completed");
    stand_in.answers("POST", &format!("/api/queue/pause/{job}"), late).await;
    let got = stand_in.post(&format!("/queue/{job}/pause"), "").await;
    got.says("Nothing was done.").says("The job is completed.").says("completed</dt><dd>3</dd>");
    assert_eq!(got.status, 409);
    for no_page in ["/queue/no-job/pause", &format!("/queue/{job}/explode"), &format!("/queue/{job}/up")] {
        assert_eq!(stand_in.post(no_page, "").await.status, 404, "{no_page}");
    }
    stand_in.close().await;
}

#[tokio::test]
async fn what_is_not_there_is_a_page_too() {
    let stand_in = StandIn::open("user", false).await;
    let got = StandIn::got(stand_in.asks(Method::GET, "/no/such/page")).await;
    got.says("There is no such page");
    assert_eq!(got.status, 404);
    let policy = got.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'self';") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert_eq!(got.header("cache-control"), "no-store");
    stand_in.close().await;
}
