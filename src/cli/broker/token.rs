//! `countersign broker token`: what clients may send in place of a password. Written straight into the
//! database, which a broker that serves it meanwhile takes notice of.

use clap::Subcommand;
use countersign_broker::draft::{Draft, Refusal};
use countersign_broker::shelf::{Shelf, ShelfError};
use countersign_broker::token::{issue, revoke};

use super::Database;
use crate::cli::failure::Failure;
use crate::cli::say::{say, table};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Issues a token and prints it, this once.
    Issue {
        /// Whose it is, as the audit log says it.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// It may read alone.
        #[arg(long)]
        read_only: bool,
        #[command(flatten)]
        database: Database,
    },
    /// Shows whose tokens there are, and none of them.
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Revokes a token; from then on nobody is admitted with it.
    Revoke {
        /// Whose it is.
        #[arg(long, value_name = "NAME")]
        name: String,
        #[command(flatten)]
        database: Database,
    },
}

/// Who the audit log says it was: whoever can write the database.
const ACTOR: &str = "countersign broker token";

impl Args {
    pub async fn run(self) -> Result<(), Failure> {
        match self.what {
            What::Issue { name, read_only, database } => {
                let opened = database.open().await?;
                let issued =
                    write(&opened, "issue the token", |draft| issue(draft, &name, !read_only)).await?;
                say(&issued.token);
                opened.close().await;
            }
            What::List { database } => {
                let opened = database.open().await?;
                list(&opened).await?;
                opened.close().await;
            }
            What::Revoke { name, database } => {
                let opened = database.open().await?;
                let done = write(&opened, "revoke the token", |draft| {
                    let known = draft.model.tokens().find(|token| token.name == name);
                    let uuid = known.map(|token| token.uuid);
                    revoke(draft, uuid.ok_or_else(|| Refusal::NotFound(format!("{name} has no token")))?)
                });
                done.await?;
                say(&format!("revoked the token of {name}"));
                opened.close().await;
            }
        }
        Ok(())
    }
}

async fn write<T>(
    shelf: &Shelf,
    what: &str,
    decide: impl FnOnce(&mut Draft<'_>) -> Result<T, Refusal>,
) -> Result<T, Failure> {
    shelf.write(ACTOR, decide).await.map_err(|error| {
        let reason = match error {
            ShelfError::Refused(Refusal::Invalid(fields)) => fields
                .iter()
                .map(|(name, wrong)| format!("{name} {}", wrong.join(", ")))
                .collect::<Vec<_>>()
                .join("; "),
            other => other.to_string(),
        };
        Failure::new(format!("failed to {what}: {reason}"))
    })
}

async fn list(shelf: &Shelf) -> Result<(), Failure> {
    let rows = shelf.read(|model| {
        let heads = ["name", "may", "uuid"].map(str::to_owned).to_vec();
        let tokens = model.tokens().map(|token| {
            let may = if token.writes { "read and write" } else { "read" };
            vec![token.name.clone(), may.to_owned(), token.uuid.to_string()]
        });
        std::iter::once(heads).chain(tokens).collect::<Vec<_>>()
    });
    let rows = rows.await.map_err(|error| Failure::new(format!("failed to list the tokens: {error}")))?;
    table(&rows);
    Ok(())
}
