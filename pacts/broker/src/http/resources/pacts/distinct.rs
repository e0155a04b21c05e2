//! A pact beside another: the one before it that differs, and what differs.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::HeaderMap;
use http::header::ACCEPT;
use serde_json::{Value, json};

use super::show::Found;
use super::{PAIR, missing, show};
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, titled};
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::model::{Model, Pair, Publication};
use crate::store::StoreError;
use crate::{Key, diff};

pub fn routes() -> Router<Broker> {
    let version = format!("{PAIR}/version/{{number}}");
    Router::new()
        .route(&format!("{version}/previous-distinct"), get(previous))
        .route(&format!("{version}/diff/previous-distinct"), get(diff_previous))
        .route(&format!("{version}/diff/version/{{other}}"), get(diff_versions))
        .route(&format!("{PAIR}/pact-version/{{sha}}/diff/pact-version/{{other}}"), get(diff_contents))
}

fn published<'m>(model: &'m Model, pair: Pair, number: &str) -> Option<&'m Publication> {
    model.publication(model.version_of(pair.consumer, number)?, pair.provider)
}

fn with_content<'m>(model: &'m Model, pair: Pair, sha: &str) -> Option<&'m Publication> {
    let newest = model.find_content(pair, sha)?.publications.iter().max()?;
    model.publication(*newest, pair.provider)
}

/// The newest one of an earlier version that has another content.
fn before<'m>(model: &'m Model, publication: &Publication) -> Option<&'m Publication> {
    let earlier = model.integration(publication.pair)?.publications.range(..publication.version);
    earlier.rev().map(|(_, earlier)| earlier).find(|earlier| earlier.content != publication.content)
}

async fn previous(
    State(broker): State<Broker>,
    Names((provider, consumer, number)): Names<(String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    let found = |model: &Model| {
        let publication = published(model, model.pair(&consumer, &provider)?, &number)?;
        Some(before(model, publication).map(|before| Found::new(model, before)))
    };
    let found = broker.shelf.read(found).await?.ok_or_else(missing)?.ok_or_else(alone)?;
    show::answer(&broker, &hrefs, &found).await
}

fn alone() -> Failure {
    Failure::not_found("no earlier version has another pact")
}

/// A pact and the one that it is held against, by name and key of the text.
type Two = Option<[(String, Key); 2]>;

fn keys(model: &Model, after: &Publication, before: &Publication) -> [(String, Key); 2] {
    [before, after].map(|it| (model.version(it.version).number.clone(), it.body.clone()))
}

async fn diff_previous(
    State(broker): State<Broker>,
    Names((provider, consumer, number)): Names<(String, String, String)>,
    hrefs: Hrefs,
    headers: HeaderMap,
) -> Answered {
    let two = broker
        .shelf
        .read(|model| {
            let publication = published(model, model.pair(&consumer, &provider)?, &number)?;
            Some(before(model, publication).map(|before| keys(model, publication, before)))
        })
        .await?;
    let two = two.ok_or_else(missing)?.ok_or_else(alone)?;
    let own = hrefs.pair(&provider, &consumer, &["/version", &number, "/diff/previous-distinct"]);
    tell(&broker, &headers, (own, Some(two))).await
}

async fn diff_versions(
    State(broker): State<Broker>,
    Names((provider, consumer, number, other)): Names<(String, String, String, String)>,
    hrefs: Hrefs,
    headers: HeaderMap,
) -> Answered {
    let two = broker
        .shelf
        .read(|model| {
            let pair = model.pair(&consumer, &provider)?;
            Some(keys(model, published(model, pair, &number)?, published(model, pair, &other)?))
        })
        .await?;
    let own = hrefs.pair(&provider, &consumer, &["/version", &number, "/diff/version", &other]);
    tell(&broker, &headers, (own, two)).await
}

async fn diff_contents(
    State(broker): State<Broker>,
    Names((provider, consumer, sha, other)): Names<(String, String, String, String)>,
    hrefs: Hrefs,
    headers: HeaderMap,
) -> Answered {
    let two = broker
        .shelf
        .read(|model| {
            let pair = model.pair(&consumer, &provider)?;
            Some(keys(model, with_content(model, pair, &sha)?, with_content(model, pair, &other)?))
        })
        .await?;
    let own = hrefs.pair(&provider, &consumer, &["/pact-version", &sha, "/diff/pact-version", &other]);
    tell(&broker, &headers, (own, two)).await
}

/// Text, as the Pact Broker tells it, or JSON where that is accepted by name.
async fn tell(broker: &Broker, headers: &HeaderMap, (own, two): (String, Two)) -> Answered {
    let [(number, key), (other_number, other_key)] = two.ok_or_else(missing)?;
    let differences = diff::differences(&read(broker, &key).await?, &read(broker, &other_key).await?);
    let json = headers.get_all(ACCEPT).iter().any(|it| it.to_str().is_ok_and(|it| it.contains("json")));
    if !json {
        return Ok(Answer::text("text/plain;charset=utf-8", diff::text(&differences)));
    }
    let shown: Vec<Value> = differences.iter().map(diff::Difference::json).collect();
    Ok(Answer::ok(&json!({
        "before": number,
        "after": other_number,
        "differences": shown,
        "_links": { "self": titled(own, "What differs between two pacts", "") },
    })))
}

async fn read(broker: &Broker, key: &Key) -> Result<Value, StoreError> {
    let text = broker.shelf.text(key).await?;
    serde_json::from_str(&text).map_err(|error| StoreError::Broken(error.to_string()))
}
