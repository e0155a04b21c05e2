//! Provider states of the queue as a program, for a replay. It owns the folder of recordings that it is given.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use transcription_worker::provider_states::Surroundings;

/// Puts recordings and workers into the states that a replay asks for.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen: loopback only. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The queue.
    #[arg(long, value_name = "URL")]
    redis: String,
    /// A folder for the recordings. Everything in it is removed between interactions.
    #[arg(long, value_name = "FOLDER")]
    media_root: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: failed to serve provider states: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    if !arguments.listen.ip().is_loopback() {
        return Err(
            "they change what they are asked to, so only this machine may ask: listen on loopback".into()
        );
    }
    let surroundings = Surroundings::open(&arguments.redis, &arguments.media_root)?;
    let listener = TcpListener::bind(arguments.listen).await?;
    let mut stdout = io::stdout();
    writeln!(stdout, "listening on http://{}", listener.local_addr()?)?;
    stdout.flush()?;
    let mut terminate = signal(SignalKind::terminate())?;
    let shutdown = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    Ok(surroundings.serve(listener, shutdown).await?)
}
