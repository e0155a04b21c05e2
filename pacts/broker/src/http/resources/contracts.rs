//! `POST /contracts/publish`: what a consumer's build signs, in one request: version, branch, tags, pacts.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use serde_json::{Value, json};

use crate::http::answer::{Answer, Answered};
use crate::http::href::{Hrefs, link, titled};
use crate::http::request::{Actor, Json};
use crate::http::server::Broker;
use crate::publish::{Contracts, Published};
use crate::store::StoreError;

pub fn routes() -> Router<Broker> {
    Router::new().route("/contracts/publish", post(publish))
}

async fn publish(
    State(broker): State<Broker>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    let mut contracts = Contracts::read(&body)?;
    for key in broker.shelf.read(|model| contracts.to_merge(model)).await? {
        let text = broker.shelf.text(&key).await?;
        let pact = serde_json::from_str(&text).map_err(|error| StoreError::Broken(error.to_string()))?;
        contracts.known.insert(key, pact);
    }
    let published = broker.shelf.write(&actor, |draft| contracts.publish(draft)).await?;
    Ok(Answer::ok(&render(&contracts, &published, &hrefs)))
}

fn render(contracts: &Contracts, published: &Published, hrefs: &Hrefs) -> Value {
    let (name, number) = (&contracts.pacticipant, &contracts.number);
    let tags: Vec<Value> =
        contracts.tags.iter().map(|tag| titled(hrefs.tag(name, number, tag), "Tag", tag)).collect();
    let pacts: Vec<Value> = contracts
        .pacts
        .iter()
        .map(|pact| {
            let title = format!("Pact between {} ({number}) and {}", pact.consumer, pact.provider);
            titled(hrefs.pact(&pact.provider, &pact.consumer, number), title, &pact.provider)
        })
        .collect();
    let logs: Vec<Value> = published
        .notices
        .iter()
        .map(|notice| json!({ "level": notice.level(), "message": notice.text, "deprecationWarning": null }))
        .collect();
    let notices: Vec<Value> =
        published.notices.iter().map(|notice| json!({ "type": notice.kind, "text": notice.text })).collect();
    let version = hrefs.version(name, number);
    json!({
        "notices": notices,
        "logs": logs,
        "_embedded": {
            "pacticipant": { "name": name, "_links": { "self": link(hrefs.pacticipant(name)) } },
            "version": {
                "number": number,
                "buildUrl": contracts.build_url,
                "_links": { "self": titled(&version, "Version", number) },
            },
        },
        "_links": {
            "pb:pacticipant": titled(hrefs.pacticipant(name), "Pacticipant", name),
            "pb:pacticipant-version": titled(version, "Pacticipant version", number),
            "pb:pacticipant-version-tags": tags,
            "pb:contracts": pacts,
        },
    })
}
