//! `/dashboard`: the newest pact of every two, how it stands, and what its webhooks did.

use std::collections::{BTreeSet, HashMap};

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};

use crate::event::{Party, WebhookAbout};
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, link, titled};
use crate::http::paging::Paging;
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::http::show::short_version;
use crate::model::{Integration, Model, Pacticipant, Publication, Triggered};

pub fn routes() -> Router<Broker> {
    Router::new()
        .route("/dashboard", get(all))
        .route("/dashboard/provider/{provider}/consumer/{consumer}", get(one))
}

async fn all(State(broker): State<Broker>, hrefs: Hrefs, paging: Paging) -> Answered {
    let (items, total) = broker
        .shelf
        .read(|model| {
            let newest: Vec<&Publication> = model.integrations().filter_map(Integration::latest).collect();
            let called = Called::new(model);
            let items =
                paging.of(&newest).iter().map(|publication| item(model, &hrefs, &called, publication));
            (items.collect::<Vec<Value>>(), newest.len())
        })
        .await?;
    let own = hrefs.at(&["/dashboard"]);
    let mut body = json!({ "items": items, "_links": { "self": link(&own) } });
    paging.tell(&mut body, &own, total);
    Ok(Answer::ok(&body))
}

/// Of two: the newest of all, of each branch and of each tag.
async fn one(
    State(broker): State<Broker>,
    Names((provider, consumer)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    let items = broker
        .shelf
        .read(|model| {
            let integration = model.integration(model.pair(&consumer, &provider)?)?;
            let known = model.pacticipant(integration.pair.consumer);
            let lines = known.branches.values().map(|branch| &branch.versions).chain(known.tags.values());
            let published = |version| integration.publications.contains_key(version);
            let heads = lines.filter_map(|line| line.iter().rev().find(|version| published(version)));
            let newest = integration.latest().map(|publication| &publication.version);
            let versions: BTreeSet<_> = heads.chain(newest).collect();
            let called = Called::new(model);
            let pacts =
                versions.into_iter().rev().filter_map(|version| integration.publications.get(version));
            Some(pacts.map(|publication| item(model, &hrefs, &called, publication)).collect::<Vec<Value>>())
        })
        .await?;
    let items = items.ok_or_else(|| Failure::not_found(format!("{consumer} has no pact with {provider}")))?;
    let own = hrefs.at(&["/dashboard/provider", &provider, "/consumer", &consumer]);
    Ok(Answer::ok(&json!({ "items": items, "_links": { "self": link(own) } })))
}

/// `never`, `success`, `failed`, or `stale` where only what the pact was before is verified.
pub fn verification_status(model: &Model, integration: &Integration) -> &'static str {
    integration.latest().map_or("never", |newest| status(model, integration, newest))
}

fn status(model: &Model, integration: &Integration, publication: &Publication) -> &'static str {
    if let Some(result) = model.content(publication.content).latest_verification() {
        return if result.result.success { "success" } else { "failed" };
    }
    let earlier = integration.publications.range(..publication.version);
    let verified = |it: &Publication| model.content(it.content).latest_verification().is_some();
    if earlier.rev().any(|(_, earlier)| verified(earlier)) { "stale" } else { "never" }
}

fn item(model: &Model, hrefs: &Hrefs, called: &Called<'_>, publication: &Publication) -> Value {
    let pair = publication.pair;
    let (known_consumer, known_provider) =
        (model.pacticipant(pair.consumer), model.pacticipant(pair.provider));
    let (consumer, provider) = (known_consumer.name.as_str(), known_provider.name.as_str());
    let version = model.version(publication.version);
    let content = model.content(publication.content);
    let result = content.latest_verification();
    let shown_result = result.map(|result| {
        let own = hrefs.result(provider, consumer, &content.sha, result.number);
        json!({
            "success": result.result.success,
            "verifiedAt": result.at.to_string(),
            "_links": { "self": link(own) },
        })
    });
    let provider_version = result.map(|it| short_version(hrefs, provider, &it.result.provider_version));
    let mut shown_version = short_version(hrefs, consumer, &version.number);
    shown_version["branch"] = version.branch().into();
    shown_version["tags"] = version.tags.keys().map(String::as_str).collect();
    let standing = model.integration(pair).map_or("never", |it| status(model, it, publication));
    json!({
        "consumer": {
            "name": consumer,
            "version": shown_version,
            "_links": { "self": link(hrefs.pacticipant(consumer)) },
        },
        "provider": {
            "name": provider,
            "version": provider_version,
            "_links": { "self": link(hrefs.pacticipant(provider)) },
        },
        "pact": {
            "createdAt": publication.created.to_string(),
            "_links": { "self": link(hrefs.pact(provider, consumer, &version.number)) },
        },
        "latestVerificationResult": shown_result,
        "verificationStatus": standing,
        "webhookStatus": called.status(model, known_consumer, known_provider),
        "latestWebhookExecution":
            called.last(consumer, provider).map(|last| json!({ "triggeredAt": last.created.to_string() })),
        "_links": {
            "pb:webhook-status": titled(
                hrefs.pair(provider, consumer, &["/webhooks/status"]),
                format!("Status of the webhooks of {consumer} and {provider}"),
                "",
            ),
        },
    })
}

/// The last call that a webhook owed for each two, by the names of consumer and provider.
struct Called<'m>(HashMap<(&'m str, &'m str), &'m Triggered>);

impl<'m> Called<'m> {
    fn new(model: &'m Model) -> Self {
        let mut last: HashMap<(&str, &str), &Triggered> = HashMap::new();
        for triggered in model.triggered() {
            let pair = (triggered.trigger.consumer.as_str(), triggered.trigger.provider.as_str());
            let known = last.entry(pair).or_insert(triggered);
            if triggered.created > known.created {
                *known = triggered;
            }
        }
        Self(last)
    }

    fn last(&self, consumer: &str, provider: &str) -> Option<&'m Triggered> {
        self.0.get(&(consumer, provider)).copied()
    }

    fn status(&self, model: &Model, consumer: &Pacticipant, provider: &Pacticipant) -> &'static str {
        let Some(last) = self.last(&consumer.name, &provider.name) else {
            let listens = |about: &WebhookAbout| {
                means(about.consumer.as_ref(), consumer) && means(about.provider.as_ref(), provider)
            };
            let any = model.webhooks().any(|webhook| listens(&webhook.about));
            return if any { "not_run" } else { "none" };
        };
        match last.attempts.last() {
            None => "not_run",
            Some(attempt) if attempt.success => "success",
            Some(attempt) if attempt.again.is_some() => "retrying",
            Some(_) => "failure",
        }
    }
}

fn means(party: Option<&Party>, pacticipant: &Pacticipant) -> bool {
    match party {
        None => true,
        Some(Party::Name(name)) => *name == pacticipant.name,
        Some(Party::Label(label)) => pacticipant.labels.contains_key(label),
    }
}
