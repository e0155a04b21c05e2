//! Results of verification are published; `results` reads them again.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use serde_json::Value;

use super::results::{self, Known};
use crate::Model;
use crate::http::answer::{Answer, Answered};
use crate::http::href::Hrefs;
use crate::http::request::{Actor, Json, Names};
use crate::http::server::Broker;
use crate::selectors::Metadata;
use crate::verification::{Of, publish};

const PACT_VERSION: &str = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}";

pub fn routes() -> Router<Broker> {
    Router::new()
        .route(&format!("{PACT_VERSION}/verification-results"), post(plain))
        .route(&format!("{PACT_VERSION}/metadata/{{metadata}}/verification-results"), post(with_metadata))
}

async fn plain(
    State(broker): State<Broker>,
    Names((provider, consumer, sha)): Names<(String, String, String)>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    let of = Of { consumer, provider, sha, consumer_version: None, wip: false };
    take(&broker, &actor, &hrefs, (of, body)).await
}

async fn with_metadata(
    State(broker): State<Broker>,
    Names((provider, consumer, sha, metadata)): Names<(String, String, String, String)>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    let Metadata { consumer_version, wip, pending: _ } = Metadata::decode(&metadata);
    take(&broker, &actor, &hrefs, (Of { consumer, provider, sha, consumer_version, wip }, body)).await
}

async fn take(broker: &Broker, actor: &str, hrefs: &Hrefs, (of, body): (Of, Value)) -> Answered {
    let number = broker.shelf.write(actor, |draft| publish(draft, &of, &body)).await?;
    let href = hrefs.result(&of.provider, &of.consumer, &of.sha, number);
    let known = |model: &Model| {
        let pair = model.pair(&of.consumer, &of.provider)?;
        Known::new(model, model.find_content(pair, &of.sha)?, number)
    };
    let known = broker.shelf.read(known).await?.ok_or_else(results::missing)?;
    Ok(Answer::created(&known.whole(broker, hrefs).await?, &href))
}
