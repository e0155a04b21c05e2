//! Every kind of body a pact may expect, against every kind of body that may come.

use serde_json::{Value, json};

use crate::case::{Answer, Case, Version, object};

const FORM: &str = "application/x-www-form-urlencoded";

/// Media type, body as the pact writes it, and a rule on it where there is one.
fn expected(version: Version) -> Vec<(&'static str, Value)> {
    let typed = |media_type: &str, content: Value| {
        object([
            ("headers", json!({ "Content-Type": media_type })),
            ("body", version.body(&content, media_type)),
        ])
    };
    let with = |mut response: Value, category: &str, path: &str, rule: Value| {
        response["matchingRules"] = version.rules(category, path, &[rule]);
        response
    };
    let xml =
        typed("application/xml", json!("<?xml version=\"1.0\"?><show id=\"7\"><title>a</title></show>"));
    let text = typed("text/plain", json!("abc"));
    let form = typed(FORM, json!("a=1&b=two"));
    vec![
        ("nothing", object([])),
        ("json", typed("application/json", json!({ "a": 1 }))),
        ("json array", typed("application/json", json!([1]))),
        ("vendor json", typed("application/vnd.show+json", json!({ "a": 1 }))),
        ("json with charset", typed("application/json; charset=utf-8", json!({ "a": 1 }))),
        ("json without header", object([("body", version.body(&json!({ "a": 1 }), "application/json"))])),
        ("json text", typed("application/json", json!("abc"))),
        ("null", object([("body", json!(null))])),
        (
            "empty",
            object([("body", if version == Version::V4 { json!({ "content": "" }) } else { json!("") })]),
        ),
        ("xml title by type", with(xml.clone(), "body", "$.show.title['#text']", json!({ "match": "type" }))),
        (
            "xml id by regex",
            with(xml.clone(), "body", "$.show['@id']", json!({ "match": "regex", "regex": "\\d+" })),
        ),
        ("xml", xml),
        ("text by regex", with(text.clone(), "body", "$", json!({ "match": "regex", "regex": "a.+" }))),
        ("text", text),
        ("form by regex", with(form.clone(), "body", "$.a", json!({ "match": "regex", "regex": "\\d" }))),
        ("form", form),
        ("binary", binary(version, None)),
        ("binary by media type", binary(version, Some("image/png"))),
    ]
}

/// Bytes that are no text, in base64.
fn binary(version: Version, media_type: Option<&str>) -> Value {
    let content = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB";
    let body = match version {
        Version::V4 => json!({ "content": content, "contentType": "image/png", "encoded": "base64" }),
        _ => json!(content),
    };
    let mut response = object([("headers", json!({ "Content-Type": "image/png" })), ("body", body)]);
    if let Some(media_type) = media_type {
        let rule = json!({ "match": "contentType", "value": media_type });
        response["matchingRules"] = version.rules("body", "$", &[rule]);
    }
    response
}

fn answers() -> Vec<(&'static str, Answer)> {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01";
    vec![
        ("nothing", Answer::bare("")),
        ("empty json", Answer::typed("application/json", "")),
        ("json", Answer::json(&json!({ "a": 1, "b": 2 }))),
        ("other json", Answer::json(&json!({ "a": 2 }))),
        ("json array", Answer::json(&json!([1]))),
        ("json text", Answer::json(&json!("abc"))),
        ("json null", Answer::json(&json!(null))),
        ("json with charset", Answer::typed("application/json;charset=UTF-8", r#"{"a":1}"#)),
        ("json without type", Answer::bare(r#"{"a":1}"#)),
        ("vendor json", Answer::typed("application/vnd.show+json", r#"{"a":1}"#)),
        ("broken json", Answer::typed("application/json", r#"{"a":"#)),
        ("xml", Answer::typed("application/xml", "<show id=\"7\"><title>a</title></show>")),
        ("other xml", Answer::typed("application/xml", "<show id=\"8\"><title>b</title><extra/></show>")),
        ("xml of another root", Answer::typed("application/xml", "<film/>")),
        ("broken xml", Answer::typed("application/xml", "<show")),
        ("text", Answer::typed("text/plain", "abc")),
        ("other text", Answer::typed("text/plain; charset=utf-8", "abcd")),
        ("html", Answer::typed("text/html", "<p>abc</p>")),
        ("form", Answer::typed(FORM, "b=two&a=1")),
        ("other form", Answer::typed(FORM, "a=2&b=two")),
        ("binary", Answer::typed("image/png", &png[..])),
        ("other binary", Answer::typed("image/png", &b"\xff\xfe\0"[..])),
        ("bytes", Answer::typed("application/octet-stream", &png[..])),
    ]
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for version in [Version::V3, Version::V4] {
        for (expectation, mut response) in expected(version) {
            response["status"] = json!(200);
            for (kind, answer) in answers() {
                let name = format!("body {expectation} answered {kind}");
                cases.push(Case::new(&name, version, &response, answer));
            }
        }
    }
    cases
}
