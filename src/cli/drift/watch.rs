//! Looking again and again: after each period, and at once on SIGHUP, which also reads the configuration anew.

mod page;

use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Args;
use super::alerts::say;
use crate::cli::failure::Failure;
use crate::config::Config;
use crate::exit::Exit;
use page::Page;

/// Watches until it is interrupted; how the last look ended.
pub(super) async fn watch(args: &Args, period: Duration) -> Result<Exit, Failure> {
    let cannot = |error: std::io::Error| Failure::new(format!("failed to watch: {error}"));
    let mut hang_up = signal(SignalKind::hangup()).map_err(cannot)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(cannot)?;
    let page = Page::default();
    if let Some(address) = args.listen {
        let listener = TcpListener::bind(address).await.map_err(cannot)?;
        let at = listener.local_addr().map_err(cannot)?;
        say(&format!("watching: http://{at}/metrics and http://{at}/health"));
        tokio::spawn(page.clone().serve(listener));
    }
    let mut last = Exit::CouldNotTell;
    loop {
        tokio::select! {
            exit = look(args, &page) => last = exit,
            () = ended(&mut interrupt, &mut terminate) => return Ok(last),
        }
        tokio::select! {
            () = tokio::time::sleep(period) => {}
            _ = hang_up.recv() => say("looking again, by a configuration that is read anew"),
            () = ended(&mut interrupt, &mut terminate) => return Ok(last),
        }
    }
}

/// Looks once. What is wrong with the configuration today may be mended tomorrow.
async fn look(args: &Args, page: &Page) -> Exit {
    let begin = Instant::now();
    let round = match Config::load(&args.config).map_err(Failure::from) {
        Ok(config) => args.round(&config).await,
        Err(failure) => Err(failure),
    };
    let exit = match &round {
        Ok(round) => round.exit,
        Err(failure) => {
            failure.tell();
            Exit::CouldNotTell
        }
    };
    page.note(round.as_ref().ok(), exit, begin.elapsed());
    exit
}

async fn ended(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
