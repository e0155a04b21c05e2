//! Results of verification: published, and read again.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, link, titled};
use crate::http::request::{Actor, Json, Names};
use crate::http::server::Broker;
use crate::store::StoreError;
use crate::verification::{Of, publish};

const PACT_VERSION: &str = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}";

pub fn routes() -> Router<Broker> {
    Router::new()
        .route(&format!("{PACT_VERSION}/verification-results"), post(plain))
        .route(&format!("{PACT_VERSION}/metadata/{{metadata}}/verification-results"), post(with_metadata))
        .route(&format!("{PACT_VERSION}/verification-results/{{number}}"), get(one))
}

async fn plain(
    State(broker): State<Broker>,
    Names((provider, consumer, sha)): Names<(String, String, String)>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    take(&broker, &actor, &hrefs, (Of { consumer, provider, sha, consumer_version: None }, body)).await
}

async fn with_metadata(
    State(broker): State<Broker>,
    Names((provider, consumer, sha, metadata)): Names<(String, String, String, String)>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    let consumer_version = crate::selectors::Metadata::decode(&metadata).consumer_version;
    take(&broker, &actor, &hrefs, (Of { consumer, provider, sha, consumer_version }, body)).await
}

async fn take(broker: &Broker, actor: &str, hrefs: &Hrefs, (of, body): (Of, Value)) -> Answered {
    let number = broker.shelf.write(actor, |draft| publish(draft, &of, &body)).await?;
    let href = hrefs.result(&of.provider, &of.consumer, &of.sha, number);
    Ok(Answer::created(&show(broker, hrefs, &of, number).await?, &href))
}

async fn one(
    State(broker): State<Broker>,
    Names((provider, consumer, sha, number)): Names<(String, String, String, u32)>,
    hrefs: Hrefs,
) -> Answered {
    let of = Of { consumer, provider, sha, consumer_version: None };
    Ok(Answer::ok(&show(&broker, &hrefs, &of, number).await?))
}

/// A result as it was sent, with what the broker knows of it.
async fn show(broker: &Broker, hrefs: &Hrefs, of: &Of, number: u32) -> Result<Value, Failure> {
    let found = broker
        .shelf
        .read(|model| {
            let pair = model.pair(&of.consumer, &of.provider)?;
            let verification = model.find_content(pair, &of.sha)?.verification(number)?;
            Some((verification.result.clone(), verification.at))
        })
        .await?;
    let (result, at) = found.ok_or_else(|| Failure::not_found("there is no such verification result"))?;
    let text = broker.shelf.text(&result.body).await?;
    let sent: Value = serde_json::from_str(&text).map_err(|error| StoreError::Broken(error.to_string()))?;
    let (provider, consumer) = (&of.provider, &of.consumer);
    let pact = format!("Pact between {consumer} and {provider}");
    Ok(json!({
        "success": result.success,
        "providerApplicationVersion": result.provider_version,
        "buildUrl": result.build_url,
        "verificationDate": at.to_string(),
        "executionDate": result.executed_at.map(|at| at.to_string()),
        "testResults": sent.get("testResults"),
        "verifiedBy": sent.get("verifiedBy"),
        "_embedded": {
            "providerVersion": {
                "number": result.provider_version,
                "_links": { "self": link(hrefs.version(provider, &result.provider_version)) },
            },
        },
        "_links": {
            "self": titled(hrefs.result(provider, consumer, &of.sha, number), "Verification result", number.to_string()),
            "pb:provider": titled(hrefs.pacticipant(provider), "Provider", provider),
            "pb:pact-version": titled(hrefs.pact_version(provider, consumer, &of.sha), "Pact version", pact),
        },
    }))
}
