//! What one test adds to the pact: the interactions its client was seen to keep.

use pact_models::v4::async_message::AsynchronousMessage;
use pact_models::v4::interaction::V4Interaction;
use pact_models::v4::sync_message::SynchronousMessage;
use pact_models::v4::synch_http::SynchronousHttp;
use serde_json::{Value, json};

use crate::canonical;

/// The interactions that one passed test hands to the collector.
///
/// It can only be had where a consumer was seen to keep its part: from
/// [`Interactions::exercise`](crate::Interactions::exercise), [`Messages::receive`](crate::Messages::receive) and
/// [`Exchanges::exercise`](crate::Exchanges::exercise). So what a test did not do to the end never reaches a pact.
#[derive(Clone, Debug)]
#[must_use = "a test's fragment is its part of the pact: return it"]
pub struct Fragment {
    interactions: Vec<Entry>,
}

/// One interaction as it will stand in the file, with what tells it from others.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub test: String,
    pub description: String,
    pub key: Option<String>,
    pub states: String,
    /// What a provider tells it by; nothing asks for a message that the provider sends by itself.
    pub request: Option<String>,
    pub json: Value,
}

impl Fragment {
    pub(crate) fn new(test: &str, interactions: Vec<SynchronousHttp>) -> Self {
        Self { interactions: interactions.into_iter().map(|kept| Entry::new(test, kept)).collect() }
    }

    pub(crate) fn of_message(test: &str, message: &AsynchronousMessage) -> Self {
        Self { interactions: vec![Entry::of_message(test, message, None)] }
    }

    pub(crate) fn of_sync_message(test: &str, message: &SynchronousMessage) -> Self {
        Self { interactions: vec![Entry::of_message(test, message, Some("request"))] }
    }

    /// How many interactions the test exercised.
    #[must_use]
    pub fn len(&self) -> usize {
        self.interactions.len()
    }

    /// Whether the test exercised nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.interactions.is_empty()
    }

    pub(crate) fn into_entries(self) -> Vec<Entry> {
        self.interactions
    }
}

impl Entry {
    pub(crate) fn new(test: &str, mut interaction: SynchronousHttp) -> Self {
        let named = interaction.comments.get("testname").is_some_and(Value::is_string);
        if !named {
            interaction.comments.insert("testname".to_owned(), json!(test));
        }
        let mut json = canonical::sorted(interaction.to_json());
        for part in ["request", "response"] {
            if let Some(rules) = json.pointer_mut(&format!("/{part}/matchingRules")) {
                *rules = canonical::sorted_rules(rules.take());
            }
        }
        Self {
            test: test.to_owned(),
            description: interaction.description,
            key: interaction.key,
            states: text_of(&json, "providerStates"),
            request: Some(text_of(&json, "request")),
            json,
        }
    }

    /// A message, and the member in which it asks for something.
    fn of_message(test: &str, message: &dyn V4Interaction, request: Option<&str>) -> Self {
        let mut json = message.to_json();
        json["comments"]["testname"] = json!(test);
        let mut json = canonical::sorted(json);
        for part in message_parts(&json) {
            if let Some(rules) = json.pointer_mut(&format!("{part}/matchingRules")) {
                *rules = canonical::sorted_rules(rules.take());
            }
        }
        Self {
            test: test.to_owned(),
            description: message.description(),
            key: message.key(),
            states: text_of(&json, "providerStates"),
            request: request.map(|member| text_of(&json, member)),
            json,
        }
    }
}

/// Where the parts of a message stand: itself, or what is asked and each reply.
fn message_parts(message: &Value) -> Vec<String> {
    let replies = message.get("response").and_then(Value::as_array).map_or(0, Vec::len);
    let mut parts = vec![String::new(), "/request".to_owned()];
    parts.extend((0..replies).map(|index| format!("/response/{index}")));
    parts
}

/// The member's canonical text; a missing one is the empty text.
fn text_of(interaction: &Value, member: &str) -> String {
    interaction.get(member).map(Value::to_string).unwrap_or_default()
}
