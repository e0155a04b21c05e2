//! `countersign proxy`: live traffic held against a document, by a reverse proxy that changes nothing.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_traffic::proxy::{Failures, Proxy, Settings, Trust, Upstream};
use countersign_traffic::{Deviation, Unjudged, Watch};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::failure::Failure;
use super::wishes::wishes;
use super::{amount, judged, output};
use crate::config;
use crate::exit::Exit;
use crate::finding::traffic::{deviation, unjudged};
use crate::report::{Verb, printable, words};

/// Passes traffic on to a service and holds it against the service's document.
///
/// Nothing that passes is changed or held up: bodies are copied up to a limit and judged beside the
/// traffic. Each new kind of violation is told at once. Ctrl-C lets what is under way come to its end and
/// then reports every violation, grouped, and every operation that nobody asked for; a second Ctrl-C cuts
/// what is under way. A request that the service refused with a 4xx weighs as a warning.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The service: scheme, host and port.
    #[arg(long, value_name = "URL")]
    upstream: String,
    #[command(flatten)]
    judged: judged::Judged,
    /// Where clients are served; port 0 is a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where /metrics and /health are served: a port of this machine.
    #[arg(long, value_name = "ADDRESS", value_parser = super::drift::loopback)]
    admin: Option<SocketAddr>,
    /// The share of exchanges that is judged, such as 0.1 or 10%; all of them count for what was asked for.
    #[arg(long, value_name = "SHARE", value_parser = amount::share, default_value = "1")]
    sample: f64,
    /// Bytes of a body that are judged, at most; a larger one passes and is told as not judged.
    #[arg(long, value_name = "BYTES", value_parser = amount::bytes, default_value = "1MiB")]
    max_body: usize,
    /// Bytes of all bodies that are kept for judging, at most.
    #[arg(long, value_name = "BYTES", value_parser = amount::bytes, default_value = "64MiB")]
    max_memory: usize,
    /// Bytes of the head of a request or an answer, at most.
    #[arg(long, value_name = "BYTES", value_parser = head, default_value = "64KiB")]
    max_head: usize,
    /// Connections of clients at a time, at most; more wait.
    #[arg(long, value_name = "N", value_parser = amount::count, default_value = "4096")]
    max_connections: NonZeroUsize,
    /// Threads that judge [default: 2, or 1 where there is one processor].
    #[arg(long, value_name = "N", value_parser = amount::count)]
    jobs: Option<NonZeroUsize>,
    /// How long nothing may move in an exchange before it is given up.
    #[arg(long, value_name = "PERIOD", value_parser = config::period, default_value = "60s")]
    timeout: Duration,
    /// How long what is under way may take to come to its end.
    #[arg(long, value_name = "PERIOD", value_parser = config::period, default_value = "10s")]
    grace: Duration,
    /// Certificates (PEM) whose signature on the service's is trusted, in place of the machine's own.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Tells the service the `Host` that the client named, rather than its own.
    #[arg(long)]
    preserve_host: bool,
    #[command(flatten)]
    output: output::Flags,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let places = self.output.open()?;
        let subject = self.judged.load()?;
        let settings = self.settings();
        let trust = self.ca.clone().map_or(Trust::Machine, Trust::Only);
        let upstream = Upstream::new(&self.upstream, &trust, &settings)
            .map_err(|error| Failure::new(format!("failed to make the proxy ready: {error}")))?;
        let mut watch = Watch::new(Arc::clone(&subject.document));
        if !self.output.quiet {
            let provider = subject.provider.clone();
            watch = watch.with_listener(Box::new(move |new| tell(provider.as_deref(), new)));
        }
        let watch = Arc::new(watch);
        let proxy = Proxy::new(upstream, Arc::clone(&watch), settings);
        let begin = Instant::now();
        let runtime = Runtime::new().map_err(|error| Failure::new(format!("failed to start: {error}")))?;
        let failures = runtime.block_on(self.serve(proxy))?;
        let observed = watch.observed();
        let troubles = unjudged(&observed.tally, &|reason| first(&failures, reason));
        let seen = subject.report(Verb::Proxy, &observed, troubles, begin.elapsed());
        self.output.write(&seen.report, places)?;
        if !self.output.quiet {
            judged::tell_stale(seen.stale);
        }
        Ok(Exit::from(seen.report.summary.outcome))
    }

    fn settings(&self) -> Settings {
        let defaults = Settings::default();
        Settings {
            sample: self.sample,
            max_body: self.max_body,
            max_memory: self.max_memory,
            judges: self.jobs.unwrap_or(defaults.judges),
            max_connections: self.max_connections.get(),
            max_head: self.max_head,
            silence: self.timeout,
            grace: self.grace,
            preserve_host: self.preserve_host,
            ..defaults
        }
    }

    async fn serve(&self, proxy: Proxy) -> Result<Failures, Failure> {
        let cannot = |error: io::Error| Failure::new(format!("failed to serve: {error}"));
        let shutdown = wishes().map_err(cannot)?;
        if let Some(address) = self.admin {
            let listener = listen(address, "--admin").await?;
            let at = listener.local_addr().map_err(cannot)?;
            if !self.output.quiet {
                say(&format!("metrics on http://{at}/metrics"));
            }
            tokio::spawn(proxy.admin().serve(listener));
        }
        let listener = listen(self.listen, "--listen").await?;
        // A free port is known to nobody who is not told, so that this is said in any case.
        say(&format!("listening on http://{}", listener.local_addr().map_err(cannot)?));
        if !self.output.quiet {
            say(&format!("passing on to {}; Ctrl-C ends it with the report", proxy.upstream()));
        }
        proxy.serve(listener, shutdown).await.map_err(cannot)
    }
}

async fn listen(address: SocketAddr, flag: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::new(format!("failed to listen on {address}: {error}"))
            .hint(format!("{flag} has to name an address of this machine with a port that is free"))
    })
}

/// What the first exchange met with that was not judged for this reason.
fn first(failures: &Failures, unjudged: Unjudged) -> Option<String> {
    let (_, text) = failures.get(&unjudged)?;
    Some(if unjudged == Unjudged::UpstreamCut { text.clone() } else { format!("failed to {text}") })
}

/// Tells of a violation that is new.
fn tell(provider: Option<&str>, new: &Deviation) {
    let finding = deviation(provider, new);
    say(&words::lines(&finding)[0]);
    if let Some(met) = &finding.met {
        say(&format!("  {}", words::met(met)));
    }
}

/// Says it beside the report; nobody is left to tell where standard error is closed.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{}", printable(line));
}

/// The least that HTTP/1.1 is read with here.
fn head(text: &str) -> Result<usize, String> {
    const LEAST: usize = 8192;
    amount::bytes(text).and_then(|bytes| {
        if bytes < LEAST { Err(format!("it has to be {LEAST} bytes at least")) } else { Ok(bytes) }
    })
}
