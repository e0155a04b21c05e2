//! A pact as it is given out: the text that was published, its interactions named, and where to go from
//! here.

use serde_json::{Map, Value, json};

use crate::http::answer::{Answer, Answered};
use crate::http::href::{Hrefs, link, titled};
use crate::http::server::Broker;
use crate::model::{Model, Publication};
use crate::store::StoreError;
use crate::{Key, content};

/// What the model knows of a pact that is given out.
#[derive(Debug)]
pub struct Found {
    consumer: String,
    provider: String,
    number: String,
    sha: String,
    body: Key,
    created: String,
    /// What the address said of how it was chosen.
    metadata: Option<String>,
    by_content: bool,
}

impl Found {
    pub fn new(model: &Model, publication: &Publication) -> Self {
        let content = model.content(publication.content);
        Self {
            consumer: model.pacticipant(publication.pair.consumer).name.clone(),
            provider: model.pacticipant(publication.pair.provider).name.clone(),
            number: model.version(publication.version).number.clone(),
            sha: content.sha.clone(),
            body: publication.body.clone(),
            created: publication.created.to_string(),
            metadata: None,
            by_content: false,
        }
    }

    pub fn by_content(self, metadata: Option<String>) -> Self {
        Self { metadata, by_content: true, ..self }
    }

    fn links(&self, hrefs: &Hrefs) -> Value {
        let Self { consumer, provider, number, sha, .. } = self;
        let name = format!("Pact between {consumer} ({number}) and {provider}");
        let pact = hrefs.pact(provider, consumer, number);
        let metadata = self.metadata.as_deref();
        let by_content = match metadata {
            Some(metadata) => hrefs.pair(provider, consumer, &["/pact-version", sha, "/metadata", metadata]),
            None => hrefs.pact_version(provider, consumer, sha),
        };
        let results = format!("{by_content}/verification-results");
        let own = if self.by_content { by_content.clone() } else { pact.clone() };
        let pair = |below: &[&str]| hrefs.pair(provider, consumer, below);
        json!({
            "self": titled(own, "Pact", &name),
            // pact-broker-cli looks for a list wherever it asks for pacts, and panics where there is none.
            "pb:pacts": [{ "href": pact, "title": name, "name": consumer }],
            "pb:consumer": titled(hrefs.pacticipant(consumer), "Consumer", consumer),
            "pb:consumer-version": titled(hrefs.version(consumer, number), "Consumer version", number),
            "pb:consumer-versions": [titled(hrefs.version(consumer, number), "Consumer version", number)],
            "pb:provider": titled(hrefs.pacticipant(provider), "Provider", provider),
            "pb:pact-version": titled(hrefs.pact_version(provider, consumer, sha), "Pact content version permalink", sha),
            "pb:latest-pact-version": titled(pair(&["/latest"]), "Latest version of this pact", ""),
            "pb:all-pact-versions": titled(pair(&["/versions"]), "All versions of this pact", ""),
            "pb:latest-untagged-pact-version": link(pair(&["/latest-untagged"])),
            "pb:latest-tagged-pact-version": { "href": format!("{}/{{tag}}", pair(&["/latest"])), "templated": true },
            "pb:previous-distinct": titled(format!("{pact}/previous-distinct"), "Previous distinct version of this pact", ""),
            "pb:diff-previous-distinct": titled(format!("{pact}/diff/previous-distinct"), "Diff with previous distinct version of this pact", ""),
            "pb:diff": { "href": format!("{}/diff/pact-version/{{pactVersion}}", hrefs.pact_version(provider, consumer, sha)), "templated": true },
            "pb:pact-webhooks": titled(pair(&["/webhooks"]), "Webhooks for this pact", ""),
            "pb:consumer-webhooks": link(hrefs.at(&["/webhooks/consumer", consumer])),
            "pb:tag-prod-version": titled(hrefs.tag(consumer, number, "prod"), "PUT to this resource to tag this consumer version as 'production'", ""),
            "pb:tag-version": { "href": format!("{}/tags/{{tag}}", hrefs.version(consumer, number)), "templated": true },
            "pb:publish-verification-results": titled(results, "Publish verification results", ""),
            "pb:latest-verification-results": link(hrefs.pair(provider, consumer, &["/pact-version", sha, "/verification-results/latest"])),
            "pb:triggered-webhooks": link(format!("{pact}/triggered-webhooks")),
            "pb:matrix-for-consumer-version": link(format!(
                "{}?q[][pacticipant]={}&q[][version]={}&latestby=cvpv",
                hrefs.at(&["/matrix"]),
                crate::http::href::segment(consumer),
                crate::http::href::segment(number),
            )),
        })
    }
}

pub async fn answer(broker: &Broker, hrefs: &Hrefs, found: &Found) -> Answered {
    let text = broker.shelf.text(&found.body).await?;
    let mut pact: Value =
        serde_json::from_str(&text).map_err(|error| StoreError::Broken(error.to_string()))?;
    content::with_ids(&mut pact);
    if let Value::Object(fields) = &mut pact {
        fields.entry("createdAt").or_insert_with(|| found.created.clone().into());
        fields.insert("_links".to_owned(), found.links(hrefs));
    } else {
        pact = Value::Object(Map::new());
    }
    let number = http::HeaderName::from_static("x-pact-consumer-version");
    Ok(Answer::ok(&pact).with(number, &found.number))
}
