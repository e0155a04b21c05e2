//! `countersign drift`: released, current and served documents against each other, once or again and again.

mod alerts;
mod plan;
mod recorded;
mod watch;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::failure::Failure;
use super::{documents, output};
use crate::config;
use crate::config::Config;
use crate::drift::Seen;
use crate::exit::Exit;
use alerts::Bells;

/// Holds what was released, what the repository says and what runs against each other.
///
/// A change is told with the consumers that it hurts, by interaction and field. A service that runs is read and
/// never written to, unless --write is given. Recorded traffic is held against what the repository says.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = config::FILE)]
    config: PathBuf,
    /// Looks at this provider only; may be given several times.
    #[arg(long, value_name = "NAME")]
    provider: Vec<String>,
    /// What the world relies on, in place of the newest released document: a file, git:REVISION (the same
    /// path then) or git:REVISION:PATH.
    #[arg(long, value_name = "WHERE")]
    base: Option<String>,
    /// Where a provider runs, to be looked at; NAME= may be left out where there is one. May be given several
    /// times.
    #[arg(long, value_name = "[NAME=]URL")]
    served: Vec<String>,
    /// Sends requests that change something, and provider states, too: never to production.
    #[arg(long)]
    write: bool,
    /// A JSON Schema that a service wrote of its types, held against the document's schemas of the same names.
    #[arg(long, value_name = "[NAME=]FILE")]
    types: Vec<String>,
    #[command(flatten)]
    recorded: recorded::Flags,
    /// Findings that are known and do not count.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Writes what is found now into the baseline, and takes out what no longer occurs.
    #[arg(long, requires = "baseline")]
    update_baseline: bool,
    /// Ends with 2 where an alert reached nobody.
    #[arg(long)]
    alerts_required: bool,
    /// The file that says what was told already.
    #[arg(long, value_name = "FILE", default_value = ".countersign/told.json")]
    told: PathBuf,
    /// Looks again after each PERIOD, such as 30s or 15m, and at once on SIGHUP, until it is interrupted.
    #[arg(long, value_name = "PERIOD", value_parser = config::period)]
    watch: Option<Duration>,
    /// Where /metrics and /health are served while watching: a port of this machine.
    #[arg(long, value_name = "ADDRESS", requires = "watch", value_parser = loopback)]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    documents: documents::Documents,
    #[command(flatten)]
    output: output::Flags,
}

/// What one look came to.
struct Round {
    exit: Exit,
    seen: Seen,
    undelivered: usize,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let config = Config::load(&self.config)?;
        // Whatever is wrong with flags is told before anything is waited for.
        plan::of(&self, &config)?;
        // It fails where another provider of cryptography is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = Runtime::new().map_err(|error| Failure::new(format!("failed to start: {error}")))?;
        let exit = match self.watch {
            Some(period) => runtime.block_on(watch::watch(&self, period)),
            None => runtime.block_on(async {
                tokio::select! {
                    round = self.round(&config) => round.map(|round| round.exit),
                    _ = tokio::signal::ctrl_c() => Err(Failure::new("interrupted; nothing was written to")),
                }
            }),
        };
        // Whoever interrupts does not wait for the end of a recording.
        runtime.shutdown_background();
        exit
    }

    /// Looks once, reports, and tells who is to be told.
    async fn round(&self, config: &Config) -> Result<Round, Failure> {
        let places = self.output.open()?;
        let mut plan = plan::of(self, config)?;
        let bells = Bells::open(&config.alerts, &self.told)?;
        let seen = plan.carry_out().await;
        self.output.write(&seen.report, places)?;
        if seen.stale > 0 && !self.output.quiet {
            alerts::say(&format!(
                "{} of the baseline no longer occur; --update-baseline takes them out",
                seen.stale
            ));
        }
        let undelivered = bells.ring(&seen.report, self.output.quiet).await?;
        let exit = match Exit::from(seen.report.summary.outcome) {
            Exit::Kept if undelivered > 0 && self.alerts_required => Exit::CouldNotTell,
            exit => exit,
        };
        Ok(Round { exit, seen, undelivered })
    }
}

/// A port that only this machine can reach.
pub(super) fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|_| "write it as 127.0.0.1:9464".to_owned())?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("it has to be an address of this machine alone, such as 127.0.0.1:9464".to_owned())
    }
}
