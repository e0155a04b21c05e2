//! One interaction of a pact: what the consumer sends, and what it relies on of the answer.

mod body;
mod http;
mod message;
mod shape;

use countersign_openapi::JsonPointer;
use pact_models::PactSpecification;
use pact_models::provider_states::ProviderState;
use serde_json::Value;

pub(crate) use http::Http;
pub(crate) use message::{Asynchronous, Contents, Reference, Synchronous};
pub(crate) use shape::{Checked, Misshapen};

/// One interaction of a pact.
#[derive(Debug)]
pub struct Interaction {
    description: String,
    states: Vec<String>,
    pointer: JsonPointer,
    content: Content,
}

/// What the interaction is made of.
#[derive(Debug)]
pub(crate) enum Content {
    Http(Box<Http>),
    /// A message that the provider sends by itself.
    Asynchronous(Box<Asynchronous>),
    /// A message that the consumer sends, and the replies.
    Synchronous(Box<Synchronous>),
    /// Something that nothing here can read, and what it is called.
    Other(String),
}

impl Interaction {
    /// Reads an element of `interactions` or of `messages`, which stands at `pointer`.
    pub(crate) fn read(
        json: &Value,
        pointer: JsonPointer,
        specification: PactSpecification,
    ) -> Checked<Self> {
        let root = JsonPointer::root();
        let members = shape::object(json, &root)?;
        let text = |name: &str| shape::text(members, name, &root);
        shape::states(members, &root)?;
        let of_messages = pointer.as_str().starts_with("/messages/");
        let wrapped = specification == PactSpecification::V4;
        let kind = if of_messages { Some("Asynchronous/Messages") } else { text("type")? };
        let plugin = members.get("pluginConfiguration").and_then(Value::as_object);
        let content = match kind.map(str::to_ascii_lowercase).as_deref() {
            _ if plugin.is_some_and(|plugin| !plugin.is_empty()) => Content::Other("plugin".to_owned()),
            None | Some("synchronous/http") => Content::Http(Box::new(Http::read(members, wrapped)?)),
            Some("asynchronous/messages") => {
                Content::Asynchronous(Box::new(Asynchronous::read(json, wrapped)?))
            }
            Some("synchronous/messages") => Content::Synchronous(Box::new(Synchronous::read(members)?)),
            Some(_) => Content::Other(kind.unwrap_or_default().to_owned()),
        };
        Ok(Self {
            description: text("description")?.unwrap_or_default().to_owned(),
            states: ProviderState::from_json(json).into_iter().map(|state| state.name).collect(),
            pointer,
            content,
        })
    }

    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The names of its provider states, in order.
    #[must_use]
    pub fn provider_states(&self) -> &[String] {
        &self.states
    }

    /// Where it stands in the pact.
    #[must_use]
    pub fn pointer(&self) -> &JsonPointer {
        &self.pointer
    }

    pub(crate) fn content(&self) -> &Content {
        &self.content
    }

    /// What it is called.
    #[must_use]
    pub fn kind(&self) -> &str {
        match &self.content {
            Content::Http(_) => "HTTP",
            Content::Asynchronous(_) => "asynchronous message",
            Content::Synchronous(_) => "synchronous message",
            Content::Other(name) => name,
        }
    }
}
