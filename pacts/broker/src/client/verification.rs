//! A provider's side: which pacts it has to verify, and telling what came of it.

use serde_json::{Value, json};

use super::error::ClientError;
use super::publish::Build;
use super::send::Client;

/// Which pacts a provider's build wants to verify.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// Consumer version selectors; none are the broker's own choice.
    pub selectors: Vec<Value>,
    pub pending: bool,
    /// A day, such as `2027-01-31`.
    pub wip_since: Option<String>,
    pub branch: Option<String>,
    pub tags: Vec<String>,
}

/// A pact that has to be verified.
#[derive(Clone, Debug)]
pub struct Due {
    /// What the broker says of why it is to be verified.
    pub description: String,
    /// What fails then breaks nothing yet.
    pub pending: bool,
    pub wip: bool,
    pub notices: Vec<Told>,
    /// Where it stands, for messages.
    pub address: String,
    pub pact: Value,
    /// Where its result goes.
    pub results: String,
}

/// A notice, and when it is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// `before_verification`, or `after_verification:success_…_published_…`.
    pub when: String,
    pub text: String,
}

impl Due {
    /// What is to be read before, or after, the verification.
    pub fn told(&self, success: Option<bool>, published: bool) -> impl Iterator<Item = &str> {
        let when = success.map_or("before_verification".to_owned(), |success| {
            format!("after_verification:success_{success}_published_{published}")
        });
        self.notices.iter().filter(move |told| told.when == when).map(|told| &*told.text)
    }
}

impl Client {
    /// The pacts that a provider has to verify; none where the broker knows none.
    pub async fn due(&self, provider: &str, ask: &Ask) -> Result<Vec<Due>, ClientError> {
        let names = [("provider", provider)];
        let index = self.index().await?;
        let href = index
            .link("pb:provider-pacts-for-verification", &names)
            .or_else(|_| index.link("beta:provider-pacts-for-verification", &names))?;
        let mut body =
            json!({ "consumerVersionSelectors": ask.selectors, "includePendingStatus": ask.pending });
        if let Some(branch) = &ask.branch {
            body["providerVersionBranch"] = branch.as_str().into();
        }
        if !ask.tags.is_empty() {
            body["providerVersionTags"] = json!(ask.tags);
        }
        if let Some(since) = &ask.wip_since {
            body["includeWipPactsSince"] = since.as_str().into();
        }
        // What is asked changes nothing, though it is a POST.
        let listed = self.post(&href, &body).await?;
        let mut due = Vec::new();
        for entry in listed.embedded("pacts")? {
            let href = entry["_links"]["self"]["href"].as_str();
            let href = href.ok_or_else(|| listed.misspoken("a pact has no address".to_owned()))?;
            due.push(self.one(href, entry).await?);
        }
        Ok(due)
    }

    async fn one(&self, href: &str, entry: &Value) -> Result<Due, ClientError> {
        let pact = self.get(href).await?;
        let results = pact.link("pb:publish-verification-results", &[])?;
        let properties = &entry["verificationProperties"];
        let notices = properties["notices"].as_array().into_iter().flatten();
        let told = |notice: &Value| {
            let (when, text) = (notice["when"].as_str()?, notice["text"].as_str()?);
            Some(Told { when: when.to_owned(), text: text.to_owned() })
        };
        Ok(Due {
            description: entry["shortDescription"].as_str().unwrap_or_default().to_owned(),
            pending: properties["pending"] == true,
            wip: properties["wip"] == true,
            notices: notices.filter_map(told).collect(),
            address: pact.address,
            pact: pact.body,
            results,
        })
    }

    /// Tells of the provider's version: its branch and its tags.
    pub async fn tell_version(&self, provider: &str, build: &Build) -> Result<(), ClientError> {
        if build.branch.is_none() && build.tags.is_empty() {
            return Ok(());
        }
        let index = self.index().await?;
        self.describe_version(&index, provider, build).await
    }

    /// Tells one result, as `pb:publish-verification-results` takes it.
    pub async fn tell_result(&self, href: &str, result: &Value) -> Result<(), ClientError> {
        self.post(href, result).await.map(drop)
    }
}
