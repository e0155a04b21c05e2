//! What provider states know by name, filled in where `${value:NAME}` stands.

use serde_json::Value;

use crate::request::encoded;
use crate::states::Values;

const OPEN: &str = "${value:";

/// A text with the values in it.
pub(crate) fn fill(text: &str, values: &Values) -> Result<String, String> {
    fill_with(text, values, &|value| value)
}

/// A path or query with the values in it, each percent-encoded: none of them can change where it leads.
pub(crate) fn fill_path(path: &str, values: &Values) -> Result<String, String> {
    fill_with(path, values, &|value| encoded(&value))
}

/// JSON with the values in its texts. A text that is one placeholder and nothing else becomes the value itself,
/// of whatever type.
pub(crate) fn fill_json(json: &Value, values: &Values) -> Result<Value, String> {
    match json {
        Value::String(text) => match alone(text) {
            Some(name) => known(name, values).cloned(),
            None => fill(text, values).map(Value::from),
        },
        Value::Array(items) => items.iter().map(|item| fill_json(item, values)).collect(),
        Value::Object(members) => {
            let filled = |(key, value): (&String, &Value)| Ok((key.clone(), fill_json(value, values)?));
            members.iter().map(filled).collect::<Result<_, String>>().map(Value::Object)
        }
        other => Ok(other.clone()),
    }
}

fn fill_with(text: &str, values: &Values, shape: &dyn Fn(String) -> String) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (name, after) = after.split_once('}').ok_or_else(|| format!("{text:?} has no closing brace"))?;
        filled.push_str(before);
        filled.push_str(&shape(match known(name, values)? {
            Value::String(value) => value.clone(),
            value => value.to_string(),
        }));
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// The name in a text that is one placeholder and nothing else.
fn alone(text: &str) -> Option<&str> {
    let name = text.strip_prefix(OPEN)?.strip_suffix('}')?;
    (!name.contains('}')).then_some(name)
}

fn known<'a>(name: &str, values: &'a Values) -> Result<&'a Value, String> {
    values.get(name).ok_or_else(|| {
        let mut names: Vec<String> = values.keys().map(|name| format!("{name:?}")).collect();
        names.sort();
        let names = if names.is_empty() { "none at all".to_owned() } else { names.join(", ") };
        format!("no provider state of the interaction gives a value {name:?}; they give {names}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn values() -> Values {
        [("id".to_owned(), json!(7)), ("path".to_owned(), json!("a/b c")), ("tags".to_owned(), json!(["x"]))]
            .into()
    }

    #[test]
    fn values_of_states_are_filled_in() {
        assert_eq!(fill("vod ${value:id} at ${value:path}.", &values()).unwrap(), "vod 7 at a/b c.");
        assert_eq!(
            fill_path("/vods/${value:path}?id=${value:id}", &values()).unwrap(),
            "/vods/a%2Fb%20c?id=7"
        );
        assert_eq!(fill("$x {id}", &values()).unwrap(), "$x {id}", "what is no placeholder stays");
    }

    #[test]
    fn a_text_that_is_one_placeholder_becomes_the_value() {
        let json = json!({"id": "${value:id}", "all": ["${value:tags}", "${value:id}${value:id}", 1, null]});
        let filled = json!({"id": 7, "all": [["x"], "77", 1, null]});
        assert_eq!(fill_json(&json, &values()).unwrap(), filled);
    }

    #[test]
    fn a_value_that_is_not_there_is_named() {
        let error = fill("${value:token}", &values()).unwrap_err();
        assert!(error.contains("\"token\"") && error.contains("\"id\""), "{error}");
        assert!(fill("${value:id", &values()).unwrap_err().contains("no closing brace"));
        assert!(fill_json(&json!({"a": ["${value:b}"]}), &values()).is_err());
    }
}
