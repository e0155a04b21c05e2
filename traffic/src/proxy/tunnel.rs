//! Connections that became another protocol, such as that of a web socket: bytes both ways, and nothing is judged.

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio_util::sync::CancellationToken;

/// Passes bytes both ways until either side ends or `draining` is cancelled.
pub(super) async fn tunnel(client: OnUpgrade, upstream: OnUpgrade, draining: CancellationToken) {
    let pass = async {
        // Either fails where its connection ends before the protocol changes; then there is nothing to do.
        let (client, upstream) = tokio::try_join!(client, upstream).ok()?;
        let (mut client, mut upstream) = (TokioIo::new(client), TokioIo::new(upstream));
        // How it ends is between the two.
        tokio::io::copy_bidirectional(&mut client, &mut upstream).await.ok()
    };
    tokio::select! {
        _ = pass => {}
        () = draining.cancelled() => {}
    }
}
