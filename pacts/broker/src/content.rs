//! What of a pact binds: its content, the name of that content, and the names of its interactions.
//!
//! Two pacts that differ in order or metadata alone are the same contract, and what was verified of one
//! is verified of the other (Pact Broker: "content SHA").

use serde_json::{Map, Value};
use sha1::{Digest, Sha1};

use crate::Key;

/// The fields of a pact that hold its interactions, of V1 to V4.
const BINDING: [&str; 2] = ["interactions", "messages"];

/// SHA-1, in hexadecimal, over the interactions in an order of their own and the version of the
/// specification. Keys are sorted on every level, so that no writer's habit makes a new contract.
pub fn sha(pact: &Value) -> String {
    let mut content = Map::new();
    for field in BINDING {
        if let Some(Value::Array(interactions)) = pact.get(field) {
            let mut texts: Vec<String> = interactions.iter().map(sorted_text).collect();
            texts.sort_unstable();
            content.insert(field.to_owned(), texts.into());
        }
    }
    if let Some(version) = specification_version(pact) {
        content.insert("pact_specification_version".to_owned(), version.into());
    }
    hex(&Sha1::digest(Value::Object(content).to_string()))
}

/// The key under which a text is stored: SHA-256, so that nobody can make one for another's text.
#[must_use]
pub fn key(text: &[u8]) -> Key {
    <[u8; 32]>::from(sha2::Sha256::digest(text)).into()
}

/// Gives each interaction its `_id`, which a verifier sends back with its result.
pub fn with_ids(pact: &mut Value) {
    for field in BINDING {
        let Some(Value::Array(interactions)) = pact.get_mut(field) else { continue };
        for interaction in interactions.iter_mut() {
            let id = interaction_id(interaction);
            if let Value::Object(fields) = interaction {
                fields.insert("_id".to_owned(), id.into());
            }
        }
    }
}

/// SHA-1 of the interaction without an `_id` that it may carry.
#[must_use]
pub fn interaction_id(interaction: &Value) -> String {
    hex(&Sha1::digest(sorted_text(interaction)))
}

/// How many interactions a pact has.
pub fn interactions(pact: &Value) -> impl Iterator<Item = &Value> {
    BINDING.iter().filter_map(|field| pact.get(field)?.as_array()).flatten()
}

pub fn specification_version(pact: &Value) -> Option<&str> {
    let metadata = pact.get("metadata")?;
    let spelt = ["pactSpecification", "pact-specification"].iter().find_map(|name| metadata.get(name));
    spelt
        .and_then(|specification| specification.get("version"))
        .or_else(|| metadata.get("pactSpecificationVersion"))
        .and_then(Value::as_str)
}

/// The text of a value with the keys of every object in order, without the `_id` that a broker gave.
fn sorted_text(value: &Value) -> String {
    let mut text = String::new();
    write_sorted(value, true, &mut text);
    text
}

fn write_sorted(value: &Value, top: bool, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().filter(|key| !(top && *key == "_id")).collect();
            keys.sort_unstable();
            text.push('{');
            for (at, key) in keys.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write_sorted(&fields[key], false, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write_sorted(item, false, text);
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes what is written");
        text
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn order_and_metadata_do_not_bind() {
        let one = json!({"interactions": [{"description": "a", "request": {"path": "/", "method": "GET"}}, {"description": "b"}],
            "metadata": {"pactSpecification": {"version": "3.0.0"}, "pactRust": {"models": "1"}}});
        let other = json!({"metadata": {"pactSpecification": {"version": "3.0.0"}},
            "interactions": [{"description": "b"}, {"request": {"method": "GET", "path": "/"}, "description": "a"}]});
        assert_eq!(sha(&one), sha(&other));
        let third = json!({"interactions": [{"description": "b"}], "metadata": one["metadata"]});
        assert_ne!(sha(&one), sha(&third));
        let v2 = json!({"interactions": other["interactions"], "metadata": {"pactSpecification": {"version": "2.0.0"}}});
        assert_ne!(sha(&one), sha(&v2));
    }

    #[test]
    fn an_interaction_keeps_its_name_when_it_is_given_one() {
        let mut pact = json!({"interactions": [{"description": "a"}]});
        let plain = sha(&pact);
        with_ids(&mut pact);
        let id = pact["interactions"][0]["_id"].as_str().unwrap().to_owned();
        with_ids(&mut pact);
        assert_eq!(pact["interactions"][0]["_id"], id);
        assert_eq!(sha(&pact), plain);
    }
}
