//! `countersign publish`: pacts of a consumer's build, and the document of a provider's, to a Pact Broker.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use countersign_broker::client::{Build, Client, Document};
use serde_json::Value;

use super::access::{Configured, asking, failed};
use super::built::{self, Said};
use super::failure::Failure;
use super::say::{notices, say};
use crate::config::Config;
use crate::contract::{self, Found};
use crate::exit::Exit;
use crate::report::plural;

/// Bytes of a document that is published, at most.
const MAX_DOCUMENT: u64 = 64 * 1024 * 1024;

/// A document: its file, what it is, and its bytes.
type Read<'a> = (&'a Path, &'static str, Vec<u8>);

/// Publishes pacts, or a provider's OpenAPI document, to a Pact Broker or `PactFlow`.
///
/// Where no pact is named, every pact of countersign.toml is published. Version, branch and build are
/// those that the CI service or git tell, where no flag says otherwise.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Pacts, or folders that hold them.
    #[arg(value_name = "FILE|DIR")]
    pacts: Vec<PathBuf>,
    /// The version that the pacts are of.
    #[arg(long, value_name = "V", alias = "consumer-app-version")]
    version: Option<String>,
    /// The branch that it was built from.
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// A tag of the version; may be given several times.
    #[arg(long, value_name = "T")]
    tag: Vec<String>,
    /// Where the build can be looked at.
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,
    /// Joins the interactions that other builds of the same version have published.
    #[arg(long)]
    merge: bool,
    /// A provider's OpenAPI document, published as its contract.
    #[arg(long, value_name = "FILE", requires = "provider")]
    openapi: Option<PathBuf>,
    /// The provider that the document describes.
    #[arg(long, value_name = "NAME", requires = "openapi")]
    provider: Option<String>,
    #[command(flatten)]
    broker: Configured,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let config = self.broker.config()?;
        let pacts = self.by_consumer(config.as_ref())?;
        let document = self.document()?;
        let client = self.broker.client_of(config.as_ref())?;
        let said = Said {
            version: self.version.as_deref(),
            branch: self.branch.as_deref(),
            tags: &self.tag,
            url: self.build_url.as_deref(),
        };
        let build = said.build("--version")?;
        asking(async {
            for (consumer, pacts) in &pacts {
                self.send(&client, consumer, pacts, &build).await?;
            }
            if let (Some((file, content_type, bytes)), Some(provider)) = (&document, &self.provider) {
                let document = Document { provider, content_type, bytes };
                send_document(&client, file, document, &build).await?;
            }
            Ok(Exit::Kept)
        })
    }

    /// The pacts, by who wrote them. One that cannot be read keeps all from being published.
    fn by_consumer(&self, config: Option<&Config>) -> Result<BTreeMap<String, Vec<Value>>, Failure> {
        let mut by_consumer: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        if self.pacts.is_empty() && self.openapi.is_some() {
            return Ok(by_consumer);
        }
        let found = self.find(config)?;
        if let Some(trouble) = found.troubles.first() {
            return Err(Failure::new(format!("{}; nothing is published", trouble.message)));
        }
        for pledge in &found.pledges {
            let unreadable = |reason: String| {
                Failure::new(format!("failed to load the pact {}: {reason}", pledge.pact.file().display()))
            };
            let text = fs::read(pledge.pact.file()).map_err(|error| unreadable(error.to_string()))?;
            let pact = serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))?;
            by_consumer.entry(pledge.pact.consumer().as_str().to_owned()).or_default().push(pact);
        }
        if by_consumer.is_empty() {
            return Err(Failure::new("there is no pact to publish")
                .hint("name a file, a folder that holds *.json, or put `pacts` into countersign.toml"));
        }
        Ok(by_consumer)
    }

    fn find(&self, config: Option<&Config>) -> Result<Found, Failure> {
        if self.pacts.is_empty() {
            let config = config.ok_or_else(|| {
                Failure::new("nothing says which pacts to publish")
                    .hint("name a file or a folder; `countersign init` writes a countersign.toml")
            })?;
            return Ok(contract::find(&config.pacts));
        }
        let mut all = Found::default();
        for path in &self.pacts {
            let found =
                if path.is_dir() { contract::find(path) } else { contract::read(std::slice::from_ref(path)) };
            all.pledges.extend(found.pledges);
            all.troubles.extend(found.troubles);
        }
        Ok(all)
    }

    async fn send(
        &self,
        client: &Client,
        consumer: &str,
        pacts: &[Value],
        build: &Build,
    ) -> Result<(), Failure> {
        let what = format!("publish the pacts of {consumer}");
        let told = client.publish_pacts(pacts, build, self.merge).await.map_err(failed(&what))?;
        notices(&told);
        let (count, build) = (plural(pacts.len(), "pact"), built::shown(build));
        say(&format!("published {count} of {consumer}, {build}"));
        Ok(())
    }

    /// The document's file, what it is, and its bytes.
    fn document(&self) -> Result<Option<Read<'_>>, Failure> {
        let Some(file) = self.openapi.as_deref() else { return Ok(None) };
        let unreadable = |reason: String| {
            Failure::new(format!("failed to load the document {}: {reason}", file.display()))
        };
        let size = fs::metadata(file).map_err(|error| unreadable(error.to_string()))?.len();
        if size > MAX_DOCUMENT {
            return Err(unreadable(format!("it is larger than {MAX_DOCUMENT} bytes")));
        }
        // What nobody could read later is not published.
        countersign_openapi::Document::load(file, &countersign_openapi::LoadOptions::default())
            .map_err(|error| unreadable(error.to_string()))?;
        let json = file.extension().is_some_and(|it| it == "json");
        let content_type = if json { "application/json" } else { "application/yaml" };
        Ok(Some((file, content_type, fs::read(file).map_err(|error| unreadable(error.to_string()))?)))
    }
}

async fn send_document(
    client: &Client,
    file: &Path,
    document: Document<'_>,
    build: &Build,
) -> Result<(), Failure> {
    let provider = document.provider;
    let what = format!("publish the document of {provider}");
    let told = client.publish_document(document, build).await;
    let told = told.map_err(|error| match error {
        countersign_broker::client::ClientError::NotOffered(_) => Failure::new(format!(
            "failed to {what}: this broker keeps no documents of providers (it names neither \
             pf:publish-provider-contract nor pb:publish-provider-contract)"
        ))
        .hint("PactFlow and `countersign broker` do; a Pact Broker keeps pacts alone"),
        other => failed(&what)(other),
    })?;
    notices(&told);
    say(&format!("published {} of {provider}, {}", file.display(), built::shown(build)));
    Ok(())
}
