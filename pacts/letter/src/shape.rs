//! The shape of an interaction: what the Pact models would take silently for something else is
//! refused here by name. Each check says what is wrong and where below the interaction, at `at`.

use countersign_openapi::JsonPointer;
use serde_json::{Map, Value};

/// What is wrong, and where below the interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misshapen {
    pub at: JsonPointer,
    pub reason: String,
}

/// What was asked for, or what is wrong.
pub type Checked<T> = Result<T, Misshapen>;
/// The members of an object.
pub type Members = Map<String, Value>;

/// `reason` as what is wrong at `at`.
pub fn wrong<T>(at: &JsonPointer, reason: impl Into<String>) -> Checked<T> {
    Err(Misshapen { at: at.clone(), reason: reason.into() })
}

/// An object.
pub fn object<'a>(value: &'a Value, at: &JsonPointer) -> Checked<&'a Members> {
    match value.as_object() {
        Some(members) => Ok(members),
        None => wrong(at, format!("it is {} where an object belongs", kind(value))),
    }
}

/// A member that may be missing or `null`.
#[must_use]
pub fn member<'a>(members: &'a Members, name: &str) -> Option<&'a Value> {
    members.get(name).filter(|value| !value.is_null())
}

/// A member that may not be missing.
pub fn required<'a>(members: &'a Members, name: &str, at: &JsonPointer) -> Checked<&'a Value> {
    match members.get(name) {
        Some(value) => Ok(value),
        None => wrong(at, format!("it has no {name:?}")),
    }
}

/// A text.
pub fn string<'a>(value: &'a Value, at: &JsonPointer) -> Checked<&'a str> {
    match value.as_str() {
        Some(text) => Ok(text),
        None => wrong(at, format!("it is {} where text belongs", kind(value))),
    }
}

/// A text as a member that may be missing or `null`.
pub fn text<'a>(members: &'a Members, name: &str, at: &JsonPointer) -> Checked<Option<&'a str>> {
    member(members, name).map(|value| string(value, &at.join(name))).transpose()
}

/// A number, a boolean or a text where text is meant: many writers of pacts are not strict.
pub fn scalar(value: &Value, at: &JsonPointer) -> Checked<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        other => wrong(at, format!("it is {} where text belongs", kind(other))),
    }
}

/// Checks the provider states as every specification writes them.
pub fn states(members: &Members, at: &JsonPointer) -> Checked<()> {
    text(members, "providerState", at)?;
    text(members, "provider_state", at)?;
    let Some(states) = member(members, "providerStates") else { return Ok(()) };
    let at = at.join("providerStates");
    let Some(states) = states.as_array() else {
        return wrong(&at, format!("it is {} where an array belongs", kind(states)));
    };
    for (index, state) in states.iter().enumerate() {
        let at = at.index(index);
        if text(object(state, &at)?, "name", &at)?.is_none() {
            return wrong(&at, "it has no \"name\"");
        }
    }
    Ok(())
}

/// What sort of JSON a value is, with its article.
#[must_use]
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
