//! What an AsyncAPI document is made of, in the words of version 3.

use crate::schema::Dialect;
use crate::sources::Spot;
use crate::violation::Position;

/// Something that is listened on.
#[derive(Clone, Debug)]
pub struct Server {
    pub name: String,
    /// Such as `amqp`, `redis` or `ws`.
    pub protocol: String,
    pub position: Position,
}

/// Something that carries messages: a queue, a topic, a socket.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Its key. In version 2 that is its address.
    pub id: String,
    /// Where it is, with `{parameters}`; none where that is not known before the program runs.
    pub address: Option<String>,
    pub parameters: Vec<ChannelParameter>,
    pub position: Position,
    /// In version 3 the messages that its operations choose from.
    pub(super) messages: Vec<usize>,
    pub(super) spot: Spot,
}

/// A part of an address that changes.
#[derive(Clone, Debug)]
pub struct ChannelParameter {
    pub name: String,
    /// A runtime expression that says where in a message its value stands.
    pub location: Option<String>,
    /// The values that it may have; empty where it may have any.
    pub allowed: Vec<String>,
    pub position: Position,
}

/// What the application does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Send,
    Receive,
}

/// One thing that the application does on one channel.
#[derive(Clone, Debug)]
pub struct AsyncOperation {
    /// Its key, in version 2 its `operationId`, which it need not have.
    pub id: Option<String>,
    pub action: Action,
    /// What comes back, where something does.
    pub reply: Option<Reply>,
    pub position: Position,
    pub(super) channel: usize,
    pub(super) messages: Vec<usize>,
}

/// What is sent back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// A runtime expression that says where in the request the address of the reply stands.
    pub address: Option<String>,
    pub position: Position,
    pub(super) channel: Option<usize>,
    pub(super) messages: Vec<usize>,
}

/// One kind of message.
#[derive(Clone, Debug)]
pub struct Message {
    /// The last part of its pointer: its key in the channel or among the components.
    pub key: String,
    /// `name`, where the document gives one.
    pub name: Option<String>,
    /// Of the message, or the document's default.
    pub content_type: Option<String>,
    /// None where the document says nothing of what it carries.
    pub payload: Option<MessageSchema>,
    pub headers: Option<MessageSchema>,
    pub position: Position,
    pub(super) spot: Spot,
}

/// The schema of a payload or of headers.
#[derive(Clone, Debug)]
pub struct MessageSchema {
    pub position: Position,
    pub reading: Reading,
    pub(crate) spot: Spot,
}

/// Whether a schema can be judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As one in this dialect.
    Judged(Dialect),
    /// It is in a language that nothing here reads: its `schemaFormat`.
    Foreign(String),
}

impl Message {
    /// What the document calls it: by its name, or else by its key.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.key)
    }

    pub(super) fn schemas(&self) -> impl Iterator<Item = &MessageSchema> {
        self.payload.iter().chain(&self.headers)
    }

    pub(super) fn dialects(&self) -> impl Iterator<Item = Dialect> {
        self.schemas().filter_map(|schema| match schema.reading {
            Reading::Judged(dialect) => Some(dialect),
            Reading::Foreign(_) => None,
        })
    }
}
