//! One pact of one version: put, merged, deleted.

use axum::extract::State;
use serde_json::{Value, json};

use super::show::Found;
use super::{missing, show};
use crate::draft::Refusal;
use crate::event::Event;
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, link};
use crate::http::request::{Actor, Json, Names};
use crate::http::server::Broker;
use crate::publish::{merge, publish_pact};
use crate::store::StoreError;

type Place = Names<(String, String, String)>;

/// Of what a pact is, all that its address does not say itself.
fn check(pact: &Value, consumer: &str, provider: &str) -> Result<(), Refusal> {
    if !pact.is_object() {
        return Err(Refusal::Wrong(vec!["the body is not a pact: its JSON is no object".to_owned()]));
    }
    for (role, name) in [("consumer", consumer), ("provider", provider)] {
        let inside = pact[role].get("name").and_then(Value::as_str);
        if inside.is_some_and(|inside| inside != name) {
            return Err(Refusal::field(&format!("{role}.name"), "is not the name in the address"));
        }
    }
    Ok(())
}

pub async fn put(
    State(broker): State<Broker>,
    Names((provider, consumer, number)): Place,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(pact): Json,
) -> Answered {
    check(&pact, &consumer, &provider)?;
    let text = pact.to_string();
    let place = (consumer.as_str(), number.as_str(), provider.as_str());
    let new = broker
        .shelf
        .write(&actor, |draft| {
            let new = published(draft.model, place).is_none();
            publish_pact(draft, place, (&pact, text), false)?;
            Ok(new)
        })
        .await?;
    shown(&broker, &hrefs, place, new).await
}

/// Merges with what the version has already.
pub async fn patch(
    State(broker): State<Broker>,
    Names((provider, consumer, number)): Place,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(pact): Json,
) -> Answered {
    check(&pact, &consumer, &provider)?;
    let place = (consumer.as_str(), number.as_str(), provider.as_str());
    let before = broker.shelf.read(|model| published(model, place).cloned()).await?;
    let merged = match &before {
        None => pact,
        Some(key) => {
            let known = broker.shelf.text(key).await?;
            let known: Value =
                serde_json::from_str(&known).map_err(|error| StoreError::Broken(error.to_string()))?;
            merge(&known, &pact)?
        }
    };
    let text = merged.to_string();
    broker
        .shelf
        .write(&actor, |draft| {
            if published(draft.model, place) != before.as_ref() {
                return Err(Refusal::Conflict("the pact changed at this moment: try again".to_owned()));
            }
            publish_pact(draft, place, (&merged, text), true)
        })
        .await?;
    shown(&broker, &hrefs, place, before.is_none()).await
}

pub async fn delete(
    State(broker): State<Broker>,
    Names((provider, consumer, number)): Place,
    Actor(actor): Actor,
    hrefs: Hrefs,
) -> Answered {
    broker
        .shelf
        .write(&actor, |draft| {
            if published(draft.model, (&consumer, &number, &provider)).is_none() {
                return Err(Refusal::NotFound("there is no such pact".to_owned()));
            }
            draft.push(Event::PactDeleted { consumer, number, provider });
            Ok(())
        })
        .await?;
    Ok(Answer::ok(&json!({ "_links": { "index": link(hrefs.root()) } })))
}

fn published<'m>(
    model: &'m crate::Model,
    (consumer, number, provider): (&str, &str, &str),
) -> Option<&'m crate::Key> {
    let version = model.find_version(consumer, number)?;
    Some(&model.publication(version.id, model.find(provider)?.id)?.body)
}

async fn shown(
    broker: &Broker,
    hrefs: &Hrefs,
    place: (&str, &str, &str),
    new: bool,
) -> Result<Answer, Failure> {
    let (consumer, number, provider) = place;
    let found = broker
        .shelf
        .read(|model| {
            let version = model.find_version(consumer, number)?;
            Some(Found::new(model, model.publication(version.id, model.find(provider)?.id)?))
        })
        .await?
        .ok_or_else(missing)?;
    let answer = show::answer(broker, hrefs, &found).await?;
    let href = hrefs.pact(provider, consumer, number);
    Ok(if new { answer.made(&href) } else { answer })
}
