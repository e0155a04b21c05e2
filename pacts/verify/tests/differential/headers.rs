//! Status and headers of an answer, with and without rules.

use serde_json::{Value, json};

use crate::case::{ALL, Answer, Case, Version, object};

fn statuses() -> Vec<Case> {
    let rules = [
        ("information", json!("info")),
        ("success", json!("success")),
        ("redirect", json!("redirect")),
        ("client error", json!("clientError")),
        ("server error", json!("serverError")),
        ("no error", json!("nonError")),
        ("error", json!("error")),
        ("a list", json!([200, 404])),
    ];
    let mut cases = Vec::new();
    for status in [200, 201, 204, 301, 304, 400, 404, 500, 503] {
        let answer = Answer { status, headers: Vec::new(), body: Vec::new() };
        for (name, class) in &rules {
            let matcher = json!({ "match": "statusCode", "status": class });
            let rules = json!({ "status": { "matchers": [matcher], "combine": "AND" } });
            let response = object([("status", json!(200)), ("matchingRules", rules)]);
            let name = format!("status {name} answered {status}");
            cases.push(Case::new(&name, Version::V4, &response, answer.clone()));
        }
        for version in ALL {
            let name = format!("status 200 answered {status}");
            cases.push(Case::new(&name, version, &json!({ "status": 200 }), answer.clone()));
        }
    }
    cases
}

/// Name and value that the pact expects, and a rule on it where there is one.
fn expected() -> Vec<(&'static str, Value, Option<Value>)> {
    let regex = |regex: &str| Some(json!({ "match": "regex", "regex": regex }));
    vec![
        ("X-Page", json!("2"), None),
        ("x-page", json!("2"), None),
        ("X-Page", json!("1"), regex("^\\d+$")),
        ("X-Page", json!("9"), Some(json!({ "match": "type" }))),
        ("X-Page", json!("9"), Some(json!({ "match": "integer" }))),
        ("Content-Type", json!("application/json"), None),
        ("Content-Type", json!("application/json; charset=utf-8"), None),
        ("Content-Type", json!("text/plain"), regex("^(application|text)/.+$")),
        ("Vary", json!("Accept, Origin"), None),
        ("Allow", json!("GET, HEAD"), regex("^[A-Z]+$")),
        ("Set-Cookie", json!("sid=abc; Path=/"), regex("^sid=.+$")),
        ("Last-Modified", json!("Sun, 12 Mar 2023 01:21:35 GMT"), None),
        ("ETag", json!("\"1\""), Some(json!({ "match": "include", "value": "\"" }))),
        ("X-Empty", json!(""), None),
    ]
}

fn answered() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    vec![
        ("none", vec![]),
        ("a page", vec![("X-Page", "2")]),
        ("a page of letters", vec![("x-page", "two")]),
        ("two pages", vec![("x-page", "2"), ("x-page", "3")]),
        ("json", vec![("Content-Type", "application/json")]),
        ("json with charset", vec![("content-type", "application/json;charset=UTF-8")]),
        ("lists", vec![("Vary", "Accept,Origin"), ("Allow", "GET"), ("Allow", "HEAD")]),
        ("lists in another order", vec![("Vary", "Origin, Accept"), ("Allow", "HEAD, get")]),
        ("cookies", vec![("Set-Cookie", "sid=xyz; HttpOnly"), ("Set-Cookie", "theme=dark")]),
        ("a date", vec![("Last-Modified", "Sun, 12 Mar 2023 01:21:35 GMT"), ("ETag", "W/\"7\"")]),
        ("an empty one", vec![("X-Empty", "")]),
    ]
}

pub fn cases() -> Vec<Case> {
    let mut cases = statuses();
    for version in [Version::V2, Version::V3, Version::V4] {
        for (number, (header, value, rule)) in expected().into_iter().enumerate() {
            let mut response = object([("status", json!(200)), ("headers", json!({ header: value }))]);
            if let Some(rule) = rule {
                response["matchingRules"] = version.rules("header", header, &[rule]);
            }
            for (kind, headers) in answered() {
                let headers =
                    headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                let answer = Answer { status: 200, headers, body: Vec::new() };
                let name = format!("header {number} answered {kind}");
                cases.push(Case::new(&name, version, &response, answer));
            }
        }
    }
    cases
}
