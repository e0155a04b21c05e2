//! One message interaction over Celery's queue: what the provider publishes, or what it answers.

use countersign_openapi::{JsonPointer, Severity};
use pact_matching::generators::apply_generators_to_sync_message;
use pact_models::bodies::OptionalBody;
use pact_models::content_types::JSON;
use pact_models::generators::GeneratorTestMode;
use pact_models::v4::async_message::AsynchronousMessage;
use pact_models::v4::message_parts::MessageContents;
use pact_models::v4::sync_message::SynchronousMessage;
use serde_json::{Value, json};

use super::envelope::Envelope;
use super::{Published, Queue, QueueLost, Violation, open};
use crate::attempt::Run;
use crate::contained;
use crate::interaction::Interaction;
use crate::message::{CONTENTS, Expected};
use crate::outcome::{Carried, Cause, Direction, Failure, FailureKind};
use crate::states::{self, States, Values};
use crate::transport::CeleryRedis;
use crate::trigger;

/// What was heard, held against the pact.
pub(crate) struct Heard {
    /// No error is among them where the pact is kept.
    pub failures: Vec<Failure>,
    /// What the provider states know.
    pub values: Values,
    /// What went over the wire.
    pub messages: Vec<Carried>,
}

impl From<QueueLost> for Cause {
    fn from(lost: QueueLost) -> Self {
        Self::NoAnswer(lost.to_string())
    }
}

impl Run<'_> {
    /// Makes the provider publish, and holds what appears on its lists against the pact.
    pub(crate) async fn published(
        &self,
        interaction: &Interaction,
        message: &AsynchronousMessage,
        celery: &CeleryRedis,
        states: &mut States<'_>,
    ) -> Result<Heard, Cause> {
        let mut queue = Queue::connect(celery).await?;
        let description = interaction.description();
        let trigger = self.target.triggers.iter().find(|trigger| trigger.message == description);
        // Where nothing else is said, it is the states that make it publish.
        let mut before = queue.lengths().await?;
        let values = states.set_up().await?;
        let within = self.watch.for_request();
        if let Some(trigger) = trigger {
            before = queue.lengths().await?;
            trigger::pull(trigger, self.target, &self.client, &values, within)
                .await
                .map_err(|reason| Cause::NoAnswer(format!("it could not be made to publish: {reason}")))?;
        }
        let entries = queue.come_since(&before, within).await?;
        let expected =
            Expected { pact: self.pact, interaction, message: &message.contents, at: JsonPointer::root() };
        let mut nearest: Option<Vec<Failure>> = None;
        let mut messages = Vec::new();
        for (list, entry) in &entries {
            let opened = open(entry, list);
            let task = opened.message.as_ref().and_then(task);
            messages.push(Carried::new(Direction::FromProvider, list, task));
            let failures = of_entry(&expected, &opened).await.map_err(Cause::Unmatched)?;
            if nearest.as_ref().is_none_or(|known| failures.len() < known.len()) {
                nearest = Some(failures);
            }
        }
        let failures = nearest.unwrap_or_else(|| {
            let hint = trigger.is_none().then(|| {
                "nothing made it publish: give the provider a trigger for this interaction".to_owned()
            });
            let message = format!("nothing appeared on {} within {within:?}", celery.queues.join(", "));
            vec![Failure {
                message,
                hint,
                ..expected.plain("pact.message.missing", &JsonPointer::root().join("contents"))
            }]
        });
        Ok(Heard { failures, values, messages })
    }

    /// Puts the request on its list, and holds what a worker stores against the pact.
    pub(crate) async fn answered(
        &self,
        interaction: &Interaction,
        message: &SynchronousMessage,
        celery: &CeleryRedis,
        states: &mut States<'_>,
    ) -> Result<Heard, Cause> {
        let mut queue = Queue::connect(celery).await?;
        let values = states.set_up().await?;
        let known = states::context(&values);
        let (plugins, data) = (Vec::new(), std::collections::HashMap::new());
        let generating =
            apply_generators_to_sync_message(message, &GeneratorTestMode::Provider, &known, &plugins, &data);
        let (request, replies) = contained::run(generating)
            .await
            .map_err(|panic| Cause::NoAnswer(format!("the request cannot be made: {panic}")))?;
        let published = Published::of(&request, queue.first_list());
        let within = self.watch.for_request();
        let documents = queue.ask(&published, &is_final, within).await?;
        let messages = carried(&request, &published, &documents);
        let expected = |index: usize| Expected {
            pact: self.pact,
            interaction,
            message: &replies[index],
            at: JsonPointer::root().join("response").index(index),
        };
        if !documents.last().is_some_and(|last| is_final(last)) {
            if queue.take_back(&published).await? {
                let reason = format!("no worker took the request from {} within {within:?}", published.queue);
                return Err(Cause::NoAnswer(reason));
            }
            let message = format!("a worker took the request, and stored no final result within {within:?}");
            let at = JsonPointer::root().join("response");
            let failures = vec![Failure { message, ..expected(0).plain("pact.message.no-result", &at) }];
            return Ok(Heard { failures, values, messages });
        }
        self.watch.answered();
        let mut failures = in_order(replies.len(), &documents, &expected).await.map_err(Cause::Unmatched)?;
        let (stored, ends) = queue.stored(&published).await?;
        let last = documents.last();
        let at = JsonPointer::root().join("response").index(replies.len().saturating_sub(1));
        if stored.as_ref() != last {
            let message = "what is stored of the result is not what was told of it".to_owned();
            failures.push(Failure {
                message,
                kind: FailureKind::ProviderAgainstProtocol,
                ..expected(replies.len().saturating_sub(1)).plain("message.result.not-stored", &at)
            });
        } else if !ends {
            let message = "the result is stored for ever: Celery lets it go after a day".to_owned();
            failures.push(Failure {
                message,
                severity: Severity::Warning,
                ..expected(replies.len().saturating_sub(1)).plain("message.result.no-expiry", &at)
            });
        }
        Ok(Heard { failures, values, messages })
    }
}

/// The name of a task.
fn task(message: &MessageContents) -> Option<&str> {
    message.metadata.get("task").and_then(Value::as_str)
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

/// Whether nothing follows after this document.
fn is_final(document: &[u8]) -> bool {
    let document = serde_json::from_slice::<Value>(document).unwrap_or_default();
    matches!(document.get("status").and_then(Value::as_str), Some("SUCCESS" | "FAILURE" | "REVOKED"))
}

/// A list entry: what it breaks of the protocol, and of the pact.
async fn of_entry(expected: &Expected<'_>, opened: &Envelope) -> Result<Vec<Failure>, String> {
    let mut failures: Vec<Failure> = opened.violations.iter().map(|it| of_protocol(expected, it)).collect();
    if let Some(message) = &opened.message {
        failures.extend(expected.failures(message).await?);
    }
    Ok(failures)
}

fn of_protocol(expected: &Expected<'_>, violation: &Violation) -> Failure {
    let hint = format!("{}: write the entry as Celery's protocol 2 has it", violation.effect);
    Failure {
        kind: FailureKind::ProviderAgainstProtocol,
        message: violation.message.to_owned(),
        actual: json!(violation.member),
        hint: Some(hint),
        ..expected.plain(violation.id, &JsonPointer::root().join("metadata"))
    }
}

/// The replies that the pact expects come in their order; others may come in between, but not after the last.
async fn in_order<'a>(
    count: usize,
    documents: &[Vec<u8>],
    expected: &(dyn Fn(usize) -> Expected<'a> + Sync),
) -> Result<Vec<Failure>, String> {
    let mut failures = Vec::new();
    let mut from = 0;
    for index in 0..count {
        let expected = expected(index);
        // The last one is held against the last one, whatever came before.
        let candidates =
            if index + 1 == count { documents.len() - 1..documents.len() } else { from..documents.len() };
        let mut nearest: Option<Vec<Failure>> = None;
        for place in candidates {
            let found = expected.failures(&contents(&documents[place])).await?;
            let kept = found.is_empty();
            if nearest.as_ref().is_none_or(|known| found.len() < known.len()) {
                nearest = Some(found);
            }
            if kept {
                from = place + 1;
                break;
            }
        }
        failures.extend(nearest.unwrap_or_else(|| {
            let message = "no document was left for this reply".to_owned();
            vec![Failure { message, ..expected.plain(CONTENTS, &expected.at) }]
        }));
    }
    Ok(failures)
}

fn contents(document: &[u8]) -> MessageContents {
    MessageContents {
        contents: OptionalBody::Present(document.to_vec().into(), Some(JSON.clone()), None),
        metadata: [("contentType".to_owned(), json!("application/json"))].into(),
        ..MessageContents::default()
    }
}
