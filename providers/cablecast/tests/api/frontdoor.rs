//! Who may write, and who may read what is not for everyone.

use serde_json::json;

use crate::harness::{Call, TestStation, delete, get, post, put};

/// Every call that needs a Frontdoor user.
fn guarded() -> Vec<Call> {
    vec![
        post("/shows", &json!({ "show": { "title": "Show", "location": 1 } })),
        put("/shows/4127", &json!({ "show": {} })),
        delete("/shows/4127"),
        post("/vods", &json!({ "vod": { "show": 4126, "vodConfiguration": 1 } })),
        put("/vods/2904", &json!({ "vod": {} })),
        post("/chapters", &json!({ "chapter": { "vod": 2904, "title": "T", "offset": 0 } })),
        put("/chapters/901", &json!({ "chapter": {} })),
        delete("/chapters/901"),
        post(
            "/scheduleitems",
            &json!({ "scheduleItem": { "channel": 1, "runDateTime": "2026-06-04T19:00:00-05:00" } }),
        ),
        get("/fileuploads"),
        post(
            "/fileuploads",
            &json!({ "fileUpload": { "fileName": "a.scc", "destinationStore": 11, "totalSegments": 1, "size": 1 } }),
        ),
        get("/fileuploads/1"),
        put("/fileuploads/1", &json!({ "fileUpload": { "state": 2 } })),
        Call::new("POST", "/fileuploads/1/upload").segment("0", b"x"),
        get("/assets"),
        get("/filestores"),
    ]
}

#[tokio::test]
async fn without_a_user_nothing_guarded_is_done() {
    let station = TestStation::start().await;
    for call in guarded() {
        let shown = format!("{call:?}");
        let answer = station.send_against_document(call).await;
        answer.refused(401);
        assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"Cablecast\""), "{shown}");
    }
    assert_eq!(station.send(get("/shows/4127")).await.ok()["show"]["title"], "Harbor Council 2026-05-12");
}

#[test]
fn the_document_guards_the_same_operations() {
    // A call that the document guards breaks it without a user; one that it does not guard keeps it.
    let guarded = guarded().into_iter().map(Call::into_request).collect::<Vec<_>>();
    for operation in crate::harness::DOCUMENT.operations() {
        let path = operation.key.path.replace("{id}", "1");
        let called = guarded.iter().any(|request| {
            let known = crate::harness::DOCUMENT.operation(&request.method, &request.path);
            known.is_some_and(|known| known.key == operation.key)
        });
        let request = Call::new(&operation.key.method, &path).into_request();
        let codes = crate::harness::DOCUMENT.check_request(&request);
        let needs_user =
            codes.iter().any(|violation| violation.code.as_str() == "request.authorization.missing");
        assert_eq!(called, needs_user, "{:?}", operation.key);
    }
}

#[tokio::test]
async fn other_credentials_are_refused() {
    let station = TestStation::start().await;
    for value in [
        "Basic YWRtaW46YWRtaW4=",
        "Basic YXJjaGl2ZTphIHBhc3N3b3JkIG9mIHRlc3Q=",
        "Basic YXJjaGl2ZQ==",
        "Basic",
        "Basic !!!",
        "Bearer YXJjaGl2ZTphIHBhc3N3b3JkIG9mIHRlc3Rz",
    ] {
        let call = get("/filestores").header("Authorization", value);
        station.send_outside_document(call).await.refused(401);
    }
    let lower = get("/filestores").header("Authorization", "basic YXJjaGl2ZTphIHBhc3N3b3JkIG9mIHRlc3Rz");
    assert_eq!(station.send(lower).await.status(), 200);
}
