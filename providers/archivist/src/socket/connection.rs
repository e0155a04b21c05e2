//! One socket, from its greeting to its goodbye.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Error as SocketError;

use crate::auth::SignedIn;
use crate::domain::{Job, UserId};
use crate::socket::frame::{Event, Filter};
use crate::socket::job_list::{Change, Jobs};
use crate::socket::{Seat, Sockets};
use crate::state::AppState;
use crate::storage::StorageError;
use crate::storage::sessions::SessionChange;

/// Bytes of a frame of the client: a filter takes a hundred.
const FRAME: usize = 4 * 1024;
/// So many frames that are not taken are forgiven: a client of another version may not know better.
const FORGIVEN: usize = 3;
/// Between two tellings of all jobs. Whatever changes in between is told together.
const BREATH: Duration = Duration::from_millis(250);
/// How long a client has to answer the goodbye.
const GOODBYE: Duration = Duration::from_secs(1);
/// What 401 is to a request. Codes from 4000 on are a service's own (RFC 6455, section 7.4.2).
const SESSION_OVER: u16 = 4401;

/// Why a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The client closed it, or is gone.
    Left,
    /// The service ends.
    Away,
    SessionOver,
    /// The client does not read what is told.
    Behind,
    /// The client sends what is not taken, again and again.
    Faulty,
    TooLarge,
    /// What comes is no WebSocket's frame.
    Garbage,
    /// The service cannot tell how the jobs stand.
    Failed,
}

struct Connection {
    socket: WebSocket,
    state: AppState,
    who: SignedIn,
    filter: Filter,
    /// The jobs that were told last, and when.
    jobs: Option<Arc<Jobs>>,
    told: Instant,
    /// When they changed, where that is still to be told.
    changed: Option<Instant>,
    faults: usize,
    /// When the client last gave a sign of life.
    heard: Instant,
}

/// Tells a client what happens until one of the two has enough of it.
pub async fn converse(socket: WebSocket, state: AppState, who: SignedIn, seat: Seat) {
    let now = Instant::now();
    let mut connection = Connection {
        socket,
        state,
        who,
        filter: Filter::default(),
        jobs: None,
        told: now,
        changed: Some(now),
        faults: 0,
        heard: now,
    };
    let Err(end) = connection.tell_all().await;
    tracing::debug!(?end, "a socket ends");
    connection.say_goodbye(end).await;
    drop(seat);
}

impl Connection {
    async fn tell_all(&mut self) -> Result<Infallible, End> {
        let Sockets { limits, closing, .. } = self.state.sockets.clone();
        // Before anything is looked up: what happens meanwhile is told afterwards.
        let (mut jobs, mut sessions) = (self.state.events.listen(), self.state.sessions.changes());
        self.look_for_the_session().await?;
        self.tell(&Event::Connected { user: &self.who.account.clone() }).await?;
        self.tell_jobs().await?;
        self.tell_metrics().await?;
        let (mut metrics, mut pings) = (every(limits.metrics), every(limits.ping));
        loop {
            tokio::select! {
                frame = self.socket.recv() => self.hear(frame).await?,
                job = jobs.recv() => match job {
                    Ok(job) => self.tell_change(&job).await?,
                    // What was missed cannot be told any more. Whoever comes back is told how all stands.
                    Err(RecvError::Lagged(_) | RecvError::Closed) => return Err(End::Behind),
                },
                () = sleep_until(self.told + BREATH), if self.changed.is_some() => self.tell_jobs().await?,
                change = sessions.recv() => match change {
                    Ok(change) => self.hear_of_a_session(change)?,
                    Err(RecvError::Lagged(_) | RecvError::Closed) => self.look_for_the_session().await?,
                },
                _ = metrics.tick() => self.tell_metrics().await?,
                _ = pings.tick() => self.see_who_is_there().await?,
                () = closing.cancelled() => return Err(End::Away),
            }
        }
    }

    async fn hear(&mut self, frame: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        let frame = frame.ok_or(End::Left)?.map_err(End::of)?;
        self.heard = Instant::now();
        let read = match frame {
            Message::Text(text) if text.len() > FRAME => return Err(End::TooLarge),
            Message::Binary(bytes) if bytes.len() > FRAME => return Err(End::TooLarge),
            Message::Text(text) => Filter::read(&text),
            Message::Binary(_) => Err("is binary: send text".to_owned()),
            // The library answers pings, and the goodbye where it is the client that says it first.
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => return Err(End::Left),
        };
        match read {
            Ok(filter) => {
                self.filter = filter;
                self.tell_jobs().await
            }
            Err(reason) => {
                self.tell(&Event::Error { message: format!("the frame {reason}") }).await?;
                self.faults += 1;
                if self.faults > FORGIVEN { Err(End::Faulty) } else { Ok(()) }
            }
        }
    }

    /// A session that is refreshed goes on under another token.
    fn hear_of_a_session(&mut self, change: SessionChange) -> Result<(), End> {
        let over = match change {
            SessionChange::Closed(token) => token == self.who.token,
            SessionChange::Ended(UserId(user)) => user == self.who.account.id,
            SessionChange::Exchanged { old, new } => {
                if old == self.who.token {
                    self.who.token = new;
                }
                false
            }
        };
        if over { Err(End::SessionOver) } else { Ok(()) }
    }

    /// Time ends a session, and so does another service on the same database.
    async fn look_for_the_session(&mut self) -> Result<(), End> {
        match self.state.sessions.find(&self.who.token).await {
            Ok(Some(account)) if account.id == self.who.account.id => Ok(()),
            Ok(_) => Err(End::SessionOver),
            // Not to be told now; the next look comes soon.
            Err(cause) => {
                tracing::warn!(%cause, "a session cannot be looked for");
                Ok(())
            }
        }
    }

    async fn see_who_is_there(&mut self) -> Result<(), End> {
        if self.heard.elapsed() > self.state.sockets.limits.silence {
            return Err(End::Left);
        }
        self.look_for_the_session().await?;
        self.look_for_changes().await;
        self.send(Message::Ping(Vec::new().into())).await
    }

    /// What another service on the same database does to a job is not heard here, and neither that a job is gone
    /// with its VOD.
    async fn look_for_changes(&mut self) {
        let list = self.state.sockets.jobs.clone();
        // Where the database is lost, the next look comes soon.
        let Ok(jobs) = list.read(&self.state.database, Instant::now()).await else { return };
        if !self.jobs.as_ref().is_some_and(|known| known.are_those_of(&jobs)) {
            self.changed.get_or_insert(jobs.begun);
        }
    }

    async fn tell_change(&mut self, job: &Job) -> Result<(), End> {
        match self.jobs.as_ref().map_or(Change::Set, |jobs| jobs.change(job)) {
            Change::Progress if self.filter.passes(job) => self.tell(&Event::TaskProgress { job }).await,
            Change::Nothing | Change::Progress => Ok(()),
            Change::Set => {
                self.changed = Some(Instant::now());
                Ok(())
            }
        }
    }

    /// Reads them again only where they have changed: a client may ask as often as it likes.
    async fn tell_jobs(&mut self) -> Result<(), End> {
        let jobs = match (self.changed, &self.jobs) {
            (None, Some(jobs)) => Arc::clone(jobs),
            (changed, _) => {
                let since = changed.unwrap_or_else(Instant::now);
                let list = self.state.sockets.jobs.clone();
                list.read(&self.state.database, since).await.map_err(|cause| End::without_jobs(&cause))?
            }
        };
        (self.changed, self.jobs) = (None, Some(Arc::clone(&jobs)));
        let told = jobs.all.iter().filter(|job| self.filter.passes(job)).collect();
        self.tell(&Event::TaskUpdates { jobs: told }).await?;
        self.told = Instant::now();
        Ok(())
    }

    async fn tell_metrics(&mut self) -> Result<(), End> {
        let metrics = self.state.sockets.meter.read().await;
        self.tell(&Event::SystemMetrics(metrics)).await
    }

    async fn tell(&mut self, event: &Event<'_>) -> Result<(), End> {
        let text = serde_json::to_string(event).expect("an event has text as its keys");
        self.send(Message::text(text)).await
    }

    /// One frame at a time, and the next is made once this one is taken: nothing piles up for a slow reader.
    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(self.state.sockets.limits.send, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_lost)) => Err(End::Left),
            Err(_elapsed) => Err(End::Behind),
        }
    }

    /// Says why, and waits until the client has heard it: a connection that is cut with something unread in it
    /// takes what was sent last with it.
    async fn say_goodbye(&mut self, end: End) {
        let Some((code, reason)) = end.words() else { return };
        let goodbye = async {
            let frame = CloseFrame { code, reason: reason.into() };
            self.socket.send(Message::Close(Some(frame))).await?;
            while let Some(Ok(_)) = self.socket.recv().await {}
            Ok::<(), axum::Error>(())
        };
        let _ = timeout(GOODBYE, goodbye).await;
    }
}

impl End {
    fn without_jobs(cause: &StorageError) -> Self {
        tracing::warn!(%cause, "a socket cannot be told how the jobs stand");
        Self::Failed
    }

    /// What reading failed of.
    fn of(error: axum::Error) -> Self {
        match error.into_inner().downcast_ref() {
            Some(SocketError::Capacity(_)) => Self::TooLarge,
            Some(SocketError::Protocol(_) | SocketError::Utf8(_)) => Self::Garbage,
            _ => Self::Left,
        }
    }

    const fn words(self) -> Option<(u16, &'static str)> {
        Some(match self {
            Self::Left => return None,
            Self::Away => (close_code::AWAY, "the service ends"),
            Self::SessionOver => (SESSION_OVER, "the session is over"),
            Self::Behind => (close_code::AGAIN, "read faster than this, or ask for less"),
            Self::Faulty => (close_code::POLICY, "too many frames that are not taken"),
            Self::TooLarge => (close_code::SIZE, "a frame is too large"),
            Self::Garbage => (close_code::PROTOCOL, "what was sent is no frame"),
            Self::Failed => (close_code::ERROR, "the service cannot tell how the jobs stand"),
        })
    }
}

/// The first time once `period` is over.
fn every(period: Duration) -> Interval {
    let mut interval = interval_at(Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
