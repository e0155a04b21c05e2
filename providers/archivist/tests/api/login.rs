//! Opening a session, and what guessing gets.

use serde_json::{Value, json};

use crate::archivist::{ADMIN_PASSWORD, TestArchivist};
use crate::client::Reply;
use crate::scenarios;

scenarios![
    the_right_pair_opens_a_session,
    an_unknown_user_and_a_wrong_password_look_the_same,
    guessing_is_stopped,
    guessing_at_the_same_moment_is_stopped_too,
    success_forgives_failures,
    every_wrong_field_is_named,
    strange_names_are_only_wrong,
];

async fn login(archivist: &TestArchivist, username: &str, password: &str) -> Reply {
    let body = json!({ "username": username, "password": password });
    archivist.post("/api/auth/login").json(body).send().await
}

async fn the_right_pair_opens_a_session(archivist: &TestArchivist) {
    let reply = login(archivist, "admin", ADMIN_PASSWORD).await;
    let session = reply.expect(200);
    assert_eq!(session["token_type"], "Bearer");
    assert_eq!(session["expires_in"], 3600);
    assert_eq!(session["user"], json!({ "id": 1, "username": "admin", "role": "admin" }));
    assert_eq!(reply.header("cache-control"), Some("no-store"));

    let token = session["access_token"].as_str().unwrap();
    assert_eq!(archivist.get("/api/auth/me").bearer(token).send().await.expect(200), session["user"]);
}

fn without_id(mut error: Value) -> Value {
    error["request_id"] = Value::Null;
    error
}

async fn an_unknown_user_and_a_wrong_password_look_the_same(archivist: &TestArchivist) {
    let wrong = login(archivist, "admin", "not-the-password").await;
    let unknown = login(archivist, "nobody", "not-the-password").await;
    assert_eq!(wrong.header("www-authenticate"), Some("Bearer"));
    assert_eq!(
        without_id(wrong.expect_error(401, "AuthenticationError")),
        without_id(unknown.expect_error(401, "AuthenticationError")),
    );
}

async fn guessing_is_stopped(archivist: &TestArchivist) {
    for _ in 0..5 {
        login(archivist, "admin", "a-guess").await.expect_error(401, "AuthenticationError");
    }
    let refused = login(archivist, "admin", ADMIN_PASSWORD).await;
    refused.expect_error(429, "RateLimitError");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");

    archivist.given("a user exists", json!({ "username": "operator", "password": "another-one" })).await;
    login(archivist, "operator", "another-one").await.expect(200);
}

async fn guessing_at_the_same_moment_is_stopped_too(archivist: &TestArchivist) {
    let guesses = futures::future::join_all((0..20).map(|_| login(archivist, "admin", "a-guess"))).await;
    let judged = guesses.iter().filter(|reply| reply.status() == 401).count();
    assert_eq!(judged, 5);
    assert!(guesses.iter().all(|reply| [401, 429].contains(&reply.status())));
}

async fn success_forgives_failures(archivist: &TestArchivist) {
    for _ in 0..3 {
        for _ in 0..4 {
            login(archivist, "admin", "a-guess").await.expect(401);
        }
        login(archivist, "admin", ADMIN_PASSWORD).await.expect(200);
    }
}

async fn every_wrong_field_is_named(archivist: &TestArchivist) {
    let body = json!({ "username": "", "remember": true });
    let fields = archivist.post("/api/auth/login").json(body).send().await.expect_fields();
    assert_eq!(
        fields,
        json!({
            "username": ["must not be empty"],
            "password": ["is required"],
            "remember": ["is not known here"],
        })
    );
    let fields = login(archivist, "admin", &"x".repeat(129)).await.expect_fields();
    assert_eq!(fields, json!({ "password": ["must not be longer than 128 characters"] }));
}

async fn strange_names_are_only_wrong(archivist: &TestArchivist) {
    for name in ["nul\0", "' OR 1=1 --", "é", "\u{202e}nimda"] {
        login(archivist, name, "whatever").await.expect_error(401, "AuthenticationError");
    }
}
