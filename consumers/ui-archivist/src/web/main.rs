//! The web UI as a program: its arguments, its signals, its first words.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use ui_archivist::web::{Ui, serve};
use ui_archivist::{Archivist, Limits};

/// Shows an Archivist to people with a browser.
#[derive(Debug, Parser)]
#[command(name = "archivist-ui", version)]
struct Arguments {
    /// Where to listen. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8700")]
    listen: SocketAddr,
    /// The Archivist. By default `ARCHIVIST_URL`, or the one of this machine.
    #[arg(long, value_name = "URL")]
    archivist: Option<String>,
    /// Browsers come over https, which a proxy before this speaks: keep the session's cookie from anything else.
    #[arg(long)]
    https: bool,
}

const THIS_MACHINE: &str = "http://127.0.0.1:8600";

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
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
    let named = arguments.archivist.or_else(|| std::env::var("ARCHIVIST_URL").ok());
    let archivist = Archivist::new(named.as_deref().unwrap_or(THIS_MACHINE), Limits::default())?;
    let listen = arguments.listen;
    let listener = TcpListener::bind(listen).await.map_err(|error| format!("listen on {listen}: {error}"))?;
    let address = listener.local_addr()?;
    let mut stdout = io::stdout();
    writeln!(stdout, "listening on http://{address}")?;
    stdout.flush()?;
    Ok(serve(listener, Ui::new(archivist, arguments.https), shutdown).await?)
}

/// Completes at the first SIGTERM or SIGINT. Registered before the UI says it is ready, so that no signal after
/// that is lost.
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
