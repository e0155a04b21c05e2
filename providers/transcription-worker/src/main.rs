//! The worker as a program: its arguments, its signals, its first words.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use transcription_worker::transcriber::{Command, Sidecar, Transcriber};
use transcription_worker::{Settings, Worker, transcription};

/// Takes transcription tasks off a Celery queue on Redis and writes captions beside the recordings.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Where the queue is, as `redis://[user:password@]host[:port][/database]`. By default `REDIS_URL`, where a
    /// password is safer, or the Redis of this machine.
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// The folder of the recordings: nothing outside is read or written.
    #[arg(long, value_name = "FOLDER")]
    media_root: PathBuf,
    /// A list to take tasks from; several times, the first one first [default: `caption_priority`, `celery`]
    #[arg(long, value_name = "NAME")]
    queue: Vec<String>,
    /// Tasks that run at the same time.
    #[arg(long, value_name = "N", default_value = "2")]
    concurrency: NonZeroUsize,
    /// Tasks that are held for each that runs.
    #[arg(long, value_name = "N", default_value = "4")]
    prefetch: NonZeroUsize,
    /// Seconds after which a dead worker's tasks are taken up again; as in Celery an hour, which must not be
    /// less where Celery workers take from the same lists.
    #[arg(long, value_name = "SECONDS", default_value = "3600")]
    visibility_timeout: u64,
    /// Who puts recordings into words: subtitles beside them, or a program.
    #[arg(long, value_enum, default_value = "sidecar")]
    transcriber: Kind,
    /// The program that prints `WebVTT`, then its arguments, each with --command; {input} is the recording.
    #[arg(
        long,
        value_name = "ARGUMENT",
        allow_hyphen_values = true,
        required_if_eq("transcriber", "command")
    )]
    command: Vec<String>,
    /// Seconds that the program may take.
    #[arg(long, value_name = "SECONDS", default_value = "14400")]
    command_limit: u64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Sidecar,
    Command,
}

type Failure = Box<dyn std::error::Error>;

/// One thread tells and hears; what takes time has others, or is a program of its own. It lives as long as the
/// worker, which matters to what it starts: on Linux that dies with the thread that started it.
#[tokio::main(flavor = "current_thread")]
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
    let address = arguments.redis.clone().or_else(|| std::env::var("REDIS_URL").ok());
    let address = address.unwrap_or_else(|| "redis://127.0.0.1:6379/0".to_owned());
    let defaults = Settings::default();
    let settings = Settings {
        queues: if arguments.queue.is_empty() { defaults.queues } else { arguments.queue.clone() },
        concurrency: arguments.concurrency,
        prefetch: arguments.prefetch,
        visibility_timeout: Duration::from_secs(arguments.visibility_timeout.max(1)),
        ..defaults
    };
    let folder = &arguments.media_root;
    let task = transcription(folder, transcriber(&arguments))
        .map_err(|error| format!("use {} as the folder of the recordings: {error}", folder.display()))?;
    let words = format!("ready: taking tasks from {} as {}", settings.queues.join(", "), settings.name);
    let worker = Worker::new(&address, settings)?.task("transcription.run_whisper", task);
    let ready = || {
        // Nobody may listen, and the worker works all the same.
        let mut stdout = io::stdout();
        let _ = writeln!(stdout, "{words}").and_then(|()| stdout.flush());
    };
    worker.run(ready, shutdown).await;
    Ok(())
}

fn transcriber(arguments: &Arguments) -> Arc<dyn Transcriber> {
    let limit = Duration::from_secs(arguments.command_limit);
    match arguments.transcriber {
        Kind::Sidecar => Arc::new(Sidecar),
        Kind::Command => Arc::new(Command { argv: arguments.command.clone(), limit }),
    }
}

/// Completes at the first SIGTERM or SIGINT. A second one ends the worker at once: what it held is taken up
/// again after the visibility time-out.
fn shutdown() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (sender, first) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(async move {
        let mut sender = Some(sender);
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            match sender.take() {
                Some(sender) => drop(sender.send(())),
                None => std::process::exit(1),
            }
        }
    });
    Ok(async move {
        if first.await.is_ok() {
            tracing::info!("shutting down: what runs may end");
        }
    })
}
