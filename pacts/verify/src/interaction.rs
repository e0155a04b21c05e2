//! One interaction of a pact: what a report says of it, and what a replay needs of it.

use std::panic::RefUnwindSafe;

use countersign_letter::{Kind, StateName};
use countersign_openapi::{JsonPointer, Position};
use pact_models::PactSpecification;
use pact_models::interaction::Interaction as PactInteraction;
use pact_models::provider_states::ProviderState;
use pact_models::v4::message_parts::MessageContents;
use pact_models::v4::sync_message::SynchronousMessage;
use pact_models::v4::synch_http::SynchronousHttp;
use serde_json::Value;

mod read;

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
    Asynchronous(Box<MessageContent>),
    /// A message that the consumer sends, and the replies.
    Synchronous(Box<SynchronousMessage>),
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

/// A message, and how its pact writes it.
#[derive(Debug)]
pub(crate) struct MessageContent {
    pub message: MessageContents,
    pub transport: Option<String>,
    /// Where its metadata stands.
    pub metadata: &'static str,
    pub specification: PactSpecification,
}

impl Interaction {
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The names of its provider states, in order.
    #[must_use]
    pub fn provider_states(&self) -> Vec<StateName> {
        self.states.iter().map(|state| StateName::from(state.name.as_str())).collect()
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
            Content::Http(_) => !self.is_safe() || !self.states.is_empty(),
            Content::Asynchronous(_) | Content::Synchronous(_) => true,
            Content::Other(_) => false,
        }
    }

    /// Whether it is a request by a method that changes nothing (RFC 9110, 9.2.1).
    pub(crate) fn is_safe(&self) -> bool {
        let safe = |method: &str| matches!(method, "GET" | "HEAD" | "OPTIONS");
        matches!(&self.content, Content::Http(content) if safe(&content.http.request.method))
    }

    /// Whether it goes over something that it cannot share with another interaction, whatever its states:
    /// whose message it is that stands on a list, the list does not say.
    pub(crate) fn needs_the_line(&self) -> bool {
        matches!(self.content, Content::Asynchronous(_) | Content::Synchronous(_))
    }

    /// What it is called.
    pub(crate) fn kind(&self) -> &str {
        match &self.content {
            Content::Http(_) => Kind::Http.as_str(),
            Content::Asynchronous(_) => Kind::Asynchronous.as_str(),
            Content::Synchronous(_) => Kind::Synchronous.as_str(),
            Content::Other(name) => name,
        }
    }

    /// How its message travels, where the pact says so.
    pub(crate) fn transport(&self) -> Option<&str> {
        match &self.content {
            Content::Asynchronous(content) => content.transport.as_deref(),
            Content::Synchronous(message) => message.transport.as_deref(),
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

impl MessageContent {
    /// Where the contents stand below the message. V4 wraps them, as it does a body.
    pub(crate) fn contents_pointer(&self) -> JsonPointer {
        let contents = JsonPointer::root().join("contents");
        if self.specification == PactSpecification::V4 { contents.join("content") } else { contents }
    }
}
