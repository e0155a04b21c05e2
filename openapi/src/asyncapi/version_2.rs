//! Version 2: each channel has what others publish to it, and what they subscribe to.

use serde_json::Value;

use super::model::{Action, AsyncOperation, Channel};
use super::read::{Reader, root};
use crate::load::LoadError;
use crate::sources::Spot;

/// Whoever publishes, the application receives.
const ACTIONS: [(&str, Action); 2] = [("publish", Action::Receive), ("subscribe", Action::Send)];

pub(super) fn read(reader: &mut Reader<'_>) -> Result<(), LoadError> {
    reader.servers()?;
    for (address, spot) in reader.members(&root("channels")) {
        let (spot, members) = reader.object(&spot, "a channel")?;
        let channel = Channel {
            id: address.to_owned(),
            address: Some(address.to_owned()),
            parameters: reader.parameters(&spot)?,
            position: reader.sources.position(&spot),
            messages: Vec::new(),
            spot: spot.clone(),
        };
        let channel = reader.add_channel(channel);
        for (keyword, action) in ACTIONS.into_iter().filter(|(keyword, _)| members.contains_key(*keyword)) {
            let (spot, members) = reader.object(&spot.join(keyword), "an operation")?;
            let operation = AsyncOperation {
                id: members.get("operationId").and_then(Value::as_str).map(str::to_owned),
                action,
                reply: None,
                position: reader.sources.position(&spot),
                channel,
                messages: messages(reader, &spot, members.get("message"))?,
            };
            reader.operations.push(operation);
        }
    }
    Ok(())
}

/// The message of the operation at `spot`, or the several that it may be one of.
fn messages(reader: &mut Reader<'_>, spot: &Spot, message: Option<&Value>) -> Result<Vec<usize>, LoadError> {
    if message.is_none() {
        return Ok(Vec::new());
    }
    let spot = spot.join("message");
    let (target, members) = reader.object(&spot, "a message")?;
    let Some(listed) = members.get("oneOf") else { return Ok(vec![reader.message(&spot)?]) };
    let several = target.join("oneOf");
    let count = listed.as_array().map(Vec::len);
    let count = count.ok_or_else(|| reader.invalid(&several, "`oneOf` is no list of messages"))?;
    (0..count).map(|index| reader.message(&several.index(index))).collect()
}
