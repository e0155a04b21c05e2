//! Publishing: pacts of a consumer's version, and the document of a provider's.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::error::ClientError;
use super::resource::Resource;
use super::send::Client;

/// The version that something is published of, and where it was built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Build {
    pub version: String,
    pub branch: Option<String>,
    pub tags: Vec<String>,
    pub url: Option<String>,
}

/// What the broker wants people to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// `success`, `info`, `warning`, `error`, …
    pub kind: String,
    pub text: String,
}

/// A provider's `OpenAPI` document.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    pub provider: &'a str,
    /// Such as `application/yaml`.
    pub content_type: &'a str,
    pub bytes: &'a [u8],
}

impl Client {
    /// Publishes pacts of one consumer. With `merge`, interactions join those that other builds of the same
    /// version have published.
    pub async fn publish_pacts(
        &self,
        pacts: &[Value],
        build: &Build,
        merge: bool,
    ) -> Result<Vec<Notice>, ClientError> {
        let Some(consumer) = pacts.first().and_then(|pact| pact["consumer"]["name"].as_str()) else {
            return Err(ClientError::Unknown("there is no pact to publish".to_owned()));
        };
        let on_conflict = if merge { "merge" } else { "overwrite" };
        let contracts: Vec<Value> = pacts
            .iter()
            .map(|pact| {
                json!({
                    "consumerName": consumer,
                    "providerName": pact["provider"]["name"],
                    "specification": "pact",
                    "contentType": "application/json",
                    "content": STANDARD.encode(pact.to_string()),
                    "onConflict": on_conflict,
                })
            })
            .collect();
        let body = with_build(
            json!({
                "pacticipantName": consumer,
                "pacticipantVersionNumber": build.version,
                "contracts": contracts,
            }),
            build,
        );
        let href = self.index().await?.link("pb:publish-contracts", &[])?;
        Ok(notices(&self.post(&href, &body).await?))
    }

    /// Publishes a provider's document: as `PactFlow` takes it now, or as it took it before.
    pub async fn publish_document(
        &self,
        document: Document<'_>,
        build: &Build,
    ) -> Result<Vec<Notice>, ClientError> {
        let index = self.index().await?;
        let content = STANDARD.encode(document.bytes);
        if let Ok(href) = index.link("pf:publish-provider-contract", &[("provider", document.provider)]) {
            let contract = json!({
                "content": content, "contentType": document.content_type, "specification": "oas",
            });
            let body = json!({ "pacticipantVersionNumber": build.version, "contract": contract });
            return Ok(notices(&self.post(&href, &with_build(body, build)).await?));
        }
        let names = [("provider", document.provider), ("version", &*build.version)];
        let href = index.link("pb:publish-provider-contract", &names)?;
        let body = json!({ "content": content, "contentType": document.content_type, "contractType": "oas" });
        // The version has to be there with its branch before the document comes.
        self.describe_version(&index, document.provider, build).await?;
        Ok(notices(&self.put(&href, &with_build(body, build)).await?))
    }

    /// Says of a version which branch and tags it has.
    pub(super) async fn describe_version(
        &self,
        index: &Resource,
        pacticipant: &str,
        build: &Build,
    ) -> Result<(), ClientError> {
        let version = &*build.version;
        if let Some(branch) = &build.branch {
            let names = [("pacticipant", pacticipant), ("branch", branch), ("version", version)];
            self.put(&index.link("pb:pacticipant-branch-version", &names)?, &json!({})).await?;
        }
        for tag in &build.tags {
            let names = [("pacticipant", pacticipant), ("version", version), ("tag", tag)];
            self.put(&index.link("pb:pacticipant-version-tag", &names)?, &json!({})).await?;
        }
        Ok(())
    }
}

fn with_build(mut body: Value, build: &Build) -> Value {
    if let Some(branch) = &build.branch {
        body["branch"] = branch.as_str().into();
    }
    if let Some(url) = &build.url {
        body["buildUrl"] = url.as_str().into();
    }
    if !build.tags.is_empty() {
        body["tags"] = json!(build.tags);
    }
    body
}

/// The notices of an answer.
pub(super) fn notices(resource: &Resource) -> Vec<Notice> {
    let list = resource.body["notices"].as_array().into_iter().flatten();
    list.filter_map(|notice| {
        let kind = notice["type"].as_str().unwrap_or("info").to_owned();
        Some(Notice { kind, text: notice["text"].as_str()?.to_owned() })
    })
    .collect()
}
