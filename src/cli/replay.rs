//! What `check` and `verify` share: carrying a plan out until its end or an interruption.

use std::future::Future;
use std::io;
use std::process;

use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use super::failure::Failure;
use super::output;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::report::{Report, Verb};
use crate::run::Plan;

/// Carries `plan` out and reports.
pub fn carry_out(verb: Verb, plan: Plan, output: &output::Flags) -> Result<Exit, Failure> {
    let sink = output.open()?;
    let report = replay(verb, plan, output)?;
    output.write(&report, sink)?;
    Ok(Exit::from(report.summary.outcome))
}

/// Carries `plan` out, and leaves the report to the caller.
pub fn replay(verb: Verb, plan: Plan, output: &output::Flags) -> Result<Report, Failure> {
    // It fails where another provider of cryptography is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = Runtime::new().map_err(|error| Failure::new(format!("failed to start: {error}")))?;
    runtime.block_on(async {
        let progress = Progress::on_stderr(output.quiet);
        let interrupted =
            interruption().map_err(|error| Failure::new(format!("failed to start: {error}")))?;
        tokio::select! {
            report = plan.carry_out(verb, &progress) => Ok(report),
            () = interrupted => Err(Failure::new("interrupted; every provider that was started is stopped")),
        }
    })
}

/// Ends when somebody wants us to end. A second wish is granted at once: what we started is then
/// ended by its guards alone.
pub(super) fn interruption() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let (sender, first) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(async move {
        let mut sender = Some(sender);
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
            match sender.take() {
                // Whether anybody still listens shows with the next signal.
                Some(sender) => drop(sender.send(())),
                None => process::exit(Exit::CouldNotTell as i32),
            }
        }
    });
    Ok(async {
        if first.await.is_err() {
            // Signals cannot come any more; neither can an interruption.
            std::future::pending::<()>().await;
        }
    })
}
