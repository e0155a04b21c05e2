//! `countersign broker backup`: everything that is acknowledged, in one file that can be served again.

use std::path::PathBuf;

use countersign_broker::store::Location;

use super::Database;
use crate::cli::failure::Failure;
use crate::cli::say::say;

/// Copies everything into a new file, while a broker may be serving.
///
/// The copy is whole by itself: to restore it, serve it with --database. For a server of `PostgreSQL`, its own
/// `pg_dump` is the way.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The new file; one that is there is not written over.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    database: Database,
}

impl Args {
    pub async fn run(self) -> Result<(), Failure> {
        let Location::Sqlite(from) = &self.database.database else {
            return Err(Failure::new("failed to back up: this is a server of PostgreSQL")
                .hint("`pg_dump` copies it, and `psql` puts the copy back"));
        };
        if !from.exists() {
            return Err(Failure::new(format!("failed to back up {}: it is not there", from.display()))
                .hint("--database has to name the file that the broker serves"));
        }
        if self.file.exists() {
            return Err(Failure::new(format!("failed to back up: {} is there already", self.file.display()))
                .hint("name a file that is new"));
        }
        let opened = self.database.open().await?;
        let done = opened.backup(&self.file).await;
        opened.close().await;
        done.map_err(|error| Failure::new(format!("failed to write {}: {error}", self.file.display())))?;
        say(&format!("everything is in {}", self.file.display()));
        Ok(())
    }
}
