//! The transport `websocket`: events in frames of text, over a socket of the provider's own.
//!
//! The consumer's part is played: the socket is opened with the subprotocols that are configured, the trigger
//! is pulled where there is one, and frames are read until one is what the pact expects.

mod handshake;

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use pact_models::bodies::OptionalBody;
use pact_models::content_types::{ContentType, JSON, TEXT};
use pact_models::v4::message_parts::MessageContents;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::interaction::MessageContent;
use crate::message::{Expected, Heard, Nearest, Turn};
use crate::outcome::{Carried, Cause, Direction};
use crate::transport::{Action, WebSocket};
use crate::values::{fill_json, fill_path};
use handshake::Socket;

/// Frames that are read for one event, at most.
const MOST: usize = 1000;

/// How long the other side is waited for when a socket is closed.
const GOODBYE: Duration = Duration::from_millis(100);

/// Opens the socket, makes the provider send the event, and holds the frames that come against the pact.
pub(crate) async fn sent(
    turn: &mut Turn<'_>,
    socket: &WebSocket,
    content: &MessageContent,
) -> Result<Heard, Cause> {
    turn.set_up().await?;
    let path = fill_path(&socket.path, &turn.values).map_err(Cause::NoAnswer)?;
    let channel = path.split('?').next().unwrap_or_default();
    let mut open = handshake::open(turn, &path, &socket.protocols).await?;
    turn.run.watch.answered();
    let mut frames = Frames { channel, nearest: Nearest::default(), messages: Vec::new(), count: 0 };
    frames.pull(turn, &mut open).await?;
    let expected = turn.expected(content);
    let within = turn.run.watch.for_request();
    let end = frames.read(&mut open, &expected, within).await?;
    // Whether it says goodbye changes nothing of what was heard.
    let _ = timeout(GOODBYE, open.close(None)).await;
    let Frames { nearest, messages, count, .. } = frames;
    let mut failures = nearest.failures().unwrap_or_else(|| vec![turn.missing(&expected, channel, &end)]);
    let came_nearest = || Some(format!("of {count} frames that came {end}, this one came nearest"));
    for failure in &mut failures {
        failure.hint = failure.hint.take().or_else(came_nearest);
    }
    Ok(Heard { failures, messages })
}

/// The frames that came.
struct Frames<'a> {
    /// The path of the socket, without a query: a token may stand there.
    channel: &'a str,
    nearest: Nearest,
    messages: Vec<Carried>,
    count: usize,
}

impl Frames<'_> {
    /// Pulls the trigger of the message, where there is one.
    async fn pull(&mut self, turn: &Turn<'_>, socket: &mut Socket) -> Result<(), Cause> {
        match turn.trigger() {
            None => Ok(()),
            Some(trigger) => match &trigger.action {
                Action::Send(frame) => {
                    let frame = fill_json(frame, &turn.values).map_err(Cause::NoAnswer)?;
                    self.messages.push(Carried::new(Direction::ToProvider, self.channel, name(&frame)));
                    let sending = socket.send(Message::text(frame.to_string()));
                    match timeout(turn.run.watch.for_request(), sending).await {
                        Ok(Ok(())) => Ok(()),
                        Ok(Err(error)) => Err(lost(&error)),
                        Err(_) => {
                            Err(Cause::NoAnswer("the socket did not take the frame in time".to_owned()))
                        }
                    }
                }
                Action::Request(_) | Action::Command(_) => turn.pull(trigger).await,
            },
        }
    }

    /// Reads until the expected frame came, or no more can come; tells until when that was.
    async fn read(
        &mut self,
        socket: &mut Socket,
        expected: &Expected<'_>,
        within: Duration,
    ) -> Result<String, Cause> {
        let (deadline, in_time) = (Instant::now() + within, format!("within {within:?}"));
        while self.count < MOST {
            match timeout_at(deadline, socket.next()).await {
                Ok(Some(Ok(Message::Text(text)))) => {
                    self.hear(text.as_str().as_bytes(), expected).await?;
                    if self.nearest.is_it() {
                        return Ok(in_time);
                    }
                }
                Ok(Some(Ok(Message::Close(_)) | Err(Error::ConnectionClosed)) | None) => {
                    return Ok("before the provider closed the socket".to_owned());
                }
                Ok(Some(Err(error))) => return Err(lost(&error)),
                // Pings are answered by the library; events are text.
                Ok(Some(Ok(_))) => self.count += 1,
                Err(_) => return Ok(in_time),
            }
        }
        Ok(format!("before the reading ended: no more than {MOST} frames are read"))
    }

    async fn hear(&mut self, text: &[u8], expected: &Expected<'_>) -> Result<(), Cause> {
        self.count += 1;
        let frame = serde_json::from_slice::<Value>(text).ok();
        let named = frame.as_ref().and_then(name);
        self.messages.push(Carried::new(Direction::FromProvider, self.channel, named));
        let (media_type, content_type): (_, &ContentType) = match frame {
            Some(_) => ("application/json", &JSON),
            None => ("text/plain", &TEXT),
        };
        let message = MessageContents {
            contents: OptionalBody::Present(text.to_vec().into(), Some(content_type.clone()), None),
            metadata: [("contentType".to_owned(), json!(media_type))].into(),
            ..MessageContents::default()
        };
        self.nearest.offer(expected.failures(&message).await.map_err(Cause::Unmatched)?);
        Ok(())
    }
}

/// What a frame calls itself: services name it by one of these.
fn name(frame: &Value) -> Option<&str> {
    ["event", "type"].iter().find_map(|member| frame.get(member)?.as_str())
}

fn lost(error: &Error) -> Cause {
    Cause::NoAnswer(match error {
        Error::Capacity(_) => "a frame is larger than may be read; let the event say less".to_owned(),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
            "the provider cut the socket without closing it".to_owned()
        }
        Error::Protocol(_) | Error::Utf8(_) => format!("what came is no WebSocket frame: {error}"),
        _ => "the socket was lost".to_owned(),
    })
}
