//! The Archivist as a program: its arguments, its signals, its first words.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use archivist::{AppState, DatabaseLocation, Password, Settings};
use clap::Parser;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Archives a community station's recordings.
///
/// The first start makes the account `admin`. Its password is that of `ARCHIVIST_ADMIN_PASSWORD`, or
/// is made up and shown once.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8600")]
    listen: SocketAddr,
    /// A SQLite file, or postgres://… [default: `DATABASE_URL`, or archivist.db]
    #[arg(long, value_name = "FILE|URL")]
    database: Option<DatabaseLocation>,
    /// The folder of the recordings.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    media_root: PathBuf,
    /// The Redis of the queue, as `redis://[user:password@]host[:port][/database]`. By default `REDIS_URL`, where
    /// a password is safer; without either, nothing is transcribed.
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// Let a replay put the service into the states it needs. Owns the data: loopback only.
    #[cfg(feature = "provider-states")]
    #[arg(long)]
    provider_states: bool,
}

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: failed to {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let shutdown = shutdown()?;
    let listen = arguments.listen;
    let listener = TcpListener::bind(listen).await.map_err(|error| format!("listen on {listen}: {error}"))?;
    let state = prepare(arguments, &listener).await?;
    let address = listener.local_addr()?;
    let mut stdout = io::stdout();
    writeln!(stdout, "listening on http://{address}")?;
    stdout.flush()?;
    Ok(archivist::serve(listener, state, shutdown).await?)
}

#[cfg_attr(
    not(feature = "provider-states"),
    expect(unused_variables, reason = "only provider states look at the listener")
)]
async fn prepare(arguments: Arguments, listener: &TcpListener) -> Result<AppState, Failure> {
    let mut settings = Settings::new(database(&arguments)?, arguments.media_root);
    settings.redis = arguments.redis.or_else(|| std::env::var("REDIS_URL").ok());
    settings.admin_password = admin_password()?;
    let service = archivist::start(settings).await?;
    if let Some(password) = &service.made_up_password {
        writeln!(io::stderr(), "first start: sign in as admin with {password} (it is shown this once)")?;
    }
    #[cfg(feature = "provider-states")]
    if arguments.provider_states {
        return Ok(archivist::provider_states::enable(service.state, listener).await?);
    }
    Ok(service.state)
}

fn database(arguments: &Arguments) -> Result<DatabaseLocation, Failure> {
    if let Some(given) = &arguments.database {
        return Ok(given.clone());
    }
    match std::env::var("DATABASE_URL") {
        Ok(url) => Ok(url.parse()?),
        Err(_) => Ok("archivist.db".parse()?),
    }
}

fn admin_password() -> Result<Option<Password>, Failure> {
    match std::env::var("ARCHIVIST_ADMIN_PASSWORD") {
        Ok(password) => match Password::parse(&password) {
            Ok(password) => Ok(Some(password)),
            Err(reason) => Err(format!("use ARCHIVIST_ADMIN_PASSWORD: it {reason}").into()),
        },
        Err(_) => Ok(None),
    }
}

/// Completes at the first SIGTERM or SIGINT. Registered before the service says it is ready, so that
/// no signal after that is lost.
fn shutdown() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("shutting down");
    })
}
