//! How messages of a provider are replayed: its queue, its socket, and what makes it send.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::launch::command;
use super::payload::Payload;
use super::problem::Problem;
use super::template::Template;
use super::values::{Method, header};

/// The list of Celery's that is meant where none is named.
pub const DEFAULT_QUEUE: &str = "celery";

/// The provider takes or publishes tasks on a Redis, in Celery's protocol.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Celery {
    /// The URL of the Redis.
    pub redis: Template,
    /// The lists on which it publishes.
    #[serde(default = "queues")]
    pub queues: Vec<String>,
}

/// The provider sends events over a WebSocket.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebSocket {
    /// A path of the provider.
    pub path: Template,
    /// The subprotocols that are offered.
    #[serde(default)]
    pub protocols: Vec<Template>,
}

/// What makes the provider send one message.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// The description of the interaction.
    pub message: String,
    pub action: Action,
}

/// How it is made to.
#[derive(Clone, Debug)]
pub enum Action {
    Request(Request),
    Command(Vec<Template>),
    Send(Payload),
}

/// A request to the provider's own API.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: Template,
    pub headers: Vec<(String, Template)>,
    pub body: Option<Payload>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTrigger {
    pub message: Spanned<String>,
    request: Option<RawRequest>,
    command: Option<Spanned<Vec<Template>>>,
    send: Option<Spanned<toml::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRequest {
    method: Method,
    path: Template,
    #[serde(default)]
    headers: BTreeMap<Spanned<String>, Template>,
    body: Option<Spanned<toml::Value>>,
}

fn queues() -> Vec<String> {
    vec![DEFAULT_QUEUE.to_owned()]
}

impl RawTrigger {
    pub fn parse(self) -> Result<Trigger, Problem> {
        let action = match (self.request, self.command, self.send) {
            (Some(request), None, None) => Action::Request(request.parse()?),
            (None, Some(argv), None) => Action::Command(command("command", argv)?),
            (None, None, Some(frame)) => Action::Send(Payload::parse(frame)?),
            _ => {
                let message =
                    format!("the trigger of {:?} does not say one thing to do", self.message.get_ref());
                let hint = "give it exactly one of `request`, `command` and `send`";
                return Err(Problem::new(self.message.span(), message, hint));
            }
        };
        Ok(Trigger { message: self.message.into_inner(), action })
    }
}

impl RawRequest {
    fn parse(self) -> Result<Request, Problem> {
        Ok(Request {
            method: self.method.0,
            path: self.path,
            headers: self.headers.into_iter().map(header).collect::<Result<_, _>>()?,
            body: self.body.map(Payload::parse).transpose()?,
        })
    }
}

impl WebSocket {
    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        std::iter::once(&self.path).chain(&self.protocols)
    }
}

impl Trigger {
    pub(super) fn templates(&self) -> Vec<&Template> {
        match &self.action {
            Action::Request(request) => {
                let headers = request.headers.iter().map(|(_, value)| value);
                let body = request.body.iter().flat_map(Payload::templates);
                std::iter::once(&request.path).chain(headers).chain(body).collect()
            }
            Action::Command(argv) => argv.iter().collect(),
            Action::Send(frame) => frame.templates(),
        }
    }
}
