//! Connections of clients: taken up to a limit, served by HTTP/1.1, and let come to their end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::client::ClientSide;
use super::interim::Interims;
use super::lanes::Lanes;
use super::recorder::Recorder;
use super::settings::Settings;
use super::upstream::Upstream;

/// What every connection needs.
pub(super) struct Service {
    pub upstream: Upstream,
    pub recorder: Arc<Recorder>,
    pub settings: Settings,
    pub tracker: TaskTracker,
    /// Cancelled when what is under way is to come to its end.
    pub draining: CancellationToken,
    /// Cancelled when it is to be cut.
    pub cut: CancellationToken,
}

/// How long to wait when the machine has nothing left for another connection.
const RESPITE: Duration = Duration::from_millis(50);

/// Takes connections until the end is asked for, and gives each to the next lane.
pub(super) async fn accept(lanes: &mut Lanes, listener: TcpListener) {
    let service = Arc::clone(&lanes.next().service);
    let places = Arc::new(Semaphore::new(service.settings.max_connections.min(Semaphore::MAX_PERMITS)));
    loop {
        let next = async {
            // Whoever finds no place waits in the listener's own queue.
            let place = Arc::clone(&places).acquire_owned().await.expect("the semaphore is never closed");
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            biased;
            () = service.draining.cancelled() => return,
            () = service.cut.cancelled() => return,
            next = next => next,
        };
        match accepted {
            Ok((stream, peer)) => {
                let lane = lanes.next();
                let service = Arc::clone(&lane.service);
                let served = async move {
                    // It fails for a socket that is broken, which is gone then.
                    if let Ok(stream) = stream.into_std().and_then(TcpStream::from_std) {
                        serve(service, stream, peer).await;
                    }
                    drop(place);
                };
                lane.service.tracker.spawn_on(served, &lane.handle);
            }
            // The client is gone again, or there are no more file descriptors.
            Err(_) => tokio::time::sleep(RESPITE).await,
        }
    }
}

async fn serve(service: Arc<Service>, stream: TcpStream, peer: SocketAddr) {
    // Small answers are not to wait for more to come. Where it fails, they wait.
    let _ = stream.set_nodelay(true);
    let interims = Interims::new(service.settings.max_head);
    let side = ClientSide::new(stream, interims.clone(), service.settings.silence);
    let answer = service_fn(|request: Request<Incoming>| {
        let (service, turn) = (Arc::clone(&service), interims.begin(request.version()));
        async move { Ok::<_, Infallible>(service.answer(request, peer.ip(), turn).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(service.settings.idle)
        .max_buf_size(service.settings.max_head)
        .preserve_header_case(true)
        .auto_date_header(false)
        .serve_connection(TokioIo::new(side), answer)
        .with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        // How a connection ends is told by the exchanges on it.
        _ = connection.as_mut() => return,
        () = service.draining.cancelled() => connection.as_mut().graceful_shutdown(),
        () = service.cut.cancelled() => return,
    }
    tokio::select! {
        _ = connection => {}
        () = service.cut.cancelled() => {}
    }
}
