//! Ways to a provider other than HTTP: what has to be known of each to replay messages over it.

use std::fmt;

use serde_json::Value;
use url::Url;

/// The transport `celery-redis`: tasks in Celery protocol 2 on lists of a Redis, results by publish and
/// subscribe.
#[derive(Clone)]
pub struct CeleryRedis {
    /// `redis://[user:password@]host:port/database`. Its password is never reported.
    pub redis: Url,
    /// The lists on which the provider publishes, for asynchronous messages. A synchronous message names its
    /// list itself, in the metadata `queue`; the first of these is meant where it does not.
    pub queues: Vec<String>,
}

/// The transport `websocket`: events in frames of text.
#[derive(Clone)]
pub struct WebSocket {
    /// Below the URL of the provider, such as `/ws`. May hold `${value:NAME}`.
    pub path: String,
    /// Offered as `Sec-WebSocket-Protocol`, in this order. May hold `${value:NAME}`.
    pub protocols: Vec<String>,
}

/// What makes the running provider send a message. Texts may hold `${value:NAME}`: what the provider states
/// of the interaction know by that name. A text that is nothing else becomes that value, of whatever type.
#[derive(Clone)]
pub struct Trigger {
    /// The description of the interaction.
    pub message: String,
    pub action: Action,
}

/// How the provider is made to send it.
#[derive(Clone)]
pub enum Action {
    /// A request to its own HTTP API.
    Request(ApiRequest),
    /// A program that is run to its end; there is no shell.
    Command(Vec<String>),
    /// A frame of text that the consumer sends over the WebSocket first.
    Send(Value),
}

/// A request to the provider's own API.
#[derive(Clone)]
pub struct ApiRequest {
    pub method: String,
    /// Below the URL of the provider.
    pub path: String,
    pub headers: Vec<(String, String)>,
    /// Sent as JSON.
    pub body: Option<Value>,
}

/// What may hold a secret is not shown.
impl fmt::Debug for CeleryRedis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CeleryRedis")
            .field("host", &self.redis.host_str())
            .field("port", &self.redis.port())
            .field("queues", &self.queues)
            .finish()
    }
}

impl fmt::Debug for WebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket").field("path", &self.path).finish_non_exhaustive()
    }
}

impl fmt::Debug for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trigger").field("message", &self.message).finish_non_exhaustive()
    }
}
