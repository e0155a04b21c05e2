//! Values of a pact as text.

use maud::{Markup, html};
use serde_json::Value;

use crate::page::words::{cut, said};

/// Characters of an example.
const EXAMPLE: usize = 20_000;
const SHORT: usize = 300;

/// On one line, cut where it is long.
pub fn short(value: &Value) -> String {
    match value {
        Value::String(text) => format!("\"{}\"", cut(text, SHORT)),
        other => cut(&other.to_string(), SHORT),
    }
}

/// As a block, JSON indented.
pub fn block(value: &Value) -> Markup {
    let text = match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).expect("a value of JSON is written as JSON"),
    };
    html! { pre tabindex="0" { code { (cut(&text, EXAMPLE)) } } }
}

/// A header's or parameter's values: a text, or a list of them.
pub fn joined(value: &Value) -> String {
    match value {
        Value::String(text) => said(text),
        Value::Array(items) => items.iter().map(joined).collect::<Vec<_>>().join(", "),
        Value::Null => String::new(),
        other => said(&other.to_string()),
    }
}
