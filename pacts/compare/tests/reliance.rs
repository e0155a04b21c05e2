//! Whom a change reaches: one document, one change at a time, and one pact that relies on some of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use chrono::NaiveDate;
use countersign_compare::{How, Pact, reliances};
use countersign_openapi::diff::{Options, compare};
use countersign_openapi::{Document, LoadOptions};
use serde_json::{Value, json};

fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "archive", "version": "1" },
        "paths": { "/vods/{id}": {
            "get": {
                "parameters": [
                    { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } },
                    { "name": "lang", "in": "query", "schema": { "type": "string", "maxLength": 5 } },
                    { "name": "depth", "in": "query", "schema": { "type": "integer" } },
                ],
                "responses": { "200": { "description": "it", "content": { "application/json": { "schema": {
                    "type": "object",
                    "required": ["title", "duration", "chapters"],
                    "properties": {
                        "title": { "type": "string" },
                        "duration": { "type": "number" },
                        "chapters": { "type": "array", "items": { "type": "object", "properties": {
                            "start": { "type": "number" }, "note": { "type": "string" },
                        } } },
                    },
                } } } }, "404": { "description": "none" } },
            },
            "put": {
                "requestBody": { "required": true, "content": { "application/json": { "schema": {
                    "type": "object",
                    "properties": { "title": { "type": "string" }, "note": { "type": "string" } },
                } } } },
                "responses": { "204": { "description": "done" } },
            },
        } },
    })
}

fn pact() -> Pact {
    let pact = json!({
        "consumer": { "name": "ui" },
        "provider": { "name": "archive" },
        "interactions": [
            {
                "description": "a recording",
                "request": { "method": "GET", "path": "/vods/7", "query": "lang=en" },
                "response": {
                    "status": 200,
                    "headers": { "Content-Type": "application/json" },
                    "body": { "duration": 7.5, "chapters": [{ "start": 1.5 }] },
                },
            },
            {
                "description": "a new title",
                "request": {
                    "method": "PUT", "path": "/vods/7",
                    "headers": { "Content-Type": "application/json" }, "body": { "title": "a" },
                },
                "response": { "status": 204 },
            },
        ],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    });
    Pact::from_bytes("ui-archive.json", pact.to_string().into_bytes()).unwrap()
}

/// Whom the change that `edit` makes reaches: the interaction, how, and the pointer into a body.
fn reached(edit: impl FnOnce(&mut Value)) -> Vec<(String, How, Option<String>)> {
    let load = |value: &Value| {
        Document::from_text("archive.json", &value.to_string(), &LoadOptions::default()).unwrap()
    };
    let mut revised = document();
    edit(&mut revised);
    let (base, revised) = (load(&document()), load(&revised));
    let day = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let comparison = compare(&base, &revised, &Options::on(day)).unwrap();
    assert!(!comparison.changes.is_empty(), "nothing was changed");
    let reliances = reliances(&pact(), &base).unwrap();
    let mut found: Vec<_> = comparison
        .changes
        .iter()
        .flat_map(|change| reliances.iter().filter_map(move |it| Some((it, it.reached_by(change)?))))
        .map(|(it, reached)| {
            (it.interaction.clone(), reached.how, reached.pointer.map(|pointer| pointer.to_string()))
        })
        .collect();
    found.dedup();
    found
}

const SCHEMA: &str = "/paths/~1vods~1{id}/get/responses/200/content/application~1json/schema";

fn take(document: &mut Value, at: &str, name: &str) {
    document.pointer_mut(at).unwrap().as_object_mut().unwrap().remove(name).unwrap();
}

fn put(document: &mut Value, at: &str, value: Value) {
    let (around, name) = at.rsplit_once('/').unwrap();
    match document.pointer_mut(around).unwrap() {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        around => drop(around.as_object_mut().unwrap().insert(name.to_owned(), value)),
    }
}

fn reads(pointer: &str) -> Vec<(String, How, Option<String>)> {
    vec![("a recording".to_owned(), How::Reads, Some(pointer.to_owned()))]
}

#[test]
fn what_is_read_and_goes_is_missed() {
    let found = reached(|it| {
        take(it, &format!("{SCHEMA}/properties"), "duration");
        put(it, &format!("{SCHEMA}/required"), json!(["title", "chapters"]));
    });
    assert_eq!(found, reads("/duration"));
    let items = format!("{SCHEMA}/properties/chapters/items/properties");
    assert_eq!(
        reached(|it| put(it, &format!("{items}/start"), json!({ "type": "string" }))),
        reads("/chapters/0/start")
    );
}

#[test]
fn what_nobody_reads_is_missed_by_nobody() {
    let found = reached(|it| {
        take(it, &format!("{SCHEMA}/properties"), "title");
        put(it, &format!("{SCHEMA}/required"), json!(["duration", "chapters"]));
    });
    assert_eq!(found, []);
    let items = format!("{SCHEMA}/properties/chapters/items/properties");
    assert_eq!(reached(|it| take(it, &items, "note")), []);
    assert_eq!(reached(|it| put(it, &format!("{SCHEMA}/properties/new"), json!({ "type": "string" }))), []);
}

#[test]
fn what_is_asked_anew_hurts_who_does_not_send_it() {
    let body = "/paths/~1vods~1{id}/put/requestBody/content/application~1json/schema";
    let required = |name: &str| {
        reached(|it| {
            it.pointer_mut(body)
                .unwrap()
                .as_object_mut()
                .unwrap()
                .insert("required".to_owned(), json!([name]));
        })
    };
    assert_eq!(required("note"), [("a new title".to_owned(), How::Sends, Some(String::new()))]);
    assert_eq!(required("title"), []);
    let depth = reached(|it| put(it, "/paths/~1vods~1{id}/get/parameters/2/required", json!(true)));
    assert_eq!(depth, [("a recording".to_owned(), How::Calls, None)]);
}

#[test]
fn what_is_asked_more_strictly_hurts_who_sends_it() {
    let lang = reached(|it| put(it, "/paths/~1vods~1{id}/get/parameters/1/schema/maxLength", json!(1)));
    assert_eq!(lang, [("a recording".to_owned(), How::Sends, None)]);
    let depth =
        reached(|it| put(it, "/paths/~1vods~1{id}/get/parameters/2/schema", json!({ "type": "string" })));
    assert_eq!(depth, []);
}

#[test]
fn an_operation_that_goes_hurts_who_calls_it() {
    let found = reached(|it| take(it, "/paths/~1vods~1{id}", "put"));
    assert_eq!(found, [("a new title".to_owned(), How::Calls, None)]);
    assert_eq!(reached(|it| take(it, "/paths/~1vods~1{id}/get/responses", "404")), []);
    let gone = reached(|it| take(it, "/paths/~1vods~1{id}/get/responses", "200"));
    assert_eq!(gone[0].0, "a recording");
}
