//! A reverse proxy that changes nothing and judges what passes, beside the traffic.
//!
//! **What it changes.** No byte of a body, no request target, no status, no reason phrase. Of headers
//! those alone that concern one connection (RFC 9110, 7.6.1: `Connection` and what it names,
//! `Keep-Alive`, `Proxy-Connection`, `TE`, `Transfer-Encoding`, `Upgrade`), and what a gateway says of
//! itself: `Host` is the service's own unless [`Settings::preserve_host`] asks for the client's,
//! `Forwarded` (RFC 7239), `X-Forwarded-For`, `-Host` and `-Proto` tell where a request came from, and
//! `Via` that it came over here. The chunks of a body may be cut elsewhere, which HTTP gives no meaning.
//! Interim answers (1xx) pass, their names of headers in lower case.
//!
//! **What it loses.** Fields after a body (trailers) pass only as far as `Trailer` announces them before it,
//! and those of an answer only to a client that sends `TE: trailers`: hyper writes no others.
//!
//! **What it holds up.** Nothing: bodies stream, and a copy of at most [`Settings::max_body`] bytes is
//! put into a queue once the exchange is over. Threads of their own judge it. Where the queue or the
//! memory for it is full, the exchange is counted as not judged.

mod admin;
mod body;
mod budget;
mod client;
mod connection;
mod failure;
mod forward;
mod gate;
mod headers;
mod interim;
mod judges;
mod lanes;
mod own;
mod pulse;
mod queue;
mod recorder;
mod sample;
mod settings;
mod tunnel;
mod upstream;

use std::future::Future;
use std::io;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use admin::Admin;
pub use failure::{Failure, Failures};
pub use settings::Settings;
pub use upstream::{Trust, Upstream, UpstreamError};

use crate::watch::Watch;
use connection::Service;
use judges::Judges;
use lanes::Lanes;
use recorder::Recorder;

/// A proxy that is ready to serve.
pub struct Proxy {
    upstream: Upstream,
    recorder: Arc<Recorder>,
    settings: Settings,
}

/// When to stop.
pub struct Shutdown<D, C> {
    /// Once this ends, no connection is taken any more, and what is under way comes to its end.
    pub drain: D,
    /// Once this ends, what is still under way is cut.
    pub cut: C,
}

impl Proxy {
    /// A proxy before `upstream`, whose traffic is brought to `watch`.
    #[must_use]
    pub fn new(upstream: Upstream, watch: Arc<Watch>, settings: Settings) -> Self {
        let recorder = Arc::new(Recorder::new(watch, &settings));
        Self { upstream, recorder, settings }
    }

    /// The service behind it.
    #[must_use]
    pub fn upstream(&self) -> &Upstream {
        &self.upstream
    }

    /// What an administrator may ask of the proxy while it serves.
    #[must_use]
    pub fn admin(&self) -> Admin {
        Admin::new(Arc::clone(&self.recorder))
    }

    /// Serves connections of `listener` until `shutdown`, then judges what is still in the queue, unless
    /// it was cut. Gives what went wrong on the way; what was judged, the watch knows.
    pub async fn serve<D, C>(self, listener: TcpListener, shutdown: Shutdown<D, C>) -> io::Result<Failures>
    where
        D: Future<Output = ()> + Send + 'static,
        C: Future<Output = ()> + Send + 'static,
    {
        let judges = Judges::start(&self.recorder, self.settings.judges)?;
        let (draining, cut) = (CancellationToken::new(), CancellationToken::new());
        announce(shutdown.drain, draining.clone(), || {});
        // Before anything is cut, so that what was cut is not taken for what a client broke off.
        let recorder = Arc::clone(&self.recorder);
        announce(shutdown.cut, cut.clone(), move || recorder.stop());
        let tracker = TaskTracker::new();
        let mut lanes = Lanes::start(self.settings.lanes, || Service {
            upstream: self.upstream.apart(),
            recorder: Arc::clone(&self.recorder),
            settings: self.settings.clone(),
            tracker: tracker.clone(),
            draining: draining.clone(),
            cut: cut.clone(),
        })?;
        connection::accept(&mut lanes, listener).await;
        tracker.close();
        tokio::select! {
            () = tracker.wait() => {}
            () = cut.cancelled() => {}
            () = tokio::time::sleep(self.settings.grace) => {
                self.recorder.stop();
                cut.cancel();
            }
        }
        tracker.wait().await;
        drop(lanes);
        judges.finish(cut).await;
        Ok(self.recorder.failures())
    }
}

/// Cancels `token` once `event` ends, and does `first` before.
fn announce(
    event: impl Future<Output = ()> + Send + 'static,
    token: CancellationToken,
    first: impl FnOnce() + Send + 'static,
) {
    tokio::spawn(async move {
        let gone = token.clone();
        tokio::select! {
            () = event => {
                first();
                token.cancel();
            }
            () = gone.cancelled() => {}
        }
    });
}
