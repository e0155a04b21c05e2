//! `countersign broker`: a Pact Broker in this binary.

mod accounts;
mod backup;
mod token;

use std::net::SocketAddr;

use clap::Subcommand;
use countersign_broker::http::{Broker, Settings, serve};
use countersign_broker::shelf::Shelf;
use countersign_broker::store::Location;
use countersign_broker::webhook::{Calls, Targets, pattern};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use url::Url;

use super::failure::Failure;
use super::wishes::wishes;
use crate::exit::Exit;
use crate::report::printable;

/// Serves a Pact Broker, with all that it knows in one file.
///
/// Every client of a Pact Broker can use it. It says where it listens once it does; Ctrl-C or SIGTERM lets
/// what is under way come to its end, a second one cuts it. Accounts are those of the environment:
/// `PACT_BROKER_BASIC_AUTH_USERNAME` and `_PASSWORD` write, `PACT_BROKER_BASIC_AUTH_READ_ONLY_USERNAME` and
/// `_PASSWORD` read. Where there are none, everybody may do everything.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Issues, lists or revokes the tokens that clients may send.
    Token(token::Args),
    Backup(backup::Args),
}

#[derive(Debug, clap::Args)]
struct Serve {
    /// Where clients are served; port 0 is a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9292")]
    listen: SocketAddr,
    #[command(flatten)]
    database: Database,
    /// What addresses in answers begin with, where clients reach it elsewhere than it listens.
    #[arg(long, value_name = "URL", value_parser = base)]
    base_url: Option<Url>,
    /// Asks for credentials though the environment names no account: for those of tokens.
    #[arg(long)]
    require_credentials: bool,
    /// Whoever gives no credentials may read.
    #[arg(long)]
    public_read: bool,
    /// The heartbeat is told to everybody.
    #[arg(long)]
    public_heartbeat: bool,
    /// A host that webhooks may call, `*.example.org` for all below it, `*` for every public one; may be given
    /// several times [default: none].
    #[arg(long, value_name = "HOST", value_parser = public_host)]
    webhook_host: Vec<String>,
    /// A host that webhooks may call although its address is not public; may be given several times.
    #[arg(long, value_name = "HOST", value_parser = private_host)]
    webhook_private_host: Vec<String>,
    /// A scheme that webhooks may call; may be given several times.
    #[arg(long, value_name = "SCHEME", default_value = "https")]
    webhook_scheme: Vec<String>,
    /// A method that webhooks may call by; may be given several times.
    #[arg(long, value_name = "METHOD", default_value = "POST")]
    webhook_method: Vec<String>,
}

/// Where everything is kept.
#[derive(Debug, clap::Args)]
struct Database {
    /// What keeps it all: a file of `SQLite`, or a server of `PostgreSQL` that several instances may share.
    #[arg(long, value_name = "FILE|postgres://…", default_value = "broker.db")]
    database: Location,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        // It fails where another provider of cryptography is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = Runtime::new().map_err(|error| Failure::new(format!("failed to start: {error}")))?;
        match self.what {
            Some(What::Token(token)) => runtime.block_on(token.run())?,
            Some(What::Backup(backup)) => runtime.block_on(backup.run())?,
            None => runtime.block_on(self.serve.run())?,
        }
        Ok(Exit::Kept)
    }
}

impl Database {
    async fn open(&self) -> Result<Shelf, Failure> {
        Shelf::open(&self.database).await.map_err(|error| {
            Failure::new(format!("failed to open the database {}: {error}", self.database))
                .hint("--database names a file that can be written, or a server of PostgreSQL that answers")
        })
    }
}

impl Serve {
    async fn run(self) -> Result<(), Failure> {
        let cannot = |error: std::io::Error| Failure::new(format!("failed to serve: {error}"));
        let settings = self.settings()?;
        let shutdown = wishes().map_err(cannot)?;
        let listener = TcpListener::bind(self.listen).await.map_err(|error| {
            Failure::new(format!("failed to listen on {}: {error}", self.listen))
                .hint("--listen has to name an address of this machine with a port that is free")
        })?;
        let opened = self.database.open().await?;
        let at = listener.local_addr().map_err(cannot)?;
        let open = !self.require_credentials && !accounts::any(&variable);
        if open && !at.ip().is_loopback() {
            say("everybody who reaches it may write: PACT_BROKER_BASIC_AUTH_USERNAME and _PASSWORD, or \
                 --require-credentials, change that");
        }
        say(&format!("keeping everything in {}", self.database.database));
        // A free port is known to nobody who is not told.
        say(&format!("listening on http://{at}"));
        tokio::select! {
            served = serve(listener, Broker::new(opened, settings), shutdown.drain) => served.map_err(cannot),
            () = shutdown.cut => Ok(()),
        }
    }

    fn settings(&self) -> Result<Settings, Failure> {
        let mut accounts = accounts::from(&variable)?;
        accounts.required = self.require_credentials;
        accounts.public_read = self.public_read;
        accounts.open_heartbeat = self.public_heartbeat;
        let targets = Targets {
            schemes: self.webhook_scheme.clone(),
            methods: self.webhook_method.clone(),
            hosts: self.webhook_host.clone(),
            private_hosts: self.webhook_private_host.clone(),
        };
        let calls = Calls { targets, ..Calls::default() };
        Ok(Settings { base_url: self.base_url.clone(), accounts, calls, ..Settings::default() })
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn base(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if matches!(url.scheme(), "http" | "https") {
        Ok(url)
    } else {
        Err("it has to begin with http:// or https://".to_owned())
    }
}

fn public_host(text: &str) -> Result<String, String> {
    pattern(text, true).map(|()| text.to_owned())
}

fn private_host(text: &str) -> Result<String, String> {
    pattern(text, false).map(|()| text.to_owned())
}

/// Nobody is left to tell where standard error is closed.
fn say(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{}", printable(line));
}
