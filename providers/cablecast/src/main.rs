//! The reference server as a process: reads its options, says where it listens, serves until it is
//! told to stop.

use std::error::Error;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use cablecast::{Credentials, OffsetUnit, Settings, Station};
use clap::Parser;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing::{error, warn};

/// Where the password of `--user` comes from: never from the command line, which others can read.
const PASSWORD: &str = "CABLECAST_PASSWORD";

/// A reference server of the documented Cablecast API, under /cablecastapi/v1.
///
/// Its data is a fixed seed in memory. A VOD that is created goes one step further each time it is
/// read (waiting, queued, processing, complete), and so does an upload that is closed (2, 3, 4, 5).
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// The user who may write. Its password is taken from the environment.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// What the query parameter `offset` counts.
    #[arg(long, value_enum, default_value_t)]
    offset_unit: OffsetUnit,

    /// Let the verifier of a pact set up provider states. Only on a loopback address.
    #[cfg(feature = "provider-states")]
    #[arg(long)]
    provider_states: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(false).init();
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error!("failed to serve: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let settings = Settings {
        offset_unit: options.offset_unit,
        users: users(options.user)?,
        #[cfg(feature = "provider-states")]
        provider_states: options.provider_states,
        ..Settings::default()
    };
    // Ready to stop before ready to serve: a signal that comes early is not lost.
    let shutdown = shutdown()?;
    let station = Station::new(settings);
    cablecast::server::may_listen_on(options.listen, &station)?;
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", options.listen))?;
    writeln!(io::stdout(), "listening on http://{}", listener.local_addr()?)?;
    cablecast::serve(listener, station, shutdown).await?;
    Ok(())
}

fn users(name: Option<String>) -> Result<Vec<Credentials>, Box<dyn Error>> {
    let Some(name) = name else {
        warn!("no user: every write is answered with 401; give --user and {PASSWORD}");
        return Ok(Vec::new());
    };
    let password = std::env::var(PASSWORD)
        .map_err(|_| format!("--user needs a password: set {PASSWORD} in the environment"))?;
    Ok(vec![Credentials::new(name, password)?])
}

/// Resolves at the first SIGTERM or SIGINT.
fn shutdown() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
