//! Reads interactions: their shape is checked first, then Pact's models take them.

use countersign_openapi::{JsonPointer, Position};
use pact_models::PactSpecification;
use pact_models::interaction::Interaction as _;
use pact_models::message::Message;
use pact_models::provider_states::ProviderState;
use pact_models::sync_interaction::RequestResponseInteraction;
use pact_models::v4::V4InteractionType;
use pact_models::v4::async_message::AsynchronousMessage;
use pact_models::v4::sync_message::SynchronousMessage;
use pact_models::v4::synch_http::SynchronousHttp;
use serde_json::Value;

use super::{Content, HttpContent, Interaction, MessageContent};
use crate::shape::{self, Misshapen};

pub(super) const ASYNCHRONOUS: &str = "asynchronous message";
pub(super) const SYNCHRONOUS: &str = "synchronous message";

impl Interaction {
    /// Reads an element of `interactions`.
    pub(crate) fn read(
        index: usize,
        json: &Value,
        specification: PactSpecification,
        position: Position,
    ) -> Result<Self, Misshapen> {
        if specification < PactSpecification::V4 {
            return Ok(Self::of_http(v3(index, json, specification)?, specification, position));
        }
        match type_of(json)? {
            V4InteractionType::Synchronous_HTTP => {
                shape::http(json, PactSpecification::V4)?;
                let http = SynchronousHttp::from_json(json, index).map_err(|error| unreadable(&error))?;
                Ok(Self::of_http(http, specification, position))
            }
            V4InteractionType::Asynchronous_Messages => {
                shape::asynchronous(json)?;
                let message =
                    AsynchronousMessage::from_json(json, index).map_err(|error| unreadable(&error))?;
                let content = MessageContent {
                    message: message.contents,
                    transport: message.transport,
                    metadata: "metadata",
                    specification,
                };
                Ok(Self::of_message(json, Content::Asynchronous(Box::new(content)), position))
            }
            V4InteractionType::Synchronous_Messages => {
                shape::synchronous(json)?;
                let message =
                    SynchronousMessage::from_json(json, index).map_err(|error| unreadable(&error))?;
                Ok(Self::of_message(json, Content::Synchronous(Box::new(message)), position))
            }
        }
    }

    /// Reads an element of `messages`, which pacts of V3 have.
    pub(crate) fn read_message(index: usize, json: &Value, position: Position) -> Result<Self, Misshapen> {
        shape::message_v3(json)?;
        let message = Message::from_json(index, json, &PactSpecification::V3)
            .map_err(|error| unreadable(&error))?
            .as_v4_async_message()
            .ok_or_else(|| unreadable(&"it is no message"))?;
        let content = MessageContent {
            message: message.contents,
            transport: None,
            // The models look for this one first.
            metadata: if json.get("metaData").is_some() { "metaData" } else { "metadata" },
            specification: PactSpecification::V3,
        };
        Ok(Self::of_message(json, Content::Asynchronous(Box::new(content)), position))
    }

    fn of_http(http: SynchronousHttp, specification: PactSpecification, position: Position) -> Self {
        let plugin = !http.plugin_config.is_empty();
        Self {
            description: http.description.clone(),
            states: http.provider_states.clone(),
            position,
            pending: http.pending,
            key: http.key.clone(),
            content: if plugin { Content::Other("plugin") } else { HttpContent::of(http, specification) },
        }
    }

    fn of_message(json: &Value, content: Content, position: Position) -> Self {
        let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
        let plugin = json.get("pluginConfiguration").and_then(Value::as_object);
        Self {
            description: text("description").unwrap_or_else(|| "a message".to_owned()),
            states: ProviderState::from_json(json),
            position,
            pending: json.get("pending").and_then(Value::as_bool).unwrap_or(false),
            key: text("key"),
            content: if plugin.is_some_and(|it| !it.is_empty()) { Content::Other("plugin") } else { content },
        }
    }
}

fn type_of(json: &Value) -> Result<V4InteractionType, Misshapen> {
    let at = JsonPointer::root().join("type");
    let Some(name) = json.get("type").and_then(Value::as_str) else {
        return Err(Misshapen { at, reason: "a V4 interaction needs a \"type\"".to_owned() });
    };
    name.parse().map_err(|_| Misshapen {
        at,
        reason: format!(
            "{name:?} is no interaction type; V4 has Synchronous/HTTP, Asynchronous/Messages and \
             Synchronous/Messages"
        ),
    })
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
