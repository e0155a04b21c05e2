//! Providers' documents: published with a version, and given out again.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};

use crate::Refusal;
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, link, titled};
use crate::http::request::{Actor, Json, Names};
use crate::http::server::Broker;
use crate::http::show::short_version;
use crate::model::Document;
use crate::publish::ProviderContract;
use crate::store::StoreError;

const PATH: &str = "/contracts/provider/{provider}/version/{version}";

pub fn routes() -> Router<Broker> {
    Router::new()
        .route(PATH, get(show).put(put))
        .route(&format!("{PATH}/document"), get(plain))
        .route("/provider-contracts/provider/{provider}/publish", post(publish))
}

/// The document alone, which is what a build that only wants to read it needs.
async fn plain(State(broker): State<Broker>, Names((provider, number)): Names<(String, String)>) -> Answered {
    let document = find(&broker, &provider, &number).await?;
    let text = broker.shelf.text(&document.body).await?;
    let json = document.content_type.contains("json");
    Ok(Answer::text(if json { "application/json" } else { "application/yaml" }, text))
}

async fn show(
    State(broker): State<Broker>,
    Names((provider, number)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    Ok(Answer::ok(&shown(&broker, &hrefs, &provider, &number).await?))
}

async fn find(broker: &Broker, provider: &str, number: &str) -> Result<Box<Document>, Failure> {
    let found = broker.shelf.read(|model| model.find_version(provider, number)?.document.clone()).await?;
    found.ok_or_else(|| Failure::not_found(format!("version {number} of {provider} has no document")))
}

async fn shown(broker: &Broker, hrefs: &Hrefs, provider: &str, number: &str) -> Result<Value, Failure> {
    let document = find(broker, provider, number).await?;
    let text = broker.shelf.text(&document.body).await?;
    let results: Value = match &document.results {
        None => Value::Null,
        Some(key) => serde_json::from_str(&broker.shelf.text(key).await?)
            .map_err(|error| StoreError::Broken(error.to_string()))?,
    };
    let own = hrefs.at(&["/contracts/provider", provider, "/version", number]);
    Ok(json!({
        "content": STANDARD.encode(text),
        "contentType": document.content_type,
        "contractType": "oas",
        "specification": "oas",
        "createdAt": document.at.to_string(),
        "selfVerificationResults": results,
        "_embedded": { "version": short_version(hrefs, provider, number) },
        "_links": {
            "self": titled(&own, "Provider contract", number),
            "pb:document": titled(format!("{own}/document"), "The document alone", number),
            "pb:provider": titled(hrefs.pacticipant(provider), "Provider", provider),
            "pb:provider-version": titled(hrefs.version(provider, number), "Provider version", number),
        },
    }))
}

async fn put(
    State(broker): State<Broker>,
    Names((provider, number)): Names<(String, String)>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    let contract = ProviderContract::read(&body, &body)?;
    let new = broker.shelf.write(&actor, |draft| contract.publish(draft, (&provider, &number))).await?;
    let own = hrefs.at(&["/contracts/provider", &provider, "/version", &number]);
    Ok(Answer::stored(new, &shown(&broker, &hrefs, &provider, &number).await?, &own))
}

/// With branch, tags and build, in one request.
async fn publish(
    State(broker): State<Broker>,
    Names(provider): Names<String>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    let number = body.get("pacticipantVersionNumber").and_then(Value::as_str).unwrap_or_default();
    if number.trim().is_empty() {
        return Err(Refusal::field("pacticipantVersionNumber", "is missing").into());
    }
    let contract = ProviderContract::read(&body, body.get("contract").unwrap_or(&Value::Null))?;
    let new = broker.shelf.write(&actor, |draft| contract.publish(draft, (&provider, number))).await?;
    let text = if new {
        format!("Document published for {provider} version {number}")
    } else {
        format!("The document of {provider} version {number} is published already: it did not change")
    };
    let tags = contract.tags.iter().map(|tag| titled(hrefs.tag(&provider, number, tag), "Tag", tag));
    let branch = contract.branch.as_deref();
    let branch = branch
        .map(|branch| titled(hrefs.branch_version(&provider, branch, number), "Branch version", branch));
    let own = hrefs.at(&["/contracts/provider", &provider, "/version", number]);
    let answer = json!({
        "notices": [{ "type": if new { "success" } else { "info" }, "text": text }],
        "_embedded": { "version": short_version(&hrefs, &provider, number) },
        "_links": {
            "pb:pacticipant": titled(hrefs.pacticipant(&provider), "Pacticipant", &provider),
            "pb:pacticipant-version": titled(hrefs.version(&provider, number), "Pacticipant version", number),
            "pb:pacticipant-version-tags": tags.collect::<Vec<Value>>(),
            "pb:branch-version": branch,
            "pb:provider-contract": link(own),
        },
    });
    Ok(Answer::hal(StatusCode::OK, &answer))
}
