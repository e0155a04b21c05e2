//! Finds the operation of a message whose pact names none: by the channel and the message that its
//! metadata name.

use countersign_openapi::AsyncDocument;
use countersign_openapi::asyncapi::{Action, AsyncOperation, Channel};
use serde_json::Value;

use crate::interaction::Contents;

/// What a message shows of where it belongs.
pub(crate) struct Trace<'a> {
    pub contents: &'a Contents,
    /// Whether replies are expected.
    pub answered: bool,
}

/// An operation, and what led to it.
pub(crate) struct Found<'d> {
    pub operation: &'d AsyncOperation,
    pub because: String,
}

/// A member of the metadata, or of the payload, that names something of the document.
struct Clue<'a> {
    name: &'a str,
    value: &'a str,
}

/// The one operation that the trace leads to; an error is why there is none.
pub(crate) fn find<'d>(document: &'d AsyncDocument, trace: &Trace<'_>) -> Result<Found<'d>, String> {
    let payload = trace.contents.value().unwrap_or_default();
    let clues = clues(trace.contents, &payload);
    let mut best: Vec<(usize, Found<'d>)> = Vec::new();
    for operation in document.operations() {
        let Some((weight, because)) = weigh(document, operation, &clues) else { continue };
        let fits = usize::from(operation.reply.is_some() == trace.answered)
            + usize::from(direction(operation.action, trace.answered));
        best.push((weight * 4 + fits, Found { operation, because }));
    }
    best.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let count = best.iter().filter(|(weight, _)| *weight == best[0].0).count();
    match count {
        0 => Err("nothing in its metadata names a channel or a message of the document".to_owned()),
        1 => Ok(best.swap_remove(0).1),
        _ => {
            let names = best.iter().take(count).map(|(_, found)| super::label(found.operation));
            Err(format!("its metadata lead to several: {}", names.collect::<Vec<_>>().join(", ")))
        }
    }
}

/// Metadata that say where the message belongs, and are no headers of it.
pub(super) fn routing(
    document: &AsyncDocument,
    operation: &AsyncOperation,
    contents: &Contents,
) -> Vec<String> {
    let channel = document.channel(operation);
    let reply = operation.reply.as_ref().and_then(|reply| document.reply_channel(reply));
    let named = |text: &str| {
        document.messages(operation).any(|message| message.key == text || message.label() == text)
    };
    let routes = |text: &str| {
        is_address(channel, text) || reply.is_some_and(|reply| is_address(reply, text)) || named(text)
    };
    let metadata = contents.metadata.iter().flatten();
    let routing = metadata.filter(|(_, value)| value.as_str().is_some_and(routes));
    routing.map(|(name, _)| name.clone()).collect()
}

/// Whether the provider does what the interaction has it do: it sends by itself, and it receives
/// what it answers.
fn direction(action: Action, answered: bool) -> bool {
    (action == Action::Receive) == answered
}

fn clues<'a>(contents: &'a Contents, payload: &'a Value) -> Vec<Clue<'a>> {
    let texts = |(name, value): (&'a String, &'a Value)| Some(Clue { name, value: value.as_str()? });
    let metadata = contents.metadata.iter().flatten().filter_map(texts);
    // Many protocols say in the payload itself which message it is.
    let kind = ["type", "event", "kind"].into_iter();
    let kind = kind.filter_map(|name| Some(Clue { name, value: payload.get(name)?.as_str()? }));
    metadata.chain(kind).filter(|clue| !clue.value.is_empty()).collect()
}

/// How much leads to an operation, and what; none where nothing does. A channel and a message that
/// are both named weigh more than either, and a channel more than a message.
fn weigh(
    document: &AsyncDocument,
    operation: &AsyncOperation,
    clues: &[Clue<'_>],
) -> Option<(usize, String)> {
    let channel = document.channel(operation);
    let of_channel = clues.iter().find(|clue| is_address(channel, clue.value));
    let of_message = clues.iter().find(|clue| {
        document.messages(operation).any(|message| message.key == clue.value || message.label() == clue.value)
    });
    let why =
        |noun: &str, clue: &Clue<'_>| format!("whose {noun} is {:?} as {:?} says", clue.value, clue.name);
    match (of_channel, of_message) {
        (Some(address), Some(message)) => {
            Some((3, format!("{} and {}", why("channel", address), why("message", message))))
        }
        (Some(address), None) => Some((2, why("channel", address))),
        (None, Some(message)) => Some((1, why("message", message))),
        (None, None) => None,
    }
}

/// Whether a text is the id of a channel, or an address of it.
fn is_address(channel: &Channel, text: &str) -> bool {
    channel.id == text || channel.address.as_deref().is_some_and(|address| fits(address, text))
}

/// Whether `text` is the address `pattern`, in which each `{parameter}` stands for some text without
/// a slash.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('{') else { return pattern == text };
    let Some((_, tail)) = rest.split_once('}') else { return pattern == text };
    let Some(after) = text.strip_prefix(head) else { return false };
    let ends = after.char_indices().map(|(at, letter)| at + letter.len_utf8());
    let within = ends.take_while(|end| !after[..*end].ends_with('/'));
    within.into_iter().any(|end| fits(tail, &after[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_parameters() {
        for (pattern, text, expected) in [
            ("celery", "celery", true),
            ("celery", "celery2", false),
            ("jobs/{id}/done", "jobs/7/done", true),
            ("jobs/{id}/done", "jobs//done", false),
            ("jobs/{id}/done", "jobs/7/8/done", false),
            ("{a}-{b}", "é-ü", true),
            ("celery-task-meta-{id}", "celery-task-meta-97b0", true),
            ("{open", "{open", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
