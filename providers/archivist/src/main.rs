//! The Archivist as a program: its arguments, its signals, its first words.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use archivist::{AppState, DatabaseLocation, Password, Settings, StationSettings, UploadLimits};
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
    #[command(flatten)]
    station: StationArguments,
    /// The largest file that can be uploaded.
    #[arg(long, value_name = "BYTES", default_value_t = UploadLimits::default().bytes)]
    max_upload: u64,
    /// Let a replay put the service into the states it needs. Owns the data: loopback only.
    #[cfg(feature = "provider-states")]
    #[arg(long)]
    provider_states: bool,
}

/// The station that is published to; nothing is without its address. Its password is that of `CABLECAST_PASSWORD`.
#[derive(Debug, clap::Args)]
struct StationArguments {
    /// The station's Cablecast server, as `https://HOST`. By default `CABLECAST_URL`.
    #[arg(long, value_name = "URL")]
    cablecast: Option<String>,
    /// Its user for the service. By default `CABLECAST_USERNAME`.
    #[arg(long, value_name = "NAME")]
    cablecast_user: Option<String>,
    /// The location where shows are made [default: the first there is]
    #[arg(long, value_name = "ID")]
    cablecast_location: Option<i32>,
    /// The file store that files go to [default: the first there is]
    #[arg(long, value_name = "ID")]
    cablecast_file_store: Option<i32>,
    /// The VOD configuration [default: the first of the show's location]
    #[arg(long, value_name = "ID")]
    cablecast_vod_configuration: Option<i32>,
}

impl StationArguments {
    fn settings(self) -> Result<Option<StationSettings>, Failure> {
        let Some(url) = self.cablecast.or_else(|| from_environment("CABLECAST_URL")) else { return Ok(None) };
        let needed = |name: &str, value: Option<String>| {
            value.ok_or_else(|| format!("use the Cablecast server: it needs a user; set {name}"))
        };
        let username = self.cablecast_user.or_else(|| from_environment("CABLECAST_USERNAME"));
        let username = needed("CABLECAST_USERNAME", username)?;
        let password = needed("CABLECAST_PASSWORD", from_environment("CABLECAST_PASSWORD"))?;
        let mut settings = StationSettings::new(url, username, password);
        settings.location = self.cablecast_location;
        settings.file_store = self.cablecast_file_store;
        settings.vod_configuration = self.cablecast_vod_configuration;
        Ok(Some(settings))
    }
}

/// An empty one is none, as compose files write it.
fn from_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
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
    let max_upload = arguments.max_upload;
    let mut settings = Settings::new(database(&arguments)?, arguments.media_root);
    settings.redis = arguments.redis.or_else(|| std::env::var("REDIS_URL").ok());
    settings.station = arguments.station.settings()?;
    settings.admin_password = admin_password()?;
    settings.uploads.bytes = max_upload;
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
