//! One way to write a JSON value, so that the same pact is always the same bytes.

use serde_json::{Map, Value};

/// The value with the keys of every object in order.
///
/// The Pact crates keep parameters, headers and rules in hash maps, so they come out in another order on
/// every run; the order of keys means nothing in JSON.
pub(crate) fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> =
                members.into_iter().map(|(key, member)| (key, sorted(member))).collect();
            members.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(Map::from_iter(members))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        scalar => scalar,
    }
}

/// The rules of one part of an interaction, with the rules of each path in order and none twice.
///
/// Rules of one path are all tried whatever their order, but nested patterns collect theirs from a hash map.
pub(crate) fn sorted_rules(rules: Value) -> Value {
    match rules {
        Value::Object(mut members) => {
            if let Some(Value::Array(matchers)) = members.get_mut("matchers") {
                matchers.sort_by_cached_key(Value::to_string);
                matchers.dedup();
            } else {
                for member in members.values_mut() {
                    *member = sorted_rules(member.take());
                }
            }
            Value::Object(members)
        }
        other => other,
    }
}

/// Pretty-printed bytes with a newline at the end, as an editor would leave them.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("a JSON value has string keys only");
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_in_order_at_every_depth() {
        let value = json!({"b": [{"d": 1, "c": 2}], "a": {"f": null, "e": "x"}});
        assert_eq!(sorted(value).to_string(), r#"{"a":{"e":"x","f":null},"b":[{"c":2,"d":1}]}"#);
    }

    #[test]
    fn the_rules_of_a_path_are_in_order_and_none_stands_twice() {
        let rules = |names: &[&str]| {
            let matchers: Vec<Value> = names.iter().map(|name| json!({"match": name})).collect();
            json!({"body": {"$.a": {"combine": "AND", "matchers": matchers}}})
        };
        assert_eq!(sorted_rules(rules(&["type", "integer", "type"])), rules(&["integer", "type"]));
    }
}
