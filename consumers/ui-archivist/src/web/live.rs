//! Jobs as they get further, before the reader's eyes.
//!
//! However many pages a session has open, one socket listens to the Archivist for it, and ends when nobody watches.
//! Each page is told over Server-Sent Events (WHATWG HTML, 9.2) what differs from what it was told before: a slow
//! reader misses steps in between, and nothing is ever stored up for them.

mod feed;
mod socket;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::visitor::Visitor;
use super::{Paged, Ui};
use crate::{AccessToken, SignedIn};
use socket::{Standing, listen};

/// The sockets of whoever watches. Cloning shares them.
#[derive(Clone, Default)]
pub struct Live {
    /// By the hash of the session's token: no secret is kept longer than it is needed.
    watched: Arc<Mutex<HashMap<[u8; 32], watch::Sender<Standing>>>>,
    ending: CancellationToken,
}

impl Live {
    /// Ends all of it when it is cancelled.
    pub fn ending(&self) -> CancellationToken {
        self.ending.clone()
    }

    /// How things stand for this session, from now on.
    fn watch(&self, token: &AccessToken, archivist: &SignedIn) -> watch::Receiver<Standing> {
        let key: [u8; 32] = Sha256::digest(token.reveal()).into();
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(standing) = watched.get(&key) {
            return standing.subscribe();
        }
        let (standing, receiver) = watch::channel(Standing::default());
        watched.insert(key, standing.clone());
        let (live, archivist) = (self.clone(), archivist.clone());
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = live.ending.cancelled() => {}
                    () = standing.closed() => {}
                    () = listen(&archivist, &standing) => {}
                }
                if live.forgets(&key, &standing) {
                    return;
                }
            }
        });
        receiver
    }

    /// Whether the socket was the last watcher's; one that came meanwhile keeps it.
    fn forgets(&self, key: &[u8; 32], standing: &watch::Sender<Standing>) -> bool {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let stays = standing.receiver_count() > 0 && !standing.borrow().over && !self.ending.is_cancelled();
        if !stays {
            watched.remove(key);
        }
        !stays
    }
}

pub fn routes() -> Router<Ui> {
    Router::new().route("/live", get(live))
}

async fn live(State(ui): State<Ui>, visitor: Visitor) -> Paged {
    let standing = ui.live.watch(&visitor.token, &visitor.archivist);
    let feed = feed::feed(standing, ui.live.ending());
    let mut response: Response = Sse::new(feed).keep_alive(KeepAlive::default()).into_response();
    // A proxy that holds back what comes would make it late.
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    Ok(response)
}
