//! Every matcher on a member of a JSON body, against values of every kind.

use serde_json::{Value, json};

use crate::case::{ALL, Answer, Case, Version, object};

/// A rule, the example that stands beside it, and the first specification that has it.
fn rules() -> Vec<(&'static str, Version, Value, Value)> {
    use Version::{V2, V3, V4};
    let dated = "2024-02-29T12:30:00+01:00";
    vec![
        ("type text", V2, json!("a"), json!({ "match": "type" })),
        ("type number", V2, json!(1), json!({ "match": "type" })),
        ("type object", V2, json!({ "a": 1 }), json!({ "match": "type" })),
        ("type array", V2, json!(["a"]), json!({ "match": "type" })),
        ("type null", V2, json!(null), json!({ "match": "type" })),
        ("regex", V2, json!("abc"), json!({ "match": "regex", "regex": "^[a-z]{3}$" })),
        ("regex of numbers", V2, json!("100"), json!({ "match": "regex", "regex": "\\d+" })),
        ("min", V2, json!(["a"]), json!({ "match": "type", "min": 1 })),
        ("max", V2, json!(["a"]), json!({ "match": "type", "max": 1 })),
        ("min and max", V3, json!(["a", "b"]), json!({ "match": "type", "min": 1, "max": 2 })),
        ("equality", V3, json!({ "a": 1 }), json!({ "match": "equality" })),
        ("include", V3, json!("abc"), json!({ "match": "include", "value": "b" })),
        ("integer", V3, json!(1), json!({ "match": "integer" })),
        ("decimal", V3, json!(1.5), json!({ "match": "decimal" })),
        ("number", V3, json!(1), json!({ "match": "number" })),
        ("null", V3, json!(null), json!({ "match": "null" })),
        ("boolean", V3, json!(true), json!({ "match": "boolean" })),
        ("date", V3, json!("2024-02-29"), json!({ "match": "date", "format": "yyyy-MM-dd" })),
        ("date of no format", V3, json!("2024-02-29"), json!({ "match": "date" })),
        ("time", V3, json!("12:30:00"), json!({ "match": "time", "format": "HH:mm:ss" })),
        (
            "timestamp",
            V3,
            json!(dated),
            json!({ "match": "timestamp", "format": "yyyy-MM-dd'T'HH:mm:ssXXX" }),
        ),
        ("datetime", V4, json!(dated), json!({ "match": "datetime", "format": "yyyy-MM-dd'T'HH:mm:ssXXX" })),
        ("values", V3, json!({ "a": "x" }), json!({ "match": "values" })),
        ("contentType", V3, json!("<a/>"), json!({ "match": "contentType", "value": "text/xml" })),
        ("notEmpty", V4, json!("a"), json!({ "match": "notEmpty" })),
        ("semver", V4, json!("1.2.3"), json!({ "match": "semver" })),
        (
            "eachKey",
            V4,
            json!({ "a": 1 }),
            each("eachKey", "a", &json!({ "match": "regex", "regex": "^[a-z]$" })),
        ),
        ("eachValue", V4, json!({ "a": 1 }), each("eachValue", "1", &json!({ "match": "integer" }))),
        ("arrayContains", V4, json!([{ "k": "a" }]), array_contains()),
    ]
}

fn each(name: &str, value: &str, rule: &Value) -> Value {
    json!({ "match": name, "value": value, "rules": [rule] })
}

/// One variant whose only rule is on its member `k`.
fn array_contains() -> Value {
    let rules = json!({ "$.k": { "matchers": [{ "match": "regex", "regex": "^[ab]$" }] } });
    json!({ "match": "arrayContains", "variants": [{ "index": 0, "rules": rules, "generators": {} }] })
}

fn values() -> Vec<Value> {
    vec![
        json!("abc"),
        json!(""),
        json!("100"),
        json!("true"),
        json!("1.2.3"),
        json!("1.2"),
        json!("<a/>"),
        json!("2024-02-29"),
        json!("2023-02-29"),
        json!("12:30:00"),
        json!("25:00:00"),
        json!("2024-02-29T12:30:00+01:00"),
        json!("2024-02-29 12:30"),
        json!(1),
        json!(-3),
        json!(0),
        json!(1.5),
        json!(1.0),
        json!(1e300),
        json!(u64::MAX),
        json!(true),
        json!(false),
        json!(null),
        json!([]),
        json!(["b"]),
        json!(["a", "b"]),
        json!([1, "a", null]),
        json!([{ "k": "a" }, { "k": "z" }]),
        json!([{ "k": "z" }]),
        json!({}),
        json!({ "a": 1 }),
        json!({ "a": "x", "b": 2 }),
        json!({ "AB": 1 }),
    ]
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, since, example, rule) in rules() {
        for version in ALL.into_iter().filter(|version| *version >= since) {
            let response = object([
                ("status", json!(200)),
                ("body", version.body(&json!({ "v": example }), "application/json")),
                ("matchingRules", version.rules("body", "$.v", std::slice::from_ref(&rule))),
            ]);
            // The older specifications have a part of the values: their rules are the same ones.
            let step = if version == Version::V4 { 1 } else { 3 };
            for (number, value) in values().into_iter().enumerate().step_by(step) {
                let name = format!("matcher {name} value {number}");
                let answer = Answer::json(&json!({ "v": value, "unexpected": 1 }));
                cases.push(Case::new(&name, version, &response, answer));
            }
            let as_promised = Answer::json(&json!({ "v": example }));
            cases.push(Case::new(&format!("matcher {name} example"), version, &response, as_promised));
            let missing = Answer::json(&json!({ "w": 1 }));
            cases.push(Case::new(&format!("matcher {name} missing"), version, &response, missing));
        }
    }
    cases.extend(plain());
    cases.extend(combined());
    cases
}

/// Without a rule: equality, in every specification.
fn plain() -> impl Iterator<Item = Case> {
    let cases = |version: Version| {
        values().into_iter().enumerate().map(move |(number, value)| {
            let body = version.body(&json!({ "v": 1, "w": ["a"] }), "application/json");
            let answer = Answer::json(&json!({ "v": value, "w": ["a"] }));
            let response = object([("status", json!(200)), ("body", body)]);
            Case::new(&format!("no matcher value {number}"), version, &response, answer)
        })
    };
    ALL.into_iter().flat_map(cases)
}

/// Several rules on one place, and rules on every element below a place.
fn combined() -> impl Iterator<Item = Case> {
    let integer = json!({ "match": "integer" });
    let text = json!({ "match": "type" });
    let sets = [
        ("AND", json!({ "$.v": { "matchers": [text, integer], "combine": "AND" } })),
        ("OR", json!({ "$.v": { "matchers": [{ "match": "null" }, integer], "combine": "OR" } })),
        (
            "every element",
            json!({ "$.v": { "matchers": [{ "match": "type", "min": 1 }] },
                                  "$.v[*]": { "matchers": [integer] } }),
        ),
        (
            "every member",
            json!({ "$.v": { "matchers": [{ "match": "values" }] },
                                 "$.v.*": { "matchers": [integer] } }),
        ),
        ("the whole body", json!({ "$": { "matchers": [text] } })),
    ];
    let examples = [json!(1), json!([1]), json!({ "a": 1 })];
    sets.into_iter().flat_map(move |(name, rules)| {
        let examples = examples.clone();
        examples.into_iter().enumerate().flat_map(move |(example, body)| {
            let rules = rules.clone();
            values().into_iter().enumerate().step_by(3).flat_map(move |(number, value)| {
                let (rules, body) = (rules.clone(), body.clone());
                [Version::V3, Version::V4].map(move |version| {
                    let response = object([
                        ("status", json!(200)),
                        ("body", version.body(&json!({ "v": body }), "application/json")),
                        ("matchingRules", json!({ "body": rules })),
                    ]);
                    let name = format!("combined {name} example {example} value {number}");
                    Case::new(&name, version, &response, Answer::json(&json!({ "v": value })))
                })
            })
        })
    })
}
