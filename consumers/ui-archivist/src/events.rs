//! What the Archivist tells by itself, over a WebSocket: jobs as they change, and how busy the machine is.
//!
//! A page opens the events, shows each as it comes, and when they end, decides by the reason whether to open them
//! again: [`Events`] never does that by itself. Nothing is lost by it, for the first thing the Archivist tells is
//! how everything stands.

use std::fmt;
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use reqwest::Upgraded;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

use crate::connection::Limits;
use crate::{Error, Job, JobStatus, Malformed, SignedIn, User};

/// The language spoken over the socket, as the Archivist names it.
pub(crate) const PROTOCOL: &str = "archivist.v1";

/// The Archivist's own close code for a session that is over: what 401 is to a request.
const SESSION_OVER: u16 = 4401;

/// How long the Archivist is waited for when a page closes its events.
const GOODBYE: Duration = Duration::from_secs(1);

/// One thing that the Archivist tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The events are open, for this user. Comes first.
    Connected(User),
    /// All jobs that pass the filter, in place of those told before.
    Jobs(Vec<Job>),
    /// One of them got further.
    Progress(Job),
    /// The bars in the footer.
    Metrics(Metrics),
    /// The Archivist did not take what this page sent. The UI shows the sentence.
    Refused(String),
}

/// How busy the Archivist's machine is, from 0 to 100 each; unknown where the system does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Metrics {
    pub cpu_percent: Option<f64>,
    pub memory_percent: Option<f64>,
    pub disk_percent: Option<f64>,
}

/// Why the events ended, told apart as far as the UI treats it differently.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Ended {
    /// The session is over. The UI shows the sign-in page.
    #[error("hear more: the session is over; sign in again")]
    SessionOver,
    /// The page did not read as fast as there was something to tell. The UI opens the events again.
    #[error("keep up: the Archivist has more to tell than was read; open the events again")]
    Behind,
    /// The Archivist closed them, as when it is restarted. The UI opens them again after a pause.
    #[error("hear more: the Archivist closed the events (code {code}); open them again in a while")]
    Closed { code: u16 },
    /// What was sent or the way it was sent is not what the Archivist takes. Opening them again would not help.
    #[error("hear more: the Archivist did not take what was sent (code {code}); reload the page")]
    Misunderstood { code: u16 },
    /// Nothing came for longer than [`Limits::silence`]. The UI opens them again.
    #[error("hear anything: the Archivist is silent; open the events again")]
    Silent,
    /// The connection broke. The UI opens them again.
    #[error("hear more: the connection was lost; open the events again")]
    Lost,
    /// An event is larger than [`Limits::max_body`]; it was not read.
    #[error("read an event: it is longer than {limit} bytes; let the filter show less")]
    TooLarge { limit: usize },
    /// What came is no event as the Archivist promises it.
    #[error("read an event: {0}; check that the address is the Archivist's")]
    Malformed(Malformed),
}

/// Events as they come.
pub struct Events {
    socket: WebSocketStream<Upgraded>,
    limits: Limits,
}

#[derive(Deserialize)]
struct Frame {
    event: String,
    #[serde(default)]
    data: Value,
}

#[derive(Deserialize)]
struct ConnectedData {
    user: User,
}

#[derive(Deserialize)]
struct JobsData {
    jobs: Vec<Job>,
}

#[derive(Deserialize)]
struct ProgressData {
    job: Job,
}

#[derive(Deserialize)]
struct RefusedData {
    message: String,
}

#[derive(Serialize)]
struct FilterData {
    status: Option<JobStatus>,
}

impl Event {
    /// Nothing for an event of a kind that this UI does not know: a newer Archivist may tell more.
    fn read(text: &str) -> Result<Option<Self>, serde_json::Error> {
        let Frame { event, data } = serde_json::from_str(text)?;
        Ok(Some(match event.as_str() {
            "connected" => Self::Connected(ConnectedData::deserialize(data)?.user),
            "task_updates" => Self::Jobs(JobsData::deserialize(data)?.jobs),
            "task_progress" => Self::Progress(ProgressData::deserialize(data)?.job),
            "system_metrics" => Self::Metrics(Metrics::deserialize(data)?),
            "error" => Self::Refused(RefusedData::deserialize(data)?.message),
            _ => return Ok(None),
        }))
    }
}

impl SignedIn {
    /// Opens the events.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] if the session is over; [`Error::TooManyAttempts`] if this user has too many pages
    /// open.
    pub async fn events(&self) -> Result<Events, Error> {
        let (socket, limits) = self.open_socket(&["ws"], PROTOCOL).await?;
        Ok(Events { socket, limits })
    }
}

impl Events {
    /// The next event. Nothing is lost where this is dropped before it has returned.
    pub async fn next(&mut self) -> Result<Event, Ended> {
        loop {
            let came = timeout(self.limits.silence, self.socket.next()).await.map_err(|_| Ended::Silent)?;
            let text = match came {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(frame))) => return Err(Ended::of(frame.as_ref())),
                // Pings are answered by the library, and events are text.
                Some(Ok(_)) => continue,
                Some(Err(SocketError::Capacity(_))) => {
                    return Err(Ended::TooLarge { limit: self.limits.max_body });
                }
                Some(Err(_)) | None => return Err(Ended::Lost),
            };
            if let Some(event) =
                Event::read(&text).map_err(|fault| Ended::Malformed(Malformed::body(&fault)))?
            {
                return Ok(event);
            }
        }
    }

    /// From now on only jobs of this status, or all of them again. The Archivist answers with [`Event::Jobs`].
    pub async fn show_only(&mut self, status: Option<JobStatus>) -> Result<(), Ended> {
        let frame = json!({"event": "filter_tasks", "data": FilterData { status }});
        let sending = self.socket.send(Message::text(frame.to_string()));
        match timeout(self.limits.answer, sending).await {
            Ok(sent) => sent.map_err(|_| Ended::Lost),
            Err(_) => Err(Ended::Silent),
        }
    }

    /// Closes the events, as when the page is left.
    pub async fn close(mut self) {
        // The page is gone either way.
        let _ = timeout(GOODBYE, self.socket.close(None)).await;
    }
}

impl Ended {
    fn of(frame: Option<&CloseFrame>) -> Self {
        let code = frame.map_or(CloseCode::Status, |frame| frame.code);
        match code {
            CloseCode::Again => Self::Behind,
            CloseCode::Policy
            | CloseCode::Size
            | CloseCode::Invalid
            | CloseCode::Unsupported
            | CloseCode::Protocol => Self::Misunderstood { code: code.into() },
            other if u16::from(other) == SESSION_OVER => Self::SessionOver,
            other => Self::Closed { code: other.into() },
        }
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}
