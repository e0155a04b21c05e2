//! Version 3: channels have messages, and operations choose among them.

use serde_json::Value;

use super::model::{Action, AsyncOperation, Channel, Reply};
use super::read::{Reader, root};
use crate::load::LoadError;
use crate::sources::Spot;

pub(super) fn read(reader: &mut Reader<'_>) -> Result<(), LoadError> {
    reader.servers()?;
    for (_, spot) in reader.members(&root("channels")) {
        channel(reader, &spot)?;
    }
    for (id, spot) in reader.members(&root("operations")) {
        let operation = operation(reader, id, &spot)?;
        reader.operations.push(operation);
    }
    Ok(())
}

fn channel(reader: &mut Reader<'_>, spot: &Spot) -> Result<usize, LoadError> {
    let key = spot.pointer.tokens().last().unwrap_or_default();
    let (spot, members) = reader.object(spot, "a channel")?;
    if let Some(known) = reader.known_channel(&spot) {
        return Ok(known);
    }
    let mut messages = Vec::new();
    for (_, message) in reader.members(&spot.join("messages")) {
        messages.push(reader.message(&message)?);
    }
    let channel = Channel {
        id: key,
        address: members.get("address").and_then(Value::as_str).map(str::to_owned),
        parameters: reader.parameters(&spot)?,
        position: reader.sources.position(&spot),
        messages,
        spot,
    };
    Ok(reader.add_channel(channel))
}

fn operation(reader: &mut Reader<'_>, id: &str, spot: &Spot) -> Result<AsyncOperation, LoadError> {
    let (spot, members) = reader.object(spot, "an operation")?;
    let action = match members.get("action").and_then(Value::as_str) {
        Some("send") => Action::Send,
        Some("receive") => Action::Receive,
        _ => return Err(reader.invalid(&spot.join("action"), "`action` is neither `send` nor `receive`")),
    };
    if !members.contains_key("channel") {
        return Err(reader.invalid(&spot, format!("the operation {id:?} has no `channel`")));
    }
    let channel = channel(reader, &spot.join("channel"))?;
    let messages = messages(reader, &spot, members.get("messages"))?;
    let messages = messages.unwrap_or_else(|| reader.channels[channel].messages.clone());
    let reply = match members.get("reply") {
        Some(_) => Some(reply(reader, &spot.join("reply"))?),
        None => None,
    };
    let position = reader.sources.position(&spot);
    Ok(AsyncOperation { id: Some(id.to_owned()), action, reply, position, channel, messages })
}

fn reply(reader: &mut Reader<'_>, spot: &Spot) -> Result<Reply, LoadError> {
    let (spot, members) = reader.object(spot, "a reply")?;
    let channel = match members.get("channel") {
        Some(_) => Some(channel(reader, &spot.join("channel"))?),
        None => None,
    };
    let address = match members.get("address") {
        Some(_) => {
            let (_, address) = reader.object(&spot.join("address"), "the address of a reply")?;
            address.get("location").and_then(Value::as_str).map(str::to_owned)
        }
        None => None,
    };
    let of_channel = channel.map_or_else(Vec::new, |channel| reader.channels[channel].messages.clone());
    let messages = messages(reader, &spot, members.get("messages"))?.unwrap_or(of_channel);
    Ok(Reply { address, position: reader.sources.position(&spot), channel, messages })
}

/// The messages that the operation or reply at `spot` names; none where it leaves that to its channel.
fn messages(
    reader: &mut Reader<'_>,
    spot: &Spot,
    listed: Option<&Value>,
) -> Result<Option<Vec<usize>>, LoadError> {
    let Some(listed) = listed else { return Ok(None) };
    let spot = spot.join("messages");
    let count = listed.as_array().map(Vec::len);
    let count = count.ok_or_else(|| reader.invalid(&spot, "`messages` is no list"))?;
    (0..count).map(|index| reader.message(&spot.index(index))).collect::<Result<_, _>>().map(Some)
}
