//! A message against an AsyncAPI document: the operation it belongs to, and the one of its messages
//! that takes it.

mod find;
mod matching;

use countersign_openapi::asyncapi::AsyncOperation;
use countersign_openapi::{AsyncDocument, Code, JsonPointer, Position, Severity};
use serde_json::{Value, json};

use crate::compare::Comparer;
use crate::disagreement::{Compared, Disagreement, Operation, Part, Side, ids};
use crate::hint::hint;
use crate::interaction::{Asynchronous, Contents, Interaction, Reference, Synchronous};
use find::{Found, Trace};
use matching::Candidate;

/// One interaction, and the document that has a say in it.
#[derive(Clone, Copy)]
pub(crate) struct Talk<'a> {
    pub context: &'a Comparer<'a>,
    pub document: &'a AsyncDocument,
    pub interaction: &'a Interaction,
}

/// Compares a message that the provider sends by itself.
pub(crate) fn compare_asynchronous(talk: &Talk<'_>, content: &Asynchronous, compared: &mut Compared) {
    let trace = Trace { contents: &content.message, answered: false };
    let Some(operation) = talk.operation(&content.reference, &trace, compared) else { return };
    let candidates = talk.document.messages(operation);
    let candidate = Candidate { contents: &content.message, part: Part::Message, operation };
    talk.hold(&candidate, candidates, compared);
}

/// Compares a message that the consumer sends, and the replies.
pub(crate) fn compare_synchronous(talk: &Talk<'_>, content: &Synchronous, compared: &mut Compared) {
    let trace = Trace { contents: &content.request, answered: true };
    let Some(operation) = talk.operation(&content.reference, &trace, compared) else { return };
    let candidate = Candidate { contents: &content.request, part: Part::Request, operation };
    let taken = talk.hold(&candidate, talk.document.messages(operation), compared);
    if !taken {
        return;
    }
    let Some(reply) = &operation.reply else {
        let message = format!("the operation {} has no reply", label(operation));
        compared.disagreements.push(talk.told(
            ids::REPLY_MISSING,
            Side::Reference,
            Some(operation.position.clone()),
            message,
        ));
        return;
    };
    if talk.document.reply_messages(reply).next().is_none() {
        let message = format!("the reply of the operation {} has no messages", label(operation));
        compared.disagreements.push(talk.told(
            ids::REPLY_MISSING,
            Side::Reference,
            Some(reply.position.clone()),
            message,
        ));
        return;
    }
    if content.replies.is_empty() {
        let message = "the pact expects no reply, and the document has one".to_owned();
        compared.disagreements.push(talk.told(
            ids::RESPONSE_MISSING,
            Side::Replies,
            Some(reply.position.clone()),
            message,
        ));
    }
    for (index, contents) in content.replies.iter().enumerate() {
        let candidate = Candidate { contents, part: Part::Reply(index), operation };
        talk.hold(&candidate, talk.document.reply_messages(reply), compared);
    }
}

impl<'a> Talk<'a> {
    /// The operation that the pact names, or that its metadata leads to.
    fn operation(
        &self,
        reference: &Reference,
        trace: &Trace<'_>,
        compared: &mut Compared,
    ) -> Option<&'a AsyncOperation> {
        let operation = match (&reference.operation, reference.given) {
            (Some(id), _) => self.named(id, compared),
            (None, true) => {
                let message = "its reference names no `operationId`".to_owned();
                compared.disagreements.push(self.told(
                    ids::REFERENCES_MISSING,
                    Side::Reference,
                    None,
                    message,
                ));
                None
            }
            (None, false) => self.traced(trace, compared),
        }?;
        let channel = self.document.channel(operation);
        compared.operation = Some(Operation::Message {
            id: operation.id.clone(),
            channel: channel.address.clone().unwrap_or_else(|| channel.id.clone()),
        });
        Some(operation)
    }

    fn named(&self, id: &str, compared: &mut Compared) -> Option<&'a AsyncOperation> {
        let operation = self.document.operation(id);
        if operation.is_none() {
            let known = self.document.operations().iter().filter_map(|operation| operation.id.as_deref());
            let operations = self.document.position(&JsonPointer::root().join("operations"));
            let message = format!("the document has no operation {id:?}");
            let told = self.told(ids::OPERATION_UNKNOWN, Side::OperationId, Some(operations), message);
            let expected = known.collect();
            compared.disagreements.push(Disagreement { expected, actual: json!(id), ..told });
        }
        operation
    }

    fn traced(&self, trace: &Trace<'_>, compared: &mut Compared) -> Option<&'a AsyncOperation> {
        match find::find(self.document, trace) {
            Ok(Found { operation, because }) => {
                let message =
                    format!("the pact names no operation: taken is {}, {because}", label(operation));
                let told = self.told(
                    ids::OPERATION_INFERRED,
                    Side::Reference,
                    Some(operation.position.clone()),
                    message,
                );
                compared.disagreements.push(told);
                Some(operation)
            }
            Err(reason) => {
                let message = format!("the pact names no operation of the document, and {reason}");
                compared.disagreements.push(self.told(
                    ids::REFERENCES_MISSING,
                    Side::Reference,
                    None,
                    message,
                ));
                None
            }
        }
    }

    pub(crate) fn told(
        &self,
        id: &'static str,
        at: Side,
        document: Option<Position>,
        message: String,
    ) -> Disagreement {
        let severity = match id {
            ids::OPERATION_INFERRED | ids::MESSAGE_MATCHED => Severity::Info,
            ids::RESPONSE_MISSING => Severity::Warning,
            _ => Severity::Error,
        };
        Disagreement {
            id,
            severity,
            location: self.position(&place(&at)),
            at,
            document,
            keyword: None,
            expected: Value::Null,
            actual: Value::Null,
            message,
            hint: hint(id),
            causes: Vec::new(),
        }
    }

    pub(crate) fn position(&self, below: &JsonPointer) -> Position {
        self.context.pact.position(&self.interaction.pointer().append(below))
    }
}

/// Where below the interaction that stands.
fn place(at: &Side) -> JsonPointer {
    let reference = JsonPointer::root().join("comments").join("references").join("AsyncAPI");
    match at {
        Side::Reference => reference,
        Side::OperationId => reference.join("operationId"),
        Side::Replies => JsonPointer::root().join("response"),
        _ => JsonPointer::root(),
    }
}

/// How messages name an operation.
fn label(operation: &AsyncOperation) -> String {
    operation.id.as_ref().map_or_else(|| "without an id".to_owned(), |id| format!("{id:?}"))
}

/// The id of what a message breaks.
pub(crate) fn is_fatal(code: Code, severity: Severity) -> bool {
    severity == Severity::Error && code != Code::MessagePayloadUnknown
}

impl Contents {
    /// The payload as a value: what is not JSON is text.
    pub(crate) fn value(&self) -> Option<Value> {
        let bytes = self.payload.as_deref()?;
        Some(serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into()))
    }
}
