//! One interaction of a pact: what every reader of pacts wants to know of it, and its JSON for what
//! only one of them does.

use std::fmt;

use countersign_openapi::{JsonPointer, Position};
use pact_models::PactSpecification;
use pact_models::provider_states::ProviderState;
use serde_json::Value;

use crate::name::StateName;
use crate::shape::{self, Checked, Members};

/// One interaction of a pact.
#[derive(Clone, Debug)]
pub struct Interaction {
    description: Option<String>,
    states: Vec<ProviderState>,
    kind: Kind,
    position: Position,
    specification: PactSpecification,
    json: Value,
}

/// What an interaction is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Http,
    /// A message that the provider sends by itself.
    Asynchronous,
    /// A message that the consumer sends, and the replies.
    Synchronous,
    /// What only the plugin that wrote it can read.
    Plugin,
    /// Something that Pact's specifications do not know, and what it calls itself.
    Other(String),
}

impl Kind {
    /// What it is called in a report.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Http => "HTTP",
            Self::Asynchronous => "asynchronous message",
            Self::Synchronous => "synchronous message",
            Self::Plugin => "plugin",
            Self::Other(name) => name,
        }
    }

    fn of(members: &Members, of_messages: bool) -> Checked<Self> {
        let plugin = members.get("pluginConfiguration").and_then(Value::as_object);
        if plugin.is_some_and(|plugin| !plugin.is_empty()) {
            return Ok(Self::Plugin);
        }
        if of_messages {
            return Ok(Self::Asynchronous);
        }
        let Some(name) = shape::text(members, "type", &JsonPointer::root())? else { return Ok(Self::Http) };
        Ok(match name.to_ascii_lowercase().as_str() {
            "synchronous/http" => Self::Http,
            "asynchronous/messages" => Self::Asynchronous,
            "synchronous/messages" => Self::Synchronous,
            _ => Self::Other(name.to_owned()),
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Interaction {
    /// Reads an element of `interactions` or of `messages`, which stands at `position`.
    pub(crate) fn read(json: Value, position: Position, specification: PactSpecification) -> Checked<Self> {
        let root = JsonPointer::root();
        let members = shape::object(&json, &root)?;
        shape::states(members, &root)?;
        let of_messages = position.pointer.as_str().starts_with("/messages/");
        Ok(Self {
            description: shape::text(members, "description", &root)?.map(str::to_owned),
            states: ProviderState::from_json(&json),
            kind: Kind::of(members, of_messages)?,
            position,
            specification,
            json,
        })
    }

    /// What the consumer calls it; empty where it has no name.
    #[must_use]
    pub fn description(&self) -> &str {
        self.description.as_deref().unwrap_or_default()
    }

    /// Its provider states with their parameters, in order.
    #[must_use]
    pub fn states(&self) -> &[ProviderState] {
        &self.states
    }

    /// The names of its provider states, in order.
    #[must_use]
    pub fn state_names(&self) -> Vec<StateName> {
        self.states.iter().map(|state| StateName::from(state.name.as_str())).collect()
    }

    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Where it stands in its pact.
    #[must_use]
    pub fn pointer(&self) -> &JsonPointer {
        &self.position.pointer
    }

    /// Where it stands in the file.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// The specification that its pact is written in.
    #[must_use]
    pub fn specification(&self) -> PactSpecification {
        self.specification
    }

    /// Whether a body or the contents of a message stand in a `content` of their own, beside their media
    /// type. V4 wraps them; the specifications before it do not.
    #[must_use]
    pub fn wraps_bodies(&self) -> bool {
        self.specification == PactSpecification::V4
    }

    /// The key that V4 may give it, which is its own in the pact.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.json.get("key").and_then(Value::as_str)
    }

    /// Whether its failures do not count yet (V4).
    #[must_use]
    pub fn pending(&self) -> bool {
        self.json.get("pending").and_then(Value::as_bool).unwrap_or(false)
    }

    /// All of it, an object, as the pact has it.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(pointer: &str, json: Value) -> Checked<Interaction> {
        let pointer = JsonPointer::parse(pointer).unwrap();
        let position = Position { file: "ui-shop.json".into(), pointer, line: Some(1) };
        Interaction::read(json, position, PactSpecification::V4)
    }

    #[test]
    fn a_kind_is_told_by_the_type_and_by_the_list_it_stands_in() {
        let kind = |pointer, json| read(pointer, json).unwrap().kind().clone();
        assert_eq!(kind("/interactions/0", json!({})), Kind::Http);
        assert_eq!(kind("/messages/0", json!({})), Kind::Asynchronous);
        assert_eq!(kind("/interactions/0", json!({"type": "synchronous/Messages"})), Kind::Synchronous);
        assert_eq!(kind("/interactions/0", json!({"type": "Telepathy"})), Kind::Other("Telepathy".into()));
        let plugin = json!({"type": "Synchronous/HTTP", "pluginConfiguration": {"csv": {}}});
        assert_eq!(kind("/interactions/0", plugin), Kind::Plugin);
    }

    #[test]
    fn states_have_their_parameters() {
        let json = json!({"providerStates": [{"name": "a VOD exists", "params": {"id": 7}}, {"name": "b"}]});
        let read = read("/interactions/0", json).unwrap();
        assert_eq!(read.state_names(), ["a VOD exists", "b"]);
        assert_eq!(read.states()[0].params["id"], json!(7));
    }

    #[test]
    fn what_is_no_interaction_is_told_by_its_place() {
        for (json, place) in [
            (json!([]), ""),
            (json!({"description": 7}), "/description"),
            (json!({"type": 7}), "/type"),
            (json!({"providerStates": {}}), "/providerStates"),
            (json!({"providerStates": [{}]}), "/providerStates/0"),
        ] {
            assert_eq!(read("/interactions/0", json).unwrap_err().at.as_str(), place);
        }
    }
}
