//! Reads what a replay needs of an interaction: its shape is checked first, then Pact's models take it.

use countersign_letter::{Interaction as Letter, Kind, Misshapen};
use countersign_openapi::JsonPointer;
use pact_models::PactSpecification;
use pact_models::interaction::Interaction as _;
use pact_models::message::Message;
use pact_models::sync_interaction::RequestResponseInteraction;
use pact_models::v4::V4InteractionType;
use pact_models::v4::async_message::AsynchronousMessage;
use pact_models::v4::sync_message::SynchronousMessage;
use pact_models::v4::synch_http::SynchronousHttp;
use serde_json::Value;

use super::{Content, HttpContent, Interaction, MessageContent};
use crate::shape;

impl Interaction {
    /// Reads the interaction of this index.
    pub(crate) fn read(index: usize, letter: &Letter) -> Result<Self, Misshapen> {
        let (json, specification) = (letter.json(), letter.specification());
        if letter.pointer().as_str().starts_with("/messages/") {
            return Self::read_message(index, letter);
        }
        if specification < PactSpecification::V4 {
            return Ok(Self::of_http(letter, v3(index, json, specification)?));
        }
        match type_of(json)? {
            V4InteractionType::Synchronous_HTTP => {
                shape::http(json, PactSpecification::V4)?;
                let http = SynchronousHttp::from_json(json, index).map_err(|error| unreadable(&error))?;
                Ok(Self::of_http(letter, http))
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
                Ok(Self::of_message(letter, Content::Asynchronous(Box::new(content))))
            }
            V4InteractionType::Synchronous_Messages => {
                shape::synchronous(json)?;
                let message =
                    SynchronousMessage::from_json(json, index).map_err(|error| unreadable(&error))?;
                Ok(Self::of_message(letter, Content::Synchronous(Box::new(message))))
            }
        }
    }

    /// Reads an element of `messages`, which pacts of V3 have.
    fn read_message(index: usize, letter: &Letter) -> Result<Self, Misshapen> {
        let json = letter.json();
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
        Ok(Self::of_message(letter, Content::Asynchronous(Box::new(content))))
    }

    fn of_http(letter: &Letter, http: SynchronousHttp) -> Self {
        let plugin = !http.plugin_config.is_empty();
        Self {
            description: http.description.clone(),
            states: http.provider_states.clone(),
            position: letter.position().clone(),
            pending: http.pending,
            key: http.key.clone(),
            content: if plugin {
                Content::Other("plugin")
            } else {
                HttpContent::of(http, letter.specification())
            },
        }
    }

    fn of_message(letter: &Letter, content: Content) -> Self {
        let named = letter.json().get("description").is_some_and(Value::is_string);
        Self {
            description: if named { letter.description() } else { "a message" }.to_owned(),
            states: letter.states().to_vec(),
            position: letter.position().clone(),
            pending: letter.pending(),
            key: letter.key().map(str::to_owned),
            content: if *letter.kind() == Kind::Plugin { Content::Other("plugin") } else { content },
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
