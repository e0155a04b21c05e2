//! What is odd about an AsyncAPI document: advice, never a refusal.

use std::collections::HashMap;

use super::AsyncDocument;
use super::model::Reading;
use crate::document::Remark;

/// All remarks, in the order of their lines.
pub(super) fn remarks(document: &AsyncDocument) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut first = HashMap::new();
    for (index, operation) in document.operations.iter().enumerate() {
        let mut remark = |message: String| remarks.push(Remark { at: operation.position.clone(), message });
        if let Some(id) = &operation.id
            && *first.entry(id).or_insert(index) != index
        {
            remark(format!("another operation is called {id:?} too, and that one is meant by it"));
        }
        if operation.messages.is_empty() {
            remark("the operation has no message: nothing can be held against it".to_owned());
        }
        let channel = &document.channels[operation.channel];
        let foreign = |message: &&usize| !channel.messages.contains(message);
        if document.version == super::AsyncApiVersion::V3
            && let Some(message) = operation.messages.iter().find(foreign)
        {
            let label = document.messages[*message].label();
            remark(format!("its message {label:?} is none of the channel {:?}", channel.id));
        }
    }
    for schema in document.messages.iter().flat_map(super::Message::schemas) {
        if let Reading::Foreign(format) = &schema.reading {
            let message = format!("schemas in {format:?} are not judged: nothing is held against this one");
            remarks.push(Remark { at: schema.position.clone(), message });
        }
    }
    remarks.sort_by(|one, other| {
        (one.at.line, &one.at, &one.message).cmp(&(other.at.line, &other.at, &other.message))
    });
    remarks
}
