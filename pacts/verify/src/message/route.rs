//! Which way a message goes: as its pact says, or the only one that there is.

use pact_models::v4::sync_message::SynchronousMessage;

use crate::interaction::{Content, Interaction, MessageContent};
use crate::replay::Target;
use crate::transport::{CeleryRedis, WebSocket};

const CELERY: &str = "celery-redis";
const WEBSOCKET: &str = "websocket";

/// A message, and what it goes over.
#[derive(Debug)]
pub(crate) enum Route<'a> {
    /// The provider puts it on a list.
    Published(&'a CeleryRedis, &'a MessageContent),
    /// The provider takes it from a list and answers.
    Answered(&'a CeleryRedis, &'a SynchronousMessage),
    /// The provider sends it over a socket.
    Event(&'a WebSocket, &'a MessageContent),
}

/// The way of `interaction` to `target`; the error says what to configure, as it fits "cannot be replayed: …".
pub(crate) fn of<'a>(interaction: &'a Interaction, target: &'a Target) -> Result<Route<'a>, String> {
    let kind = interaction.kind();
    let transport = match (interaction.transport(), &target.celery, &target.websocket) {
        (Some(transport), _, _) => transport,
        (None, Some(_), None) => CELERY,
        (None, None, Some(_)) => WEBSOCKET,
        (None, Some(_), Some(_)) => {
            return Err(format!(
                "the pact does not say over which transport this {kind} goes, and the provider has two: give the \
                 interaction a `transport`, {CELERY} or {WEBSOCKET}"
            ));
        }
        (None, None, None) => {
            return Err(format!(
                "the provider has no transport for an {kind}: give it `celery` or `websocket` in countersign.toml"
            ));
        }
    };
    match (transport, interaction.content()) {
        (CELERY, content) => {
            let celery = target.celery.as_ref().ok_or_else(|| {
                format!(
                    "this {kind} goes over {CELERY}, and nothing says on which Redis: give the provider \
                     `celery = {{ redis = \"redis://…\" }}` in countersign.toml"
                )
            })?;
            match content {
                Content::Asynchronous(content) => Ok(Route::Published(celery, content)),
                Content::Synchronous(message) => Ok(Route::Answered(celery, message)),
                Content::Http(_) | Content::Other(_) => Err(format!("nothing replays {kind} interactions")),
            }
        }
        (WEBSOCKET, Content::Asynchronous(content)) => {
            let socket = target.websocket.as_ref().ok_or_else(|| {
                format!(
                    "this {kind} goes over a {WEBSOCKET}, and nothing says over which: give the provider \
                     `websocket = {{ path = \"/…\" }}` in countersign.toml"
                )
            })?;
            Ok(Route::Event(socket, content))
        }
        (WEBSOCKET, _) => Err(format!(
            "a {kind} cannot go over a {WEBSOCKET}: write it as an asynchronous message, and send its request as \
             the trigger"
        )),
        (other, _) => {
            Err(format!("no transport {other:?} is known here: there are {CELERY} and {WEBSOCKET}"))
        }
    }
}
