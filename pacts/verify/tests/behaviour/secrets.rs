//! No secret leaves a replay, and matching still sees every one.

use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Json, Router};
use countersign_verify::{Exchange, Outcome, Settings, Target};
use serde_json::json;

use crate::pacts::{self, given, pact};
use crate::provider::{Provider, replay};

#[tokio::test]
async fn secrets_reach_the_provider_and_no_result() {
    // Tells what it was sent, as a provider with debugging on does.
    let echo = async |headers: HeaderMap| {
        let sent = |name: &str| headers[name].to_str().unwrap().to_owned();
        let body = format!("{} {}", sent("authorization"), sent("x-tenant"));
        ([("set-cookie", "session=0123456789abcdef; HttpOnly")], body).into_response()
    };
    let provider = Provider::start(Router::new().route("/", get(echo))).await;
    let mut interaction = pacts::get("echo", "/", 200);
    interaction["request"]["headers"] = json!({ "Authorization": ["Bearer of-the-pact"] });
    interaction["response"]["headers"] = json!({ "Set-Cookie": ["session=another-secret; HttpOnly"] });
    interaction["response"]["body"] =
        json!({ "content": "Bearer of-the-run my-tenant", "contentType": "text/plain", "encoded": false });
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![header("authorization", "Bearer of-the-run"), header("X-Tenant", "my-tenant")];
    let target = Target { headers, ..provider.target() };
    let found = replay(&pact(&[interaction]), &target, &Settings::default()).await;

    let Outcome::Broken(broken) = &found.interactions[0].outcome else { panic!("{found:?}") };
    let ids: Vec<_> = broken.failures.iter().map(|failure| failure.id).collect();
    assert_eq!(ids, ["pact.response.header"], "the body matched, unmasked");
    let Some(Exchange::Http { request, response }) = &found.interactions[0].exchange else {
        panic!("it is one over HTTP")
    };
    assert_eq!(request.header("authorization"), Some("Bearer ***"));
    assert_eq!(response.body.as_deref(), Some(&b"*** ***"[..]));
    let all = format!("{found:?} {target:?}");
    for secret in ["of-the-run", "of-the-pact", "my-tenant", "0123456789abcdef", "another-secret"] {
        assert!(!all.contains(secret), "{secret} is in {all}");
    }
}

#[tokio::test]
async fn a_secret_that_a_state_gives_is_not_shown_wherever_a_generator_puts_it() {
    let router = Router::new().route("/states", post(async || Json(json!({ "token": "of-the-state" }))));
    let provider = Provider::start(router).await;
    let mut interaction = given(pacts::get("sign-out", "/sessions/x", 200), "signed in", &json!({}));
    interaction["request"]["generators"] =
        json!({ "path": { "type": "ProviderState", "expression": "/sessions/${token}" } });
    let found = replay(&pact(&[interaction]), &provider.target_with_states(), &Settings::default()).await;
    assert!(provider.requests().contains(&"GET /sessions/of-the-state".to_owned()));
    assert!(!format!("{found:?}").contains("of-the-state"), "{found:?}");
}
