//! One interaction of a pact: what a report says of it, and what a replay needs of it.

use std::panic::RefUnwindSafe;

use countersign_openapi::{JsonPointer, Position};
use pact_models::PactSpecification;
use pact_models::interaction::Interaction as PactInteraction;
use pact_models::provider_states::ProviderState;
use pact_models::sync_interaction::RequestResponseInteraction;
use pact_models::v4::V4InteractionType;
use pact_models::v4::async_message::AsynchronousMessage;
use pact_models::v4::sync_message::SynchronousMessage;
use pact_models::v4::synch_http::SynchronousHttp;
use serde_json::Value;

use crate::shape::{self, Misshapen};

/// What a V4 interaction of that type is called.
const EXCHANGE: &str = "synchronous message";

/// One interaction of a pact.
#[derive(Debug)]
pub struct Interaction {
    description: String,
    states: Vec<ProviderState>,
    position: Position,
    pending: bool,
    key: Option<String>,
    content: Content,
}

/// What the interaction is made of.
#[derive(Debug)]
pub(crate) enum Content {
    Http(Box<HttpContent>),
    /// A message that the provider sends by itself.
    Message(Box<AsynchronousMessage>),
    /// A message that the consumer sends, and the replies.
    Exchange(Box<SynchronousMessage>),
    /// Something that cannot be replayed, and what it is called.
    Other(&'static str),
}

/// An HTTP interaction, in the forms that Pact's matching asks for.
#[derive(Debug)]
pub(crate) struct HttpContent {
    pub http: SynchronousHttp,
    pub boxed: Box<dyn PactInteraction + Send + Sync + RefUnwindSafe>,
    /// V4 wraps a body: its content stands one level deeper than in the specifications before.
    wrapped_bodies: bool,
}

impl Interaction {
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The names of its provider states, in order.
    #[must_use]
    pub fn provider_states(&self) -> Vec<String> {
        self.states.iter().map(|state| state.name.clone()).collect()
    }

    /// Where it stands in the pact file.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Whether its failures do not count yet (Pact V4).
    #[must_use]
    pub fn pending(&self) -> bool {
        self.pending
    }

    pub(crate) fn states(&self) -> &[ProviderState] {
        &self.states
    }

    pub(crate) fn content(&self) -> &Content {
        &self.content
    }

    /// Whether the description or the name of a state holds `text`.
    #[must_use]
    pub fn mentions(&self, text: &str) -> bool {
        self.description.contains(text) || self.states.iter().any(|state| state.name.contains(text))
    }

    /// Whether another interaction at the same time could see or spoil what this one does: it has
    /// provider states, or its method is no safe one.
    pub(crate) fn may_disturb(&self) -> bool {
        match &self.content {
            Content::Http(content) => {
                let safe = matches!(content.http.request.method.as_str(), "GET" | "HEAD" | "OPTIONS");
                !safe || !self.states.is_empty()
            }
            Content::Message(_) | Content::Exchange(_) => true,
            Content::Other(_) => false,
        }
    }

    /// What it is called.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.content {
            Content::Http(_) => "HTTP",
            Content::Message(_) => "asynchronous message",
            Content::Exchange(_) => EXCHANGE,
            Content::Other(name) => name,
        }
    }

    /// How its message travels, where the pact says so.
    pub(crate) fn transport(&self) -> Option<&str> {
        match &self.content {
            Content::Message(message) => message.transport.as_deref(),
            Content::Exchange(message) => message.transport.as_deref(),
            Content::Http(_) | Content::Other(_) => None,
        }
    }

    /// What tells it from every other interaction of its pact.
    pub(crate) fn identity(&self) -> String {
        let transport = self.kind();
        let states: Vec<Value> = self.states.iter().map(ProviderState::to_json).collect();
        serde_json::json!([transport, self.description, states]).to_string()
    }

    /// The key a V4 pact gives it, which has to be its own.
    pub(crate) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Reads an element of `interactions`.
    pub(crate) fn read(
        index: usize,
        json: &Value,
        specification: PactSpecification,
        position: Position,
    ) -> Result<Self, Misshapen> {
        let (http, kind) = match specification {
            PactSpecification::V4 => v4(index, json)?,
            _ => v3(index, json, specification).map(|http| (Some(http), ""))?,
        };
        let Some(http) = http else {
            let message = Self::read_message(json, kind, position)?;
            return Ok(Self { content: message_content(index, json, kind)?, ..message });
        };
        let plugin = !http.plugin_config.is_empty();
        Ok(Self {
            description: http.description.clone(),
            states: http.provider_states.clone(),
            position,
            pending: http.pending,
            key: http.key.clone(),
            content: if plugin { Content::Other("plugin") } else { HttpContent::of(http, specification) },
        })
    }

    /// Reads what can be reported of an element of `messages`, or of a message among V4 interactions.
    pub(crate) fn read_message(
        json: &Value,
        kind: &'static str,
        position: Position,
    ) -> Result<Self, Misshapen> {
        shape::message(json)?;
        let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            description: text("description").unwrap_or_else(|| "a message".to_owned()),
            states: ProviderState::from_json(json),
            position,
            pending: json.get("pending").and_then(Value::as_bool).unwrap_or(false),
            key: text("key"),
            content: Content::Other(kind),
        })
    }
}

/// The message of a V4 interaction. One that a plugin wrote stays what it is called.
fn message_content(index: usize, json: &Value, kind: &'static str) -> Result<Content, Misshapen> {
    if json.get("pluginConfiguration").is_some() {
        return Ok(Content::Other("plugin"));
    }
    if kind == EXCHANGE {
        let message = SynchronousMessage::from_json(json, index).map_err(|error| unreadable(&error))?;
        return Ok(Content::Exchange(Box::new(message)));
    }
    let message = AsynchronousMessage::from_json(json, index).map_err(|error| unreadable(&error))?;
    Ok(Content::Message(Box::new(message)))
}

impl HttpContent {
    fn of(http: SynchronousHttp, specification: PactSpecification) -> Content {
        let boxed = http.boxed();
        Content::Http(Box::new(Self { http, boxed, wrapped_bodies: specification == PactSpecification::V4 }))
    }

    /// Where the content of the body stands below `request` or `response`.
    pub(crate) fn body_pointer(&self, part: &str) -> JsonPointer {
        let body = JsonPointer::root().join(part).join("body");
        if self.wrapped_bodies { body.join("content") } else { body }
    }
}

/// Nothing where the interaction is no HTTP one, and what it is instead.
fn v4(index: usize, json: &Value) -> Result<(Option<SynchronousHttp>, &'static str), Misshapen> {
    let at = JsonPointer::root().join("type");
    let Some(name) = json.get("type").and_then(Value::as_str) else {
        return Err(Misshapen { at, reason: "a V4 interaction needs a \"type\"".to_owned() });
    };
    match name.parse() {
        Ok(V4InteractionType::Synchronous_HTTP) => {
            shape::http(json, PactSpecification::V4)?;
            let http = SynchronousHttp::from_json(json, index).map_err(|error| unreadable(&error))?;
            Ok((Some(http), ""))
        }
        Ok(V4InteractionType::Asynchronous_Messages) => Ok((None, "asynchronous message")),
        Ok(V4InteractionType::Synchronous_Messages) => Ok((None, EXCHANGE)),
        Err(_) => Err(Misshapen {
            at,
            reason: format!(
                "{name:?} is no interaction type; V4 has Synchronous/HTTP, Asynchronous/Messages and \
                 Synchronous/Messages"
            ),
        }),
    }
}

fn v3(index: usize, json: &Value, specification: PactSpecification) -> Result<SynchronousHttp, Misshapen> {
    shape::http(json, specification)?;
    let interaction = RequestResponseInteraction::from_json(index, json, &specification)
        .map_err(|error| unreadable(&error))?;
    interaction.as_v4_http().ok_or_else(|| Misshapen {
        at: JsonPointer::root(),
        reason: "it is no request and response".to_owned(),
    })
}

/// The models' own words, which name a matcher or generator they do not know.
fn unreadable(error: &impl std::fmt::Display) -> Misshapen {
    Misshapen { at: JsonPointer::root(), reason: error.to_string() }
}
