//! Every field of every body that the document describes, left out and filled with what it is not: each answer names
//! the very field, one answer names all of them, and nothing is changed.

use serde_json::{Map, Value, json};

use crate::archivist::TestArchivist;
use crate::client::Reply;
use crate::described::{Described, operations, resolved};
use crate::scenarios;

scenarios![a_wrong_field_is_named_by_every_operation, all_wrong_fields_are_named_at_once];

async fn send(
    archivist: &TestArchivist,
    operation: &Described,
    admin: &str,
    body: &Map<String, Value>,
) -> Reply {
    let request = operation.bare(archivist).json(body.clone());
    if operation.needs_a_session() { request.bearer(admin).send().await } else { request.send().await }
}

fn with_bodies() -> Vec<(Described, &'static Value)> {
    let all = operations().into_iter();
    let all: Vec<_> = all.filter_map(|it| it.schema().map(|schema| (it, schema))).collect();
    assert!(all.len() >= 8, "{}", all.len());
    all
}

/// The schemas of which a value keeps at least one.
fn alternatives(schema: &'static Value) -> Vec<&'static Value> {
    let schema = resolved(schema);
    match schema["anyOf"].as_array() {
        Some(branches) => branches.iter().flat_map(alternatives).collect(),
        None => vec![schema],
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => panic!("{schema} has no type"),
    }
}

/// Values that the schema of a field does not allow: of every other type, and beyond its bounds.
fn wrong_values(schema: &'static Value) -> Vec<Value> {
    let alternatives = alternatives(schema);
    let taken: Vec<&str> = alternatives.iter().flat_map(|schema| types(schema)).collect();
    let samples = [
        ("string", json!("text")),
        ("number", json!(7.5)),
        ("boolean", json!(true)),
        ("object", json!({"a": 1})),
        ("array", json!([1])),
        ("null", json!(null)),
    ];
    let other = samples.into_iter().filter(|(kind, _)| !taken.contains(kind));
    let mut wrong: Vec<Value> = other.map(|(_, value)| value).collect();
    for schema in alternatives {
        if let Some(least) = schema["minimum"].as_i64() {
            wrong.push(json!(least - 1));
        }
        if let Some(length) = schema["maxLength"].as_u64() {
            wrong.push(json!("x".repeat(usize::try_from(length).unwrap() + 1)));
        }
        if schema["minLength"].as_u64().is_some_and(|length| length > 0) {
            wrong.push(json!(""));
        }
        if let Some(length) = schema["maxItems"].as_u64() {
            wrong.push(json!(vec!["a.mp4"; usize::try_from(length).unwrap() + 1]));
        }
        if schema["minItems"].as_u64().is_some_and(|length| length > 0) {
            wrong.push(json!([]));
        }
        if schema["enum"].is_array() {
            wrong.push(json!("none of these"));
        }
    }
    wrong
}

fn named(reply: &Reply, what: &str) -> Vec<String> {
    assert_eq!(reply.status(), 422, "{what}: {}", reply.text());
    let fields = reply.expect_fields();
    let fields = fields.as_object().unwrap();
    let told = fields.values().all(|reasons| reasons.as_array().is_some_and(|reasons| !reasons.is_empty()));
    assert!(told, "{what}: {fields:?}");
    fields.keys().cloned().collect()
}

async fn a_wrong_field_is_named_by_every_operation(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let before = counts(archivist, &admin).await;
    for (operation, schema) in with_bodies() {
        let example = operation.examples()[0].as_object().unwrap().clone();
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap();
            let mut body = example.clone();
            body.remove(name);
            let what = format!("{} without {name}", operation.name());
            assert_eq!(named(&send(archivist, &operation, &admin, &body).await, &what), [name], "{what}");
        }
        for (name, field) in schema["properties"].as_object().unwrap() {
            for value in wrong_values(field) {
                let mut body = example.clone();
                body.insert(name.clone(), value.clone());
                let what: String =
                    format!("{} with {name} {value}", operation.name()).chars().take(200).collect();
                assert_eq!(
                    named(&send(archivist, &operation, &admin, &body).await, &what),
                    [name.as_str()],
                    "{what}"
                );
            }
        }
    }
    assert_eq!(counts(archivist, &admin).await, before);
}

async fn all_wrong_fields_are_named_at_once(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let before = counts(archivist, &admin).await;
    for (operation, schema) in with_bodies() {
        assert_eq!(schema["additionalProperties"], false, "{}", operation.name());
        let fields = schema["properties"].as_object().unwrap();
        let mut body: Map<_, _> =
            fields.iter().map(|(name, field)| (name.clone(), wrong_values(field)[0].clone())).collect();
        body.insert("not_of_the_document".to_owned(), json!(1));
        let mut expected: Vec<_> = body.keys().cloned().collect();
        expected.sort();
        assert_eq!(named(&send(archivist, &operation, &admin, &body).await, &operation.name()), expected);
    }
    assert_eq!(counts(archivist, &admin).await, before);
}

/// How much of everything is stored.
async fn counts(archivist: &TestArchivist, admin: &str) -> Value {
    let overview = archivist.get("/api/admin").bearer(admin).send().await.expect(200);
    let audit = archivist.get("/api/admin/audit").bearer(admin).send().await.expect(200)["total"].clone();
    json!([overview, audit])
}
