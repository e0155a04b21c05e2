//! What a session is good for, and how it ends.

use serde_json::json;

use crate::archivist::TestArchivist;
use crate::scenarios;

scenarios![
    somebody_signed_in_is_known,
    without_a_session_nothing_is_shown,
    logout_ends_the_session,
    refresh_exchanges_the_token,
    one_token_is_exchanged_once,
    an_expired_session_is_refused,
];

async fn somebody_signed_in_is_known(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let me = archivist.get("/api/auth/me").bearer(&token).send().await.expect(200);
    assert_eq!((&me["username"], &me["role"]), (&json!("operator"), &json!("user")));
    let protected = archivist.get("/api/protected").bearer(&token).send().await.expect(200);
    assert_eq!(protected, json!({ "message": "signed in as operator", "user": me }));
}

async fn without_a_session_nothing_is_shown(archivist: &TestArchivist) {
    let token = archivist.user().await;
    for header in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer not-a-token".to_owned(),
        format!("Bearer {}", "A".repeat(43)),
        format!("Basic {token}"),
        format!("Bearer {token}x"),
    ] {
        for path in ["/api/auth/me", "/api/protected", "/api/vod/list", "/api/admin", "/api/vod/1"] {
            let reply = archivist.get(path).header("authorization", &header).send().await;
            reply.expect_error(401, "AuthenticationError");
            assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        }
    }
    let twice = archivist.get("/api/auth/me").bearer(&token).bearer(&token).send().await;
    twice.expect_error(401, "AuthenticationError");
    // RFC 9110: schemes are compared without their case.
    let lower = archivist.get("/api/auth/me").header("authorization", &format!("bearer {token}"));
    lower.send().await.expect(200);
}

async fn logout_ends_the_session(archivist: &TestArchivist) {
    let (token, other) = (archivist.user().await, archivist.user().await);
    archivist.post("/api/auth/logout").bearer(&token).send().await.expect(204);
    for path in ["/api/auth/logout", "/api/auth/refresh"] {
        archivist.post(path).bearer(&token).send().await.expect_error(401, "AuthenticationError");
    }
    archivist.get("/api/auth/me").bearer(&other).send().await.expect(200);
}

async fn refresh_exchanges_the_token(archivist: &TestArchivist) {
    let old = archivist.user().await;
    let session = archivist.post("/api/auth/refresh").bearer(&old).send().await.expect(200);
    let new = session["access_token"].as_str().unwrap();
    assert_ne!(new, old);
    assert_eq!(session["user"]["username"], "operator");
    archivist.get("/api/auth/me").bearer(new).send().await.expect(200);
    archivist.get("/api/auth/me").bearer(&old).send().await.expect_error(401, "AuthenticationError");
}

async fn one_token_is_exchanged_once(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let exchange = |_| archivist.post("/api/auth/refresh").bearer(&token).send();
    let replies = futures::future::join_all((0..8).map(exchange)).await;
    let mut statuses: Vec<_> = replies.iter().map(crate::client::Reply::status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401, 401, 401, 401, 401, 401, 401]);
}

async fn an_expired_session_is_refused(archivist: &TestArchivist) {
    let token = archivist.given("an expired session", json!({})).await["token"].clone();
    let token = token.as_str().unwrap();
    archivist.get("/api/auth/me").bearer(token).send().await.expect_error(401, "AuthenticationError");
    archivist.post("/api/auth/refresh").bearer(token).send().await.expect_error(401, "AuthenticationError");
}
