//! AsyncAPI documents: their channels, the operations on them, and the messages that each may carry.
//!
//! Versions 2.0 to 2.6 and 3.0 to 3.1 are read, over the same files, references and limits as OpenAPI
//! documents, into one model that speaks as version 3 does: an [`AsyncOperation`] *sends* or
//! *receives*, as the application that the document describes does it. What version 2 has others
//! `publish`, the application receives; what they `subscribe` to, it sends.
//!
//! ```
//! use countersign_openapi::{AsyncDocument, LoadOptions};
//! use countersign_openapi::asyncapi::Contents;
//!
//! let text = "asyncapi: 3.0.0
//! channels:
//!   users: {address: users, messages: {made: {payload: {type: object, required: [id]}}}}
//! operations:
//!   told: {action: send, channel: {$ref: '#/channels/users'}}
//! ";
//! let document = AsyncDocument::from_text("events.yaml", text, &LoadOptions::default())?;
//! let operation = document.operation("told").expect("the document has it");
//! let message = document.messages(operation).next().expect("the operation has one");
//! let broken = document.check_payload(message, Contents { content_type: None, value: &"{}".parse()? });
//! assert_eq!(broken[0].rule.line, Some(3));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **How to hold a message to a document.** Find the operation by [`AsyncDocument::operation`], go
//! through its [`messages`](AsyncDocument::messages), and of each ask what a payload and headers break
//! of it by [`check_payload`](AsyncDocument::check_payload) and
//! [`check_headers`](AsyncDocument::check_headers). What is sent back is in
//! [`reply`](AsyncOperation::reply), with messages of its own by
//! [`reply_messages`](AsyncDocument::reply_messages). A message is what its references lead to, and
//! its traits are merged into it; its position is that of the Message Object.
//!
//! **What is judged.** Schemas of AsyncAPI itself (draft 7 with `discriminator`), of JSON Schema and of
//! OpenAPI, by the judge of all others here. A schema in another language (Avro, Protobuf, RAML, …) and
//! a payload that is neither JSON nor text are told as `message.payload.unvalidatable`, a warning, and
//! never taken as kept. Bindings, servers, correlation ids and security are not judged.

mod check;
mod difference;
mod expect;
mod model;
mod read;
mod remark;
mod traits;
mod version_2;
mod version_3;

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

pub use check::Contents;
pub use difference::Difference;
pub use model::{
    Action, AsyncOperation, Channel, ChannelParameter, Message, MessageSchema, Reading, Reply, Server,
};

use crate::document::Remark;
use crate::load::{LoadError, LoadOptions};
use crate::pointer::JsonPointer;
use crate::schema::{Dialect, Schemas};
use crate::sources::{Sources, Spot};
use crate::violation::Position;
use read::Reader;

/// Which AsyncAPI a document is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsyncApiVersion {
    /// 2.0 to 2.6.
    V2,
    /// 3.0 to 3.1.
    V3,
}

/// An AsyncAPI document, ready to judge. It may be shared between threads.
#[derive(Debug)]
pub struct AsyncDocument {
    version: AsyncApiVersion,
    sources: Arc<Sources>,
    /// One for each dialect that a message's schema is in.
    schemas: Vec<(Dialect, Schemas)>,
    servers: Vec<Server>,
    channels: Vec<Channel>,
    operations: Vec<AsyncOperation>,
    messages: Vec<Message>,
}

impl AsyncDocument {
    /// Loads a YAML or JSON document from a file, with the files it refers to.
    pub fn load(path: &Path, options: &LoadOptions) -> Result<Self, LoadError> {
        Self::new(Sources::load(path, options)?, options)
    }

    /// Loads a document from text; `name` stands for its file in positions. References to other
    /// files are refused.
    pub fn from_text(name: &str, text: &str, options: &LoadOptions) -> Result<Self, LoadError> {
        Self::new(Sources::from_text(name, text, options)?, options)
    }

    fn new(mut sources: Sources, options: &LoadOptions) -> Result<Self, LoadError> {
        let version = version(&sources)?;
        traits::merge(&mut sources, version, options)?;
        let sources = Arc::new(sources);
        let mut reader = Reader::new(&sources);
        match version {
            AsyncApiVersion::V2 => version_2::read(&mut reader)?,
            AsyncApiVersion::V3 => version_3::read(&mut reader)?,
        }
        let Reader { servers, channels, operations, messages, .. } = reader;
        let mut schemas = vec![(Dialect::AsyncApi, Schemas::new(Arc::clone(&sources), Dialect::AsyncApi)?)];
        for dialect in messages.iter().flat_map(Message::dialects) {
            if !schemas.iter().any(|(known, _)| *known == dialect) {
                schemas.push((dialect, Schemas::new(Arc::clone(&sources), dialect)?));
            }
        }
        Ok(Self { version, sources, schemas, servers, channels, operations, messages })
    }

    #[must_use]
    pub fn version(&self) -> AsyncApiVersion {
        self.version
    }

    /// `info.title`, where the document gives one.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.value()["info"]["title"].as_str()
    }

    /// What the document's own file says, with the traits of its messages merged into them.
    #[must_use]
    pub fn value(&self) -> &Value {
        self.sources.root()
    }

    /// What is listened on, and by which protocol. Not judged.
    #[must_use]
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// Every channel, in the order of the document.
    #[must_use]
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// Every operation, in the order of the document.
    #[must_use]
    pub fn operations(&self) -> &[AsyncOperation] {
        &self.operations
    }

    /// The operation that the document calls `id`: by its key, in version 2 by its `operationId`.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&AsyncOperation> {
        self.operations.iter().find(|operation| operation.id.as_deref() == Some(id))
    }

    /// What an operation is done on.
    #[must_use]
    pub fn channel(&self, operation: &AsyncOperation) -> &Channel {
        &self.channels[operation.channel]
    }

    /// What an operation may carry, in the order of the document.
    pub fn messages(&self, operation: &AsyncOperation) -> impl Iterator<Item = &Message> {
        operation.messages.iter().map(|message| &self.messages[*message])
    }

    /// What may be sent back.
    pub fn reply_messages(&self, reply: &Reply) -> impl Iterator<Item = &Message> {
        reply.messages.iter().map(|message| &self.messages[*message])
    }

    /// Where it is sent back, as far as the document says.
    #[must_use]
    pub fn reply_channel(&self, reply: &Reply) -> Option<&Channel> {
        reply.channel.map(|channel| &self.channels[channel])
    }

    /// Where `pointer` stands in the document's own file.
    #[must_use]
    pub fn position(&self, pointer: &JsonPointer) -> Position {
        self.sources.position(&Spot::root(pointer.clone()))
    }

    /// Compiles every schema of a message now, rather than when a value first meets it; gives the
    /// number of places that are judged for themselves. The first keyword that has no meaning is an
    /// error.
    pub fn compile_schemas(&self) -> Result<usize, LoadError> {
        let mut count = 0;
        for (dialect, schemas) in &self.schemas {
            let of_dialect = |schema: &&MessageSchema| schema.reading == Reading::Judged(*dialect);
            let all = self.messages.iter().flat_map(Message::schemas).filter(of_dialect);
            let places: Vec<Spot> = all.map(|schema| schema.spot.clone()).collect();
            count += schemas.compile_from(&places)?;
        }
        Ok(count)
    }

    /// What is odd about the document and does not keep it from judging.
    #[must_use]
    pub fn remarks(&self) -> Vec<Remark> {
        remark::remarks(self)
    }
}

fn version(sources: &Sources) -> Result<AsyncApiVersion, LoadError> {
    let file = sources.position(&Spot::root(JsonPointer::root())).file;
    let Some(said) = sources.root().get("asyncapi") else {
        return Err(LoadError::NoAsyncVersion { file });
    };
    // YAML reads an unquoted `3.0` as a number.
    let said = said.as_str().map_or_else(|| said.to_string(), str::to_owned);
    let minor: Vec<&str> = said.split('.').take(2).collect();
    match minor.as_slice() {
        ["2", "0" | "1" | "2" | "3" | "4" | "5" | "6"] => Ok(AsyncApiVersion::V2),
        ["3", "0" | "1"] => Ok(AsyncApiVersion::V3),
        _ => {
            let version = format!("AsyncAPI {said}");
            Err(LoadError::UnsupportedVersion { file, version, known: "AsyncAPI 2.0 to 2.6 and 3.0 to 3.1" })
        }
    }
}
