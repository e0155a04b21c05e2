//! What a session is good for, and how it ends.

use std::time::Duration;

use serde_json::json;

use crate::archivist::{ADMIN_PASSWORD, TestArchivist};
use crate::scenarios;

scenarios![
    somebody_signed_in_is_known,
    a_scheme_is_the_same_in_small_letters,
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

async fn a_scheme_is_the_same_in_small_letters(archivist: &TestArchivist) {
    let token = archivist.user().await;
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

#[tokio::test]
async fn a_session_runs_out_by_itself() {
    let archivist =
        TestArchivist::on_sqlite_with(|settings| settings.session_lifetime = Duration::from_secs(2)).await;
    let pair = json!({ "username": "admin", "password": ADMIN_PASSWORD });
    let session = archivist.post("/api/auth/login").json(pair).send().await.expect(200);
    assert_eq!(session["expires_in"], 2);
    let token = session["access_token"].as_str().unwrap();
    let mut seen = 0;
    let ended = loop {
        let reply = archivist.get("/api/auth/me").bearer(token).send().await;
        if reply.status() != 200 {
            break reply;
        }
        seen += 1;
    };
    assert!(seen > 0, "it was good once");
    ended.expect_error(401, "AuthenticationError");
    archivist.post("/api/auth/refresh").bearer(token).send().await.expect_error(401, "AuthenticationError");
    archivist.stop().await;
}
