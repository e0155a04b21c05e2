//! Requests: methods, queries, headers, bodies, and the generators that fill them.

use serde_json::{Value, json};

use crate::case::{ALL, Answer, Case, Version};

/// A case whose request has these members. Every other one is answered wrongly, so that both
/// verdicts turn up.
fn case(name: &str, version: Version, request: &Value) -> [Case; 2] {
    [200, 500].map(|status| {
        let answer = Answer { status, headers: Vec::new(), body: Vec::new() };
        let suffix = if status == 200 { "" } else { " answered 500" };
        let mut case =
            Case::new(&format!("request {name}{suffix}"), version, &json!({ "status": 200 }), answer);
        for (member, value) in request.as_object().unwrap() {
            case.interaction["request"][member] = value.clone();
        }
        case
    })
}

fn plain() -> Vec<Case> {
    let mut cases = Vec::new();
    for version in ALL {
        for method in ["get", "POST", "Put", "PATCH", "DELETE", "HEAD", "OPTIONS", "PURGE"] {
            cases.extend(case(&format!("method {method}"), version, &json!({ "method": method })));
        }
        for (number, path) in
            ["/a b", "/a%20b", "/ü", "/a;v=1", "/a/../b", "//a", "/a,b@c"].iter().enumerate()
        {
            cases.extend(case(&format!("path {number}"), version, &json!({ "below": path })));
        }
        for (number, query) in
            ["a=1&b=2", "a=1&a=2", "a=b%20c&d=e%2Bf", "q=%C3%BC", "a=", "a=b=c"].iter().enumerate()
        {
            cases.extend(case(&format!("query text {number}"), version, &json!({ "query": query })));
        }
        let headers =
            json!({ "Accept": "application/json, text/plain", "X-Two": "a, b", "Cookie": "a=b; c=d" });
        cases.extend(case("headers", version, &json!({ "headers": headers })));
        let body = json!({ "b": [1, null], "a": "ü" });
        for (number, media_type) in ["application/json", "application/vnd.a+json"].iter().enumerate() {
            let request = json!({
                "method": "POST",
                "headers": { "Content-Type": media_type },
                "body": version.body(&body, media_type),
            });
            cases.extend(case(&format!("json body {number}"), version, &request));
        }
        let text = json!({ "method": "PUT", "headers": { "Content-Type": "text/plain" },
                           "body": version.body(&json!("plain"), "text/plain") });
        cases.extend(case("text body", version, &text));
        let null =
            json!({ "method": "PUT", "headers": { "Content-Type": "application/json" }, "body": null });
        cases.extend(case("null body", version, &null));
    }
    for version in [Version::V3, Version::V4] {
        let query = json!({ "b": ["2", "1"], "a": ["x y&z"], "empty": [""], "ids[]": ["1"] });
        cases.extend(case("query map", version, &json!({ "query": query })));
        let headers = json!({ "X-Two": ["a", "b"], "Accept": ["text/html", "text/plain"] });
        cases.extend(case("header lists", version, &json!({ "headers": headers })));
    }
    cases.extend(
        case("query valueless", Version::V4, &json!({ "query": { "flag": [null], "a": ["1"] } }))
            .into_iter()
            .take(1),
    );
    cases
}

/// Generators whose values the provider states give: both verifiers have to send the same.
fn of_states() -> Vec<Case> {
    let state = |expression: &str| json!({ "type": "ProviderState", "expression": expression });
    let body = json!({ "id": 1, "name": "a", "text": "b" });
    let mut cases = Vec::new();
    for version in [Version::V3, Version::V4] {
        let path = |index: &str| json!({ "below": "/1", "generators": { "path": state(index) } });
        let header = json!({ "headers": { "Authorization": "Bearer x" },
                             "generators": { "header": { "Authorization": state("Bearer ${token}") } } });
        let query = json!({ "query": { "id": ["1"] }, "generators": { "query": { "id": state("${id}") } } });
        let generators = json!({ "body": { "$.id": state("${id}"), "$.name": state("${name}"), "$.text": state("n ${param}") } });
        let body = json!({ "method": "POST", "headers": { "Content-Type": "application/json" },
                           "body": version.body(&body, "application/json"), "generators": generators });
        let unknown =
            json!({ "query": { "id": ["1"] }, "generators": { "query": { "id": state("${nobody}") } } });
        for (name, request) in [
            ("header", header),
            ("query", query),
            ("body", body),
            ("unknown", unknown),
            ("path", path("/case/0/${id}")),
        ] {
            for (given, states) in [
                ("a state", json!([{ "name": "a show exists", "params": { "param": "p" } }])),
                (
                    "two states",
                    json!([{ "name": "one", "params": { "param": "p", "id": 3 } }, { "name": "two" }]),
                ),
                ("no state", json!([])),
                ("a broken state", json!([{ "name": "one" }, { "name": "broken" }])),
            ] {
                for mut case in case(&format!("{name} from {given}"), version, &request) {
                    case.interaction["providerStates"] = states.clone();
                    cases.push(case);
                }
            }
        }
    }
    cases
}

/// Generators that make something new every time: only the verdict can be compared.
fn random() -> Vec<Case> {
    let generators = [
        ("uuid", json!({ "type": "Uuid" })),
        ("integer", json!({ "type": "RandomInt", "min": 1, "max": 9 })),
        ("decimal", json!({ "type": "RandomDecimal", "digits": 4 })),
        ("hexadecimal", json!({ "type": "RandomHexadecimal", "digits": 4 })),
        ("string", json!({ "type": "RandomString", "size": 4 })),
        ("boolean", json!({ "type": "RandomBoolean" })),
        ("regex", json!({ "type": "Regex", "regex": "[a-z]{4}" })),
        ("date", json!({ "type": "Date", "format": "yyyy-MM-dd" })),
        ("time", json!({ "type": "Time" })),
        ("datetime", json!({ "type": "DateTime", "expression": "now + 1 day" })),
    ];
    let mut cases = Vec::new();
    for version in [Version::V3, Version::V4] {
        for (name, generator) in &generators {
            let request = json!({
                "method": "POST",
                "query": { "q": ["a"] },
                "headers": { "Content-Type": "application/json", "X-Q": "a" },
                "body": version.body(&json!({ "v": "a" }), "application/json"),
                "generators": { "body": { "$.v": generator }, "query": { "q": generator }, "header": { "X-Q": generator } },
            });
            for mut case in case(&format!("random {name}"), version, &request) {
                case.random_request = true;
                cases.push(case);
            }
        }
    }
    cases
}

pub fn cases() -> Vec<Case> {
    let mut cases = plain();
    cases.extend(of_states());
    cases.extend(random());
    // The answer is found by the path, which a generator has to know too.
    for (index, case) in cases.iter_mut().enumerate() {
        if let Some(expression) = case.interaction.pointer_mut("/request/generators/path/expression") {
            *expression = json!(format!("/case/{index}/${{id}}"));
        }
    }
    cases
}
