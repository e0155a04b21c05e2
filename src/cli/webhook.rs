//! `countersign webhook`: whom a Pact Broker calls when something happens.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use clap::Subcommand;
use countersign_broker::client::Webhook;
use serde_json::Value;

use super::access::{Configured, Secret, asking, failed};
use super::failure::Failure;
use super::say::{json, say, table, word};
use crate::exit::Exit;

/// Bytes of a body, at most.
const MAX_BODY: u64 = 1024 * 1024;

/// Lists, makes, tries or deletes the webhooks of a Pact Broker.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Shows every webhook.
    List {
        #[command(flatten)]
        broker: Configured,
    },
    /// Makes a webhook.
    Create(Box<Create>),
    /// Has a webhook called now, and shows what came of it: ends with 1 where the answer is no success, with 2
    /// where none came.
    Test {
        /// Its uuid.
        #[arg(long, value_name = "UUID")]
        uuid: String,
        #[command(flatten)]
        broker: Configured,
    },
    /// Deletes a webhook.
    Delete {
        /// Its uuid.
        #[arg(long, value_name = "UUID")]
        uuid: String,
        #[command(flatten)]
        broker: Configured,
    },
}

#[derive(Debug, clap::Args)]
struct Create {
    /// What is called.
    url: String,
    /// When, such as `contract_requiring_verification_published`; may be given several times.
    #[arg(long, value_name = "NAME", required = true)]
    event: Vec<String>,
    /// How.
    #[arg(long, value_name = "METHOD", default_value = "POST")]
    method: String,
    /// A header; may be given several times. Its value is never shown.
    #[arg(long, value_name = "NAME: VALUE", value_parser = super::verify::header)]
    header: Vec<super::verify::Header>,
    /// What is sent: JSON, with `${pactbroker.…}` where the broker fills in, in a file.
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// Who the broker is at the other end.
    #[arg(long, value_name = "NAME", requires = "password")]
    username: Option<String>,
    /// Its password there.
    #[arg(long, value_name = "SECRET", requires = "username")]
    password: Option<Secret>,
    /// Only for pacts of this consumer.
    #[arg(long, value_name = "NAME")]
    consumer: Option<String>,
    /// Only for pacts with this provider.
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// What it is for.
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    #[command(flatten)]
    broker: Configured,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        match self.what {
            What::List { broker } => {
                let client = broker.client()?;
                let all = asking(async { client.webhooks().await.map_err(failed("list the webhooks")) })?;
                list(&all);
            }
            What::Create(create) => create.run()?,
            What::Test { uuid, broker } => {
                let client = broker.client()?;
                let tried =
                    asking(async { client.test_webhook(&uuid).await.map_err(failed("try the webhook")) })?;
                json(&tried)?;
                return judged(&tried);
            }
            What::Delete { uuid, broker } => {
                let client = broker.client()?;
                asking(async { client.delete_webhook(&uuid).await.map_err(failed("delete the webhook")) })?;
                say(&format!("deleted the webhook {uuid}"));
            }
        }
        Ok(Exit::Kept)
    }
}

impl Create {
    fn run(self) -> Result<(), Failure> {
        let client = self.broker.client()?;
        let body = self.body()?;
        let headers: BTreeMap<String, String> =
            self.header.iter().map(super::verify::Header::parts).collect();
        let webhook = Webhook {
            description: self.description,
            events: self.event,
            consumer: self.consumer,
            provider: self.provider,
            method: self.method,
            url: self.url,
            headers,
            body,
            credentials: self.username.zip(self.password.map(Secret::reveal)),
        };
        let made =
            asking(async { client.create_webhook(&webhook).await.map_err(failed("make the webhook")) })?;
        say(&format!("made the webhook {}", word(&made, "uuid")));
        Ok(())
    }

    fn body(&self) -> Result<Option<Value>, Failure> {
        let Some(file) = &self.body else { return Ok(None) };
        let unreadable = |reason: String| {
            Failure::new(format!("failed to read the webhook's body {}: {reason}", file.display()))
        };
        let size = fs::metadata(file).map_err(|error| unreadable(error.to_string()))?.len();
        if size > MAX_BODY {
            return Err(unreadable(format!("it is larger than {MAX_BODY} bytes")));
        }
        let text = fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
        Ok(Some(serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }
}

/// Where no answer came, nobody knows whether the one who was called would take it.
fn judged(tried: &Value) -> Result<Exit, Failure> {
    if tried["success"] == true {
        return Ok(Exit::Kept);
    }
    if tried["response"].is_object() {
        return Ok(Exit::Broken);
    }
    let reason = match tried["error"]["message"].as_str() {
        Some(message) => format!("no answer came: {message}"),
        None => "no answer came".to_owned(),
    };
    Err(Failure::new(format!("failed to try the webhook: {reason}"))
        .hint("see that the broker can reach what the webhook calls, and may: --webhook-host names whom it may call"))
}

fn list(all: &[Value]) {
    let mut rows = vec![["uuid", "description", "events", "calls"].map(str::to_owned).to_vec()];
    rows.extend(all.iter().map(|one| {
        let events = one["events"].as_array().into_iter().flatten();
        let events: Vec<&str> = events.filter_map(|event| event["name"].as_str()).collect();
        let calls = format!("{} {}", word(&one["request"], "method"), word(&one["request"], "url"));
        vec![word(one, "uuid").to_owned(), word(one, "description").to_owned(), events.join(","), calls]
    }));
    table(&rows);
}
