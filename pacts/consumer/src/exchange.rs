//! One pact test of a message: the example handed to the consumer's own code, or what that code sends held
//! against the pact.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use pact_matching::match_sync_message_request;
use pact_models::bodies::OptionalBody;
use pact_models::content_types::ContentType;
use pact_models::pact::Pact as _;
use pact_models::v4::async_message::AsynchronousMessage;
use pact_models::v4::interaction::V4Interaction;
use pact_models::v4::message_parts::MessageContents;
use pact_models::v4::pact::V4Pact;
use pact_models::v4::sync_message::SynchronousMessage;
use serde_json::Value;

use crate::fragment::Fragment;
use crate::interaction::PactTest;
use crate::message::{MessageBuilder, SyncMessageBuilder};
use crate::own_rules;

/// A message as it is handed over: what it says, and how it is addressed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    pub contents: Vec<u8>,
    pub metadata: BTreeMap<String, Value>,
}

/// A message that the provider sends, before the consumer has been seen to read it.
#[derive(Debug)]
#[must_use = "a message is part of the pact only once a consumer has received it"]
pub struct Messages {
    test: PactTest,
    message: AsynchronousMessage,
}

/// A message and its replies, before the consumer has been seen to send it.
#[derive(Debug)]
#[must_use = "a message is part of the pact only once a consumer has sent it"]
pub struct Exchanges {
    test: PactTest,
    message: SynchronousMessage,
}

/// The provider's part in a synchronous exchange.
#[derive(Clone, Debug)]
pub struct Provider {
    message: Arc<SynchronousMessage>,
    pact: Arc<V4Pact>,
    /// What was wrong with each message that was sent; nothing where it was as the pact says.
    heard: Arc<Mutex<Vec<Vec<String>>>>,
}

impl PactTest {
    /// Describes a message that the provider sends by itself.
    pub fn message(self, description: &str, build: impl FnOnce(&mut MessageBuilder)) -> Messages {
        let mut builder = MessageBuilder::default();
        build(&mut builder);
        Messages { test: self, message: builder.build(description) }
    }

    /// Describes a message that the consumer sends, and the replies.
    pub fn sync_message(self, description: &str, build: impl FnOnce(&mut SyncMessageBuilder)) -> Exchanges {
        let mut builder = SyncMessageBuilder::default();
        build(&mut builder);
        Exchanges { test: self, message: builder.build(description) }
    }
}

impl Messages {
    /// Hands the example to the consumer's own code.
    ///
    /// # Panics
    ///
    /// When the code does, and when the example breaks the pact's own rules.
    pub async fn receive<F, Run>(self, consumer: F) -> Fragment
    where
        F: FnOnce(Message) -> Run,
        Run: Future<Output = ()>,
    {
        let broken =
            own_rules::of_message(&self.message, &self.test.pact(vec![self.message.boxed_v4()])).await;
        self.test.refuse(&self.message.description, &broken);
        consumer(Message::of(&self.message.contents)).await;
        Fragment::of_messages(self.test.name(), [&self.message as &dyn V4Interaction])
    }
}

impl Exchanges {
    /// Runs the consumer's own code against a provider that answers with the examples.
    ///
    /// # Panics
    ///
    /// When the code does, sends what the pact does not say, or sends nothing.
    pub async fn exercise<F, Run>(self, consumer: F) -> Fragment
    where
        F: FnOnce(Provider) -> Run,
        Run: Future<Output = ()>,
    {
        let pact = self.test.pact(vec![self.message.boxed_v4()]);
        let broken = own_rules::of_sync_message(&self.message, &pact).await;
        self.test.refuse(&self.message.description, &broken);
        let provider =
            Provider { message: Arc::new(self.message.clone()), pact: Arc::new(pact), heard: Arc::default() };
        let heard = Arc::clone(&provider.heard);
        consumer(provider).await;
        let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(!heard.is_empty(), "failed to keep {:?}: nothing was sent", self.message.description);
        Fragment::of_messages(self.test.name(), [&self.message as &dyn V4Interaction])
    }
}

impl Provider {
    /// Takes what the consumer sent and gives the replies, which the test brings back over its wire.
    ///
    /// # Panics
    ///
    /// When what was sent is not what the pact says.
    pub async fn answer(&self, sent: Message) -> Vec<Message> {
        let actual = SynchronousMessage { request: sent.into(), ..(*self.message).clone() };
        let mismatches = match_sync_message_request(&self.message, &actual, &self.pact.boxed()).await;
        let differences: Vec<String> =
            mismatches.iter().map(|one| format!("  - {}", one.description())).collect();
        let report = differences.join("\n");
        let kept = differences.is_empty();
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).push(differences);
        assert!(
            kept,
            "failed to keep {:?}: what the consumer sent is not what the pact says:\n{report}",
            self.message.description
        );
        self.message.response.iter().map(Message::of).collect()
    }
}

impl Message {
    fn of(part: &MessageContents) -> Self {
        Self {
            contents: part.contents.value().map(|bytes| bytes.to_vec()).unwrap_or_default(),
            metadata: part.metadata.clone().into_iter().collect(),
        }
    }
}

impl From<Message> for MessageContents {
    fn from(message: Message) -> Self {
        let media_type = message.metadata.get("contentType").and_then(Value::as_str);
        let media_type = media_type.and_then(|it| ContentType::parse(it).ok());
        Self {
            contents: OptionalBody::Present(message.contents.into(), media_type, None),
            metadata: message.metadata.into_iter().collect(),
            ..Self::default()
        }
    }
}
