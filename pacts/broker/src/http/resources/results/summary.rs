//! What every provider last found of one consumer version.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};

use super::Known;
use crate::Model;
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, titled};
use crate::http::request::Names;
use crate::http::server::Broker;

pub fn routes() -> Router<Broker> {
    Router::new().route("/verification-results/consumer/{consumer}/version/{number}/latest", get(latest))
}

async fn latest(
    State(broker): State<Broker>,
    Names((consumer, number)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    let found = broker.shelf.read(|model| results(model, &consumer, &number)).await?;
    let (known, unknown) =
        found.ok_or_else(|| Failure::not_found(format!("there is no version {number} of {consumer}")))?;
    let names = |success: bool| -> Vec<&str> {
        known.iter().filter(|known| known.success() == success).map(Known::provider).collect()
    };
    let (successful, failed) = (names(true), names(false));
    let shown: Vec<Value> = known.iter().map(|known| known.summary(&hrefs)).collect();
    let own = hrefs.at(&["/verification-results/consumer", &consumer, "/version", &number, "/latest"]);
    Ok(Answer::ok(&json!({
        "success": failed.is_empty() && unknown.is_empty(),
        "providerSummary": { "successful": successful, "failed": failed, "unknown": unknown },
        "_embedded": { "verificationResults": shown },
        "_links": { "self": titled(own, format!("Latest verification results of {consumer} {number}"), "") },
    })))
}

/// The last result of each provider, and who of them has none.
fn results(model: &Model, consumer: &str, number: &str) -> Option<(Vec<Known>, Vec<String>)> {
    let version = model.find_version(consumer, number)?;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for integration in model.providers_of(version.pacticipant) {
        let Some(publication) = integration.publications.get(&version.id) else { continue };
        let content = model.content(publication.content);
        let last = content.latest_verification();
        match last.and_then(|last| Known::new(model, content, last.number)) {
            Some(last) => known.push(last),
            None => unknown.push(model.pacticipant(integration.pair.provider).name.clone()),
        }
    }
    Some((known, unknown))
}
