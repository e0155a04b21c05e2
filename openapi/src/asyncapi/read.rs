//! What both versions have in common: following references, and reading each message and channel
//! once.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::model::{AsyncOperation, Channel, ChannelParameter, Message, MessageSchema, Reading, Server};
use crate::load::LoadError;
use crate::pointer::JsonPointer;
use crate::schema::Dialect;
use crate::sources::{Sources, Spot};

/// A document on its way to a model.
pub(super) struct Reader<'s> {
    pub(super) sources: &'s Sources,
    pub(super) servers: Vec<Server>,
    pub(super) channels: Vec<Channel>,
    pub(super) operations: Vec<AsyncOperation>,
    pub(super) messages: Vec<Message>,
    known_messages: HashMap<Spot, usize>,
    known_channels: HashMap<Spot, usize>,
}

/// An object of the document: behind all references.
pub(super) type Part<'s> = (Spot, &'s Map<String, Value>);

impl<'s> Reader<'s> {
    pub(super) fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            servers: Vec::new(),
            channels: Vec::new(),
            operations: Vec::new(),
            messages: Vec::new(),
            known_messages: HashMap::new(),
            known_channels: HashMap::new(),
        }
    }

    /// The object at `spot`, or the one that its references lead to.
    pub(super) fn object(&self, spot: &Spot, noun: &str) -> Result<Part<'s>, LoadError> {
        let invalid = |reason| self.invalid(spot, reason);
        let target = self.sources.follow(spot.clone()).map_err(|error| invalid(error.to_string()))?;
        match self.sources.get(&target) {
            Some(Value::Object(members)) => Ok((target, members)),
            _ => Err(self.invalid(&target, format!("{noun} is no object"))),
        }
    }

    pub(super) fn invalid(&self, spot: &Spot, reason: impl Into<String>) -> LoadError {
        LoadError::BadDocument { from: self.sources.position(spot), reason: reason.into() }
    }

    /// The places of the members of the object at `spot`, which need not be there, in the order of
    /// the file.
    pub(super) fn members(&self, spot: &Spot) -> Vec<(&'s str, Spot)> {
        let Some(Value::Object(members)) = self.sources.get(spot) else { return Vec::new() };
        let written = self.sources.entries(spot);
        let known = |key: &str| members.keys().find(|known| *known == key).map(String::as_str);
        let mut keys: Vec<&str> = written.iter().filter_map(|entry| known(entry.key)).collect();
        if keys.len() != members.len() {
            keys = members.keys().map(String::as_str).collect();
        }
        keys.retain(|key| !key.starts_with("x-"));
        keys.into_iter().map(|key| (key, spot.join(key))).collect()
    }

    /// The number of the message at `spot`, or behind its references.
    pub(super) fn message(&mut self, spot: &Spot) -> Result<usize, LoadError> {
        let (spot, members) = self.object(spot, "a message")?;
        if let Some(known) = self.known_messages.get(&spot) {
            return Ok(*known);
        }
        let root = self.sources.root();
        let text = |key: &str| members.get(key).and_then(Value::as_str).map(str::to_owned);
        let default = || root["defaultContentType"].as_str().map(str::to_owned);
        // Version 2 has one format for the payload, and headers are always its own.
        let format = members.get("schemaFormat").and_then(Value::as_str);
        let schema =
            |key: &str, format| members.get(key).map(|_| self.schema(spot.join(key), format)).transpose();
        let message = Message {
            key: spot.pointer.tokens().last().unwrap_or_default(),
            name: text("name"),
            content_type: text("contentType").or_else(default),
            payload: schema("payload", format)?,
            headers: schema("headers", None)?,
            position: self.sources.position(&spot),
            spot: spot.clone(),
        };
        self.messages.push(message);
        let number = self.messages.len() - 1;
        self.known_messages.insert(spot, number);
        Ok(number)
    }

    /// The schema at `spot`, or inside the Multi Format Schema Object that is there.
    fn schema(&self, spot: Spot, format: Option<&str>) -> Result<MessageSchema, LoadError> {
        let target =
            self.sources.follow(spot.clone()).map_err(|error| self.invalid(&spot, error.to_string()))?;
        let value = self.sources.get(&target).unwrap_or(&Value::Null);
        let own = value.get("schemaFormat").and_then(Value::as_str).filter(|_| value.get("schema").is_some());
        let spot = if own.is_some() { target.join("schema") } else { spot };
        let format = own.or(format);
        let reading = match format.map(|format| (Dialect::of_format(format), format)) {
            None => Reading::Judged(Dialect::AsyncApi),
            Some((Some(dialect), _)) => Reading::Judged(dialect),
            Some((None, format)) => Reading::Foreign(format.to_owned()),
        };
        Ok(MessageSchema { position: self.sources.position(&spot), reading, spot })
    }

    /// The number of the channel at `spot`, or behind its references, where it has been read.
    pub(super) fn known_channel(&self, spot: &Spot) -> Option<usize> {
        self.known_channels.get(spot).copied()
    }

    pub(super) fn add_channel(&mut self, channel: Channel) -> usize {
        let number = self.channels.len();
        self.known_channels.insert(channel.spot.clone(), number);
        self.channels.push(channel);
        number
    }

    /// The `parameters` of the channel at `spot`. Version 2 has the values under a schema.
    pub(super) fn parameters(&self, spot: &Spot) -> Result<Vec<ChannelParameter>, LoadError> {
        let mut parameters = Vec::new();
        for (name, spot) in self.members(&spot.join("parameters")) {
            let (spot, members) = self.object(&spot, "a parameter")?;
            let schema = members.get("schema").and_then(|schema| schema.get("enum"));
            let values = members.get("enum").or(schema).and_then(Value::as_array);
            let values = values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
            parameters.push(ChannelParameter {
                name: name.to_owned(),
                location: members.get("location").and_then(Value::as_str).map(str::to_owned),
                allowed: values.collect(),
                position: self.sources.position(&spot),
            });
        }
        Ok(parameters)
    }

    pub(super) fn servers(&mut self) -> Result<(), LoadError> {
        for (name, spot) in self.members(&root("servers")) {
            let (spot, members) = self.object(&spot, "a server")?;
            self.servers.push(Server {
                name: name.to_owned(),
                protocol: members.get("protocol").and_then(Value::as_str).unwrap_or_default().to_owned(),
                position: self.sources.position(&spot),
            });
        }
        Ok(())
    }
}

/// The member `token` of the root file.
pub(super) fn root(token: &str) -> Spot {
    Spot::root(JsonPointer::root().join(token))
}
