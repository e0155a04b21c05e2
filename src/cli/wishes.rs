//! Wishes to end, by signals: the first lets what is under way come to its end, the second cuts it, and
//! the third ends the process as it stands.

use std::future::Future;
use std::{io, process};

use countersign_traffic::proxy::Shutdown;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::exit::Exit;

/// The first wish and the second.
pub fn wishes() -> io::Result<Shutdown<impl Future<Output = ()> + Send, impl Future<Output = ()> + Send>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let ((first, is_first), (second, is_second)) = (oneshot::channel(), oneshot::channel());
    tokio::spawn(async move {
        let mut senders = vec![second, first];
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
            match senders.pop() {
                // Whether anybody still listens shows with the next signal.
                Some(sender) => drop(sender.send(())),
                None => process::exit(Exit::CouldNotTell as i32),
            }
        }
    });
    Ok(Shutdown { drain: granted(is_first), cut: granted(is_second) })
}

async fn granted(wish: oneshot::Receiver<()>) {
    if wish.await.is_err() {
        // Signals cannot come any more; neither can a wish.
        std::future::pending::<()>().await;
    }
}
