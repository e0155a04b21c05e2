//! `countersign broker`: a Pact Broker in this binary.

use std::net::SocketAddr;

use countersign_broker::http::{Broker, Settings, serve};
use countersign_broker::shelf::Shelf;
use countersign_broker::store::Location;
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
/// what is under way come to its end, a second one cuts it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where clients are served; port 0 is a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9292")]
    listen: SocketAddr,
    /// What keeps it all: a file of SQLite, or a server of `PostgreSQL` that several instances may share.
    #[arg(long, value_name = "FILE|postgres://…", default_value = "broker.db")]
    database: Location,
    /// What addresses in answers begin with, where clients reach it elsewhere than it listens.
    #[arg(long, value_name = "URL", value_parser = base)]
    base_url: Option<Url>,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        // It fails where another provider of cryptography is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = Runtime::new().map_err(|error| Failure::new(format!("failed to start: {error}")))?;
        runtime.block_on(self.serve())?;
        Ok(Exit::Kept)
    }

    async fn serve(self) -> Result<(), Failure> {
        let cannot = |error: std::io::Error| Failure::new(format!("failed to serve: {error}"));
        let shutdown = wishes().map_err(cannot)?;
        let listener = TcpListener::bind(self.listen).await.map_err(|error| {
            Failure::new(format!("failed to listen on {}: {error}", self.listen))
                .hint("--listen has to name an address of this machine with a port that is free")
        })?;
        let shelf = Shelf::open(&self.database).await.map_err(|error| {
            Failure::new(format!("failed to open the database {}: {error}", self.database))
                .hint("--database names a file that can be written, or a server of PostgreSQL that answers")
        })?;
        let at = listener.local_addr().map_err(cannot)?;
        let settings = Settings { base_url: self.base_url, ..Settings::default() };
        let broker = Broker::new(shelf, settings);
        // A free port is known to nobody who is not told.
        say(&format!("keeping everything in {}", self.database));
        say(&format!("listening on http://{at}"));
        tokio::select! {
            served = serve(listener, broker, shutdown.drain) => served.map_err(cannot),
            () = shutdown.cut => Ok(()),
        }
    }
}

fn base(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if matches!(url.scheme(), "http" | "https") {
        Ok(url)
    } else {
        Err("it has to begin with http:// or https://".to_owned())
    }
}

/// Nobody is left to tell where standard error is closed.
fn say(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{}", printable(line));
}
