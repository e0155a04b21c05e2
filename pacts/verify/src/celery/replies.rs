//! A task that is put on its list: what the worker tells of it, held against the replies of the pact.

use std::collections::HashMap;
use std::time::Duration;

use countersign_openapi::JsonPointer;
use futures::StreamExt as _;
use pact_matching::generators::apply_generators_to_sync_message;
use pact_models::PactSpecification;
use pact_models::bodies::OptionalBody;
use pact_models::content_types::JSON;
use pact_models::generators::GeneratorTestMode;
use pact_models::v4::message_parts::MessageContents;
use pact_models::v4::sync_message::SynchronousMessage;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout, timeout_at};

use super::listen::task;
use super::publish::Published;
use super::queue::{Queue, QueueLost};
use super::result;
use crate::contained;
use crate::message::{Expected, Heard, Nearest, Turn};
use crate::outcome::{Carried, Cause, Direction, Failure};
use crate::states;
use crate::transport::CeleryRedis;

/// A worker took the task and tells no end of it.
const NO_RESULT: &str = "pact.message.no-result";

/// A reply of the pact for which no document was left.
const NO_REPLY: &str = "pact.message.missing";

/// Documents of one task, at most.
const MOST: usize = 1000;

/// Puts the request on its list, and holds what a worker tells of it against the pact.
pub(crate) async fn answered(
    turn: &mut Turn<'_>,
    celery: &CeleryRedis,
    message: &SynchronousMessage,
) -> Result<Heard, Cause> {
    if message.response.is_empty() {
        return Err(Cause::NotRun("the pact expects no reply, so there is nothing to verify".to_owned()));
    }
    let mut queue = turn.connect(celery).await?;
    turn.set_up().await?;
    let (request, replies) = generated(turn, message).await?;
    if task(&request).is_none() {
        let reason = "the request cannot be made: its metadata does not name the `task`";
        return Err(Cause::NoAnswer(reason.to_owned()));
    }
    let published = Published::of(&request, &message.request, queue.first_list());
    let within = turn.run.watch.for_request();
    let asked = ask(&mut queue, &published, within, turn.run.settings.max_body).await;
    let documents = asked.map_err(|lost| turn.lost(&lost))?;
    let messages = carried(&request, &published, &documents);
    let conversation = Conversation { turn, replies: &replies, published: &published, documents: &documents };
    let failures = conversation.failures(&mut queue, within).await?;
    queue.forget(&published).await.map_err(|lost| turn.lost(&lost))?;
    turn.run.watch.answered();
    Ok(Heard { failures, messages })
}

/// The request and the replies, with the values of provider states and fresh ones in them.
async fn generated(
    turn: &Turn<'_>,
    message: &SynchronousMessage,
) -> Result<(MessageContents, Vec<MessageContents>), Cause> {
    let known = states::context(&turn.values);
    let (mode, plugins, data) = (GeneratorTestMode::Provider, Vec::new(), HashMap::new());
    let generating = apply_generators_to_sync_message(message, &mode, &known, &plugins, &data);
    // A generator without any value to choose from makes the models panic.
    let generated = contained::run(generating).await;
    generated.map_err(|panic| Cause::NoAnswer(format!("the request cannot be made: {panic}")))
}

/// Publishes a request and gathers the documents that are told of it, until a final one.
async fn ask(
    queue: &mut Queue,
    request: &Published,
    within: Duration,
    largest: usize,
) -> Result<Vec<Vec<u8>>, QueueLost> {
    let key = request.result_key();
    let late = |_| QueueLost::because("takes no connection in time");
    let mut listener = timeout(within, queue.client.get_async_pubsub()).await.map_err(late)??;
    timeout(within, listener.subscribe(&key)).await.map_err(late)??;
    let () = redis::pipe()
        .atomic()
        .del(&key)
        .lpush(&request.queue, &request.entry)
        .query_async(&mut queue.connection)
        .await?;
    let deadline = Instant::now() + within;
    let mut told = listener.into_on_message();
    let (mut documents, mut size): (Vec<Vec<u8>>, usize) = (Vec::new(), 0);
    while documents.len() < MOST {
        let Ok(message) = timeout_at(deadline, told.next()).await else { break };
        let document = message.ok_or_else(|| QueueLost::because("was lost"))?.get_payload_bytes().to_vec();
        size += document.len();
        if size > largest {
            return Err(QueueLost::because("tells more of the task than may be read"));
        }
        let last = is_final(&document);
        documents.push(document);
        if last {
            break;
        }
    }
    Ok(documents)
}

/// What was asked and what came.
struct Conversation<'a> {
    turn: &'a Turn<'a>,
    replies: &'a [MessageContents],
    published: &'a Published,
    documents: &'a [Vec<u8>],
}

impl Conversation<'_> {
    async fn failures(&self, queue: &mut Queue, within: Duration) -> Result<Vec<Failure>, Cause> {
        let Self { turn, published, documents, .. } = self;
        let closing = self.expected(self.replies.len() - 1);
        if !documents.last().is_some_and(|last| is_final(last)) {
            if queue.take_back(published).await.map_err(|lost| turn.lost(&lost))? {
                let list = &published.queue;
                return Err(Cause::NoAnswer(format!(
                    "no worker took the request from {list} within {within:?}"
                )));
            }
            let (stored, _) = queue.stored(published).await.map_err(|lost| turn.lost(&lost))?;
            let silent = stored.and_then(|stored| result::not_published(&stored, &closing));
            return Ok(vec![silent.unwrap_or_else(|| no_result(&closing, within))]);
        }
        let mut failures = self.in_order().await.map_err(Cause::Unmatched)?;
        let (stored, ends) = queue.stored(published).await.map_err(|lost| turn.lost(&lost))?;
        failures.extend(result::breaches(published, documents, (stored.as_deref(), ends), &closing));
        Ok(failures)
    }

    /// The replies that the pact expects come in their order; others may come in between, but not after the
    /// last, which has to be the final one.
    async fn in_order(&self) -> Result<Vec<Failure>, String> {
        let (end, mut from) = (self.documents.len() - 1, 0);
        let mut failures = Vec::new();
        for index in 0..self.replies.len() {
            let expected = self.expected(index);
            let candidates = if index + 1 == self.replies.len() { end..end + 1 } else { from..end };
            let mut nearest = Nearest::default();
            for place in candidates {
                nearest.offer(expected.failures(&contents(&self.documents[place])).await?);
                if nearest.is_it() {
                    from = place + 1;
                    break;
                }
            }
            failures.extend(nearest.failures().unwrap_or_else(|| {
                let message = "nothing was told of the task that could be this reply".to_owned();
                vec![expected.failure(NO_REPLY, &expected.contents, message)]
            }));
        }
        Ok(failures)
    }

    fn expected(&self, index: usize) -> Expected<'_> {
        let at = JsonPointer::root().join("response").index(index);
        Expected {
            pact: self.turn.run.pact,
            interaction: self.turn.interaction,
            secrets: &self.turn.secrets,
            message: &self.replies[index],
            specification: PactSpecification::V4,
            contents: at.join("contents").join("content"),
            metadata: at.join("metadata"),
        }
    }
}

fn no_result(expected: &Expected<'_>, within: Duration) -> Failure {
    let message = format!("a worker took the request, and told no final result within {within:?}");
    let hint = "see whether the worker died over it, ignores results, or needs a longer request time-out";
    Failure { hint: Some(hint.to_owned()), ..expected.failure(NO_RESULT, &expected.contents, message) }
}

/// Whether nothing follows after this document.
pub(super) fn is_final(document: &[u8]) -> bool {
    let document = serde_json::from_slice::<Value>(document).unwrap_or_default();
    matches!(document.get("status").and_then(Value::as_str), Some("SUCCESS" | "FAILURE" | "REVOKED"))
}

/// The request as it was put on its list, and the states of what was told of it.
fn carried(request: &MessageContents, published: &Published, documents: &[Vec<u8>]) -> Vec<Carried> {
    let sent = Carried::new(Direction::ToProvider, &published.queue, task(request));
    let heard = documents.iter().map(|document| {
        let document = serde_json::from_slice::<Value>(document).unwrap_or_default();
        let status = document.get("status").and_then(Value::as_str);
        Carried::new(Direction::FromProvider, &published.result_key(), status)
    });
    std::iter::once(sent).chain(heard).collect()
}

fn contents(document: &[u8]) -> MessageContents {
    MessageContents {
        contents: OptionalBody::Present(document.to_vec().into(), Some(JSON.clone()), None),
        metadata: [("contentType".to_owned(), json!("application/json"))].into(),
        ..MessageContents::default()
    }
}
