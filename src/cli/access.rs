//! Which Pact Broker a verb asks, and as whom: flags before the environment before countersign.toml.

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use countersign_broker::client::{Access, Client, ClientError, Credentials};

use super::failure::Failure;
use crate::config::{self, Config, Filling, Identity, Template, Unfillable};
use crate::secrets::Secrets;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Broker")]
#[group(skip)]
#[expect(clippy::struct_field_names, reason = "they are named as the flags, which others stand beside")]
pub struct Flags {
    /// The Pact Broker or `PactFlow` [default: `PACT_BROKER_BASE_URL`, or [broker] of countersign.toml].
    #[arg(long, value_name = "URL", alias = "broker-base-url")]
    broker_url: Option<String>,
    /// Who asks [default: `PACT_BROKER_USERNAME`].
    #[arg(long, value_name = "NAME", requires = "broker_password")]
    broker_username: Option<String>,
    /// Its password [default: `PACT_BROKER_PASSWORD`, which no other user of the machine can see].
    #[arg(long, value_name = "SECRET", requires = "broker_username")]
    broker_password: Option<Secret>,
    /// A bearer token [default: `PACT_BROKER_TOKEN`, which no other user of the machine can see].
    #[arg(long, value_name = "SECRET", conflicts_with = "broker_username")]
    broker_token: Option<Secret>,
    /// Certificates (PEM) that are trusted beside the machine's own.
    #[arg(long, value_name = "FILE")]
    broker_ca: Option<PathBuf>,
    /// How long one request may take [default: 30s].
    #[arg(long, value_name = "PERIOD", value_parser = config::period)]
    broker_timeout: Option<Duration>,
}

/// The configuration, for a verb that has no other use of it.
#[derive(Debug, clap::Args)]
pub struct Configured {
    /// The configuration, where there is one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    broker: Flags,
}

/// A value that does not show itself.
#[derive(Clone)]
pub struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl Secret {
    /// The value itself, for whoever has to send it.
    pub fn reveal(self) -> String {
        self.0
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl Configured {
    /// The configuration: has to be there where it is named.
    pub fn config(&self) -> Result<Option<Config>, Failure> {
        let file = self.config.as_deref().unwrap_or(config::FILE.as_ref());
        if self.config.is_none() && !file.exists() {
            return Ok(None);
        }
        Ok(Some(Config::load(file)?))
    }

    pub fn client(&self) -> Result<Client, Failure> {
        self.broker.client(self.config()?.as_ref())
    }

    /// The client, where the configuration is read already.
    pub fn client_of(&self, config: Option<&Config>) -> Result<Client, Failure> {
        self.broker.client(config)
    }
}

impl Flags {
    /// Whether a flag names a broker.
    pub fn names_a_broker(&self) -> bool {
        self.broker_url.is_some()
    }

    /// A client of the broker that is meant.
    pub fn client(&self, config: Option<&Config>) -> Result<Client, Failure> {
        let described = config.and_then(|config| config.broker.as_ref());
        let url = match (self.broker_url.clone().or_else(|| variable("PACT_BROKER_BASE_URL")), described) {
            (Some(url), _) => url,
            (None, Some(broker)) => fill(&broker.url)?,
            (None, None) => {
                return Err(Failure::new("nothing says which Pact Broker to ask").hint(
                    "give --broker-url or PACT_BROKER_BASE_URL, or put [broker] with `url` into countersign.toml; \
                     `countersign broker` is one",
                ));
            }
        };
        let mut access = Access::new(&url).map_err(failed("use the broker"))?;
        access.credentials = match self.credentials().or_else(from_environment) {
            Some(credentials) => credentials,
            None => {
                described.and_then(|broker| broker.identity.as_ref()).map_or(Ok(Credentials::Nobody), of)?
            }
        };
        let ca = self.broker_ca.as_ref().or_else(|| described.and_then(|broker| broker.ca.as_ref()));
        access.ca = ca
            .map(|file| {
                fs::read(file).map_err(|error| {
                    Failure::new(format!("failed to read the broker's CA file {}: {error}", file.display()))
                })
            })
            .transpose()?;
        let timeout = self.broker_timeout.or_else(|| described.and_then(|broker| broker.timeout));
        access.timeout = timeout.unwrap_or(access.timeout);
        Client::new(access).map_err(failed("use the broker"))
    }

    fn credentials(&self) -> Option<Credentials> {
        match (&self.broker_username, &self.broker_password, &self.broker_token) {
            (Some(username), Some(Secret(password)), _) => {
                Some(Credentials::Basic { username: username.clone(), password: password.clone() })
            }
            (_, _, Some(Secret(token))) => Some(Credentials::Bearer(token.clone())),
            _ => None,
        }
    }
}

/// Runs what asks a broker to its end.
pub fn asking<T>(ask: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::new(format!("failed to start: {error}")))?.block_on(ask)
}

/// Makes a failure of a client's error: "failed to WHAT: …", with its way out.
pub fn failed(what: &str) -> impl Fn(ClientError) -> Failure {
    move |error| {
        let failure = Failure::new(format!("failed to {what}: {error}"));
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn from_environment() -> Option<Credentials> {
    if let Some(token) = variable("PACT_BROKER_TOKEN") {
        return Some(Credentials::Bearer(token));
    }
    let username = variable("PACT_BROKER_USERNAME")?;
    Some(Credentials::Basic { username, password: variable("PACT_BROKER_PASSWORD").unwrap_or_default() })
}

fn of(identity: &Identity) -> Result<Credentials, Failure> {
    Ok(match identity {
        Identity::Basic { username, password } => {
            Credentials::Basic { username: fill(username)?, password: fill(password)? }
        }
        Identity::Bearer(token) => Credentials::Bearer(fill(token)?),
    })
}

fn fill(template: &Template) -> Result<String, Failure> {
    let service = |name: &_| Err(Unfillable::Service { name: <_>::clone(name), instead: None });
    let filling = Filling { started: None, service: &service, variable: &variable };
    template
        .fill(&filling, &mut Secrets::default())
        .map_err(|error| Failure::new(format!("failed to use the broker of the configuration: {error}")))
}
