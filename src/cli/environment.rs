//! `countersign environment`: the environments that a Pact Broker knows.

use clap::Subcommand;
use countersign_broker::client::Environment;
use serde_json::Value;

use super::access::{Configured, asking, failed};
use super::failure::Failure;
use super::say::{say, table, word};
use crate::exit::Exit;

/// Lists, makes, changes or deletes the environments of a Pact Broker.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Shows every environment.
    List {
        #[command(flatten)]
        broker: Configured,
    },
    /// Makes an environment.
    Create {
        #[command(flatten)]
        named: Named,
        #[command(flatten)]
        broker: Configured,
    },
    /// Changes what is said, and leaves the rest.
    Update {
        #[command(flatten)]
        named: Named,
        /// Its new name.
        #[arg(long, value_name = "NAME")]
        new_name: Option<String>,
        /// It is none of production any more.
        #[arg(long, conflicts_with = "production")]
        no_production: bool,
        #[command(flatten)]
        broker: Configured,
    },
    /// Deletes an environment, with the record of what is there.
    Delete {
        /// Its name.
        #[arg(long, value_name = "NAME")]
        name: String,
        #[command(flatten)]
        broker: Configured,
    },
}

#[derive(Debug, clap::Args)]
struct Named {
    /// Its name, as pipelines write it.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Its name for people.
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// It is one of production.
    #[arg(long)]
    production: bool,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        match self.what {
            What::List { broker } => {
                let client = broker.client()?;
                let all =
                    asking(async { client.environments().await.map_err(failed("list the environments")) })?;
                list(&all);
            }
            What::Create { named, broker } => {
                let client = broker.client()?;
                let Named { name, display_name, production } = named;
                let made =
                    Environment { name: Some(name.clone()), display_name, production: Some(production) };
                asking(async {
                    client.create_environment(&made).await.map_err(failed("make the environment"))
                })?;
                say(&format!("made the environment {name}"));
            }
            What::Update { named, new_name, no_production, broker } => {
                let client = broker.client()?;
                let Named { name, display_name, production } = named;
                let production = (production || no_production).then_some(production);
                let change = Environment { name: new_name, display_name, production };
                asking(async {
                    let done = client.update_environment(&name, &change);
                    done.await.map_err(failed("change the environment"))
                })?;
                say(&format!("changed the environment {name}"));
            }
            What::Delete { name, broker } => {
                let client = broker.client()?;
                asking(async {
                    client.delete_environment(&name).await.map_err(failed("delete the environment"))
                })?;
                say(&format!("deleted the environment {name}"));
            }
        }
        Ok(Exit::Kept)
    }
}

fn list(all: &[Value]) {
    let mut rows = vec![["name", "shown as", "production", "uuid"].map(str::to_owned).to_vec()];
    rows.extend(all.iter().map(|one| {
        let production = if one["production"] == true { "yes" } else { "no" };
        [word(one, "name"), word(one, "displayName"), production, word(one, "uuid")]
            .map(str::to_owned)
            .to_vec()
    }));
    table(&rows);
}
