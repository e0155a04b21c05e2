//! No secret of an exchange is told, wherever it stood and wherever it turns up again.

use countersign_openapi::Document;
use countersign_traffic::Watch;
use serde_json::{Value, json};

use crate::scene::{document, exchange};

/// Everything that is told of one exchange.
fn told(
    change: impl FnOnce(&mut countersign_traffic::Exchange),
    path: &str,
    status: u16,
    body: &Value,
) -> String {
    let watch = Watch::new(document());
    let mut exchange = exchange(1, path, status, body);
    change(&mut exchange);
    watch.judge_all([exchange]);
    let observed = watch.observed();
    assert!(!observed.deviations.is_empty(), "there has to be something to tell");
    format!("{:?}", observed.deviations)
}

#[test]
fn credentials_and_cookies_are_blotted_even_where_the_service_echoes_them() {
    for (name, value, secret) in [
        ("Authorization", "Bearer s3cr3t-token", "s3cr3t-token"),
        ("authorization", "Basic YWRhOmh1bnRlcjI=", "hunter2"),
        ("Cookie", "theme=dark; session=abcdef123", "abcdef123"),
        ("X-Api-Key", "k-12345", "k-12345"),
    ] {
        let header = |it: &mut countersign_traffic::Exchange| {
            it.request.headers.push((name.to_owned(), value.to_owned()));
        };
        let echo = json!({ "id": format!("you sent {secret}"), "title": "t" });
        let text = told(header, "/vods/7", 200, &echo);
        assert!(text.contains("[secret]") && !text.contains(secret), "{name}: {text}");
    }
}

#[test]
fn cookies_that_are_set_are_blotted() {
    let set = |it: &mut countersign_traffic::Exchange| {
        it.response.headers.push(("Set-Cookie".to_owned(), "session=abcdef123; Path=/".to_owned()));
    };
    let text = told(set, "/vods/7", 200, &json!({ "id": "abcdef123", "title": "t" }));
    assert!(text.contains("[secret]") && !text.contains("abcdef123"), "{text}");
}

#[test]
fn keys_in_the_query_are_blotted_by_what_the_document_says() {
    let text = told(|_| {}, "/vods/7?sig=hunt%20er2&page=3", 200, &json!({ "id": "hunt er2", "title": "t" }));
    assert!(text.contains("sig=…&page=…"), "{text}");
    assert!(!text.contains("hunt"), "{text}");
}

#[test]
fn passwords_are_hidden_by_their_format() {
    let pin = json!({ "id": 7, "title": "t", "pin": "hunter2hunter2" });
    let text = told(|_| {}, "/vods/7", 200, &pin);
    assert!(text.contains("(hidden)") && !text.contains("hunter2"), "{text}");
    // Where the object that holds it is shown as a whole, and where it turns up under another name.
    let whole = json!([{ "id": 7, "pin": "hunter2", "note": "hunter2!" }]);
    let text = told(|_| {}, "/vods/7", 200, &whole);
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_token_in_the_path_is_hidden_by_its_name() {
    let text = told(|_| {}, "/v1/reset/hunter2", 418, &json!("hunter2"));
    assert!(text.contains("GET /v1/reset/[secret]") && !text.contains("hunter2"), "{text}");
}

#[test]
fn a_body_that_cannot_be_read_is_told_by_its_size() {
    let garbled =
        |it: &mut countersign_traffic::Exchange| it.response.body = Some(b"{token: hunter2".to_vec());
    let text = told(garbled, "/vods/7", 200, &json!(null));
    assert!(text.contains("15 bytes") && !text.contains("hunter2"), "{text}");
}

#[test]
fn a_document_knows_its_own_secrets() {
    let document: &Document = &document();
    for (name, secret) in [("SIG", true), ("pin", true), ("access_token", true), ("title", false)] {
        assert_eq!(document.conceals(name), secret, "{name}");
    }
}
