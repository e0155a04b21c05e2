//! Values cut to a size that a person reads.

use serde_json::Value;

use crate::conceal::clip;

/// Elements or members of a value that are shown, at most.
const MAX_ITEMS: usize = 20;

/// `value` with long text, long lists and deep objects cut.
pub(super) fn readable(value: &Value) -> Value {
    cut(value, 2)
}

fn cut(value: &Value, depth: usize) -> Value {
    match value {
        Value::String(text) => clip(text),
        Value::Array(items) if depth > 0 => {
            let mut shown: Vec<Value> =
                items.iter().take(MAX_ITEMS).map(|item| cut(item, depth - 1)).collect();
            if items.len() > MAX_ITEMS {
                shown.push(Value::from(format!("… and {} more", items.len() - MAX_ITEMS)));
            }
            Value::Array(shown)
        }
        Value::Object(members) if depth > 0 => {
            let shown = members.iter().take(MAX_ITEMS);
            Value::Object(shown.map(|(key, value)| (key.clone(), cut(value, depth - 1))).collect())
        }
        Value::Array(_) => Value::from("[…]"),
        Value::Object(_) => Value::from("{…}"),
        other => other.clone(),
    }
}
