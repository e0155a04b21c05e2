//! One pact test of a message: the example handed to the consumer's own code, or what that code sends held
//! against the pact.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use pact_models::bodies::OptionalBody;
use pact_models::content_types::ContentType;
use pact_models::v4::async_message::AsynchronousMessage;
use pact_models::v4::message_parts::MessageContents;
use pact_models::v4::sync_message::SynchronousMessage;
use serde_json::Value;

use crate::fragment::Fragment;
use crate::interaction::{PactTest, panic_text};
use crate::message::{MessageBuilder, SyncMessageBuilder};
use crate::message_matching::differences;
use crate::mismatch::shortened;
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
    heard: Arc<Mutex<Heard>>,
}

/// What came of the messages that were sent.
#[derive(Debug, Default)]
struct Heard {
    messages: usize,
    differences: Vec<String>,
}

impl PactTest {
    /// Describes a message that the provider sends by itself.
    ///
    /// ```
    /// use countersign_consumer::prelude::*;
    /// use countersign_consumer::{Fragment, PactTest};
    ///
    /// async fn an_order_that_was_paid(pact: PactTest) -> Fragment {
    ///     pact.message("an order was paid", |order| {
    ///         order.given("an order is paid").transport("amqp");
    ///         order.message.json(json_pattern!({"id": integer(42)}));
    ///         order.message.metadata("routing_key", one_of(&["paid", "settled"], "paid"));
    ///     })
    ///     .receive(|message| async move {
    ///         // Here the consumer's own code reads the message as it does in production.
    ///         assert_eq!(message.contents, br#"{"id":42}"#);
    ///         assert_eq!(message.metadata["routing_key"], "paid");
    ///     })
    ///     .await
    /// }
    /// # let names = countersign_consumer::PactNames::new("web", "orders").unwrap();
    /// # let test = PactTest::new(names, "an_order_that_was_paid");
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # assert_eq!(runtime.block_on(an_order_that_was_paid(test)).len(), 1);
    /// ```
    pub fn message(self, description: &str, build: impl FnOnce(&mut MessageBuilder)) -> Messages {
        let mut builder = MessageBuilder::default();
        build(&mut builder);
        Messages { test: self, message: builder.build(description) }
    }

    /// Describes a message that the consumer sends, and the replies.
    ///
    /// ```
    /// use countersign_consumer::prelude::*;
    /// use countersign_consumer::{Fragment, Message, PactTest, fresh_uuid};
    ///
    /// async fn the_price_of_an_order(pact: PactTest) -> Fragment {
    ///     pact.sync_message("the price of an order is asked for", |price| {
    ///         price.request.json(json_pattern!({"order": integer(42)}));
    ///         price.request.metadata("id", like!("7f1b")).generate_metadata("id", fresh_uuid());
    ///         price.reply(|reply| {
    ///             reply.json(json_pattern!({"cents": integer(1250)}));
    ///         });
    ///     })
    ///     .exercise(|provider| async move {
    ///         // Here the real client sends. The test takes that off the wire, and brings the reply back.
    ///         let mut sent = Message { contents: br#"{"order": 7}"#.to_vec(), ..Message::default() };
    ///         sent.metadata.insert("contentType".into(), "application/json".into());
    ///         sent.metadata.insert("id".into(), "93ac".into());
    ///         let replies = provider.answer(sent).await;
    ///         assert_eq!(replies[0].contents, br#"{"cents":1250}"#);
    ///     })
    ///     .await
    /// }
    /// # let names = countersign_consumer::PactNames::new("web", "orders").unwrap();
    /// # let test = PactTest::new(names, "the_price_of_an_order");
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # assert_eq!(runtime.block_on(the_price_of_an_order(test)).len(), 1);
    /// ```
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
        let broken = own_rules::of_message(&self.message.contents).await;
        self.test.refuse(&self.message.description, &broken);
        consumer(Message::of(&self.message.contents)).await;
        Fragment::of_message(self.test.name(), &self.message)
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
        let broken = own_rules::of_sync_message(&self.message).await;
        self.test.refuse(&self.message.description, &broken);
        let provider = Provider { message: Arc::new(self.message.clone()), heard: Arc::default() };
        let heard = Arc::clone(&provider.heard);
        let ended = AssertUnwindSafe(consumer(provider)).catch_unwind().await;
        // A consumer may run in a task of its own, where the panic of a mismatch is not seen.
        let differences = heard.lock().unwrap_or_else(PoisonError::into_inner).report();
        let failed = ended.as_ref().err().map(|payload| panic_text(payload.as_ref()));
        assert!(
            differences.is_empty(),
            "{}",
            self.test.failure(&[&self.message.description], &differences, failed)
        );
        match ended {
            Ok(()) => Fragment::of_sync_message(self.test.name(), &self.message),
            Err(payload) => resume_unwind(payload),
        }
    }
}

impl Provider {
    /// Takes what the consumer sent and gives the replies, which the test brings back over its wire.
    ///
    /// # Panics
    ///
    /// When what was sent is not what the pact says.
    pub async fn answer(&self, sent: Message) -> Vec<Message> {
        let differences = differences(&self.message.request, &sent.into()).await;
        let kept = differences.is_empty();
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.messages += 1;
        heard.differences.extend(differences);
        drop(heard);
        assert!(kept, "there is no reply to what the pact does not say");
        self.message.response.iter().map(Message::of).collect()
    }
}

impl Heard {
    /// One line for each difference; nothing where all that was sent is as the pact says.
    fn report(&self) -> String {
        if self.messages == 0 {
            return "  - the message stands in the pact, but was never sent".to_owned();
        }
        let lines: Vec<String> =
            self.differences.iter().map(|one| shortened(&format!("  - {one}"))).collect();
        lines.join("\n")
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
