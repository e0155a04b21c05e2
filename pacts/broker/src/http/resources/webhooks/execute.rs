//! A webhook is tried out: the call is made now, once, and how it went is the answer.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use serde_json::{Value, json};
use uuid::Uuid;

use super::missing;
use crate::draft::Draft;
use crate::event::{Trigger, WebhookAbout};
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, titled};
use crate::http::request::{Json, Names};
use crate::http::server::Broker;
use crate::model::{Model, Publication};
use crate::webhook::{Context, addressed, call, listens, parameters, read};

pub fn routes() -> Router<Broker> {
    Router::new().route("/webhooks/execute", post(described)).route("/webhooks/{uuid}/execute", post(stored))
}

async fn stored(State(broker): State<Broker>, Names(uuid): Names<Uuid>, hrefs: Hrefs) -> Answered {
    let ask = |model: &Model| {
        let about = model.webhook(uuid).ok_or_else(missing)?.about.clone();
        Ok((trigger(model, &about), about))
    };
    let (trigger, about) = broker.shelf.read(ask).await?.map_err(Failure::Refused)?;
    let mut body = execute(&broker, &about, &trigger, &hrefs).await;
    body["_links"] = json!({ "pb:webhook": titled(hrefs.webhook(uuid), "Webhook", uuid.to_string()) });
    Ok(Answer::ok(&body))
}

/// A webhook that is not stored.
async fn described(State(broker): State<Broker>, hrefs: Hrefs, Json(body): Json) -> Answered {
    let ask = |model: &Model| {
        let targets = &broker.settings.calls.targets;
        let about = read(&body, &Context { model, targets, known: None })?;
        Ok((trigger(model, &about), about))
    };
    let (trigger, about) = broker.shelf.read(ask).await?.map_err(Failure::Refused)?;
    Ok(Answer::ok(&execute(&broker, &about, &trigger, &hrefs).await))
}

async fn execute(broker: &Broker, about: &WebhookAbout, trigger: &Trigger, hrefs: &Hrefs) -> Value {
    let outcome = call(&broker.settings.calls, about, &addressed(trigger, hrefs)).await;
    let mut body = json!({ "success": outcome.success, "request": outcome.request, "logs": outcome.log });
    if let Some(response) = outcome.response {
        body["response"] = response;
    }
    if let Some(error) = outcome.error {
        body["error"] = json!({ "message": error });
    }
    body
}

/// As if the newest pact that the webhook listens to had set it off; without one the parameters are empty.
fn trigger(model: &Model, about: &WebhookAbout) -> Trigger {
    let name = |id| model.pacticipant(id).name.as_str();
    let listened = model
        .integrations()
        .filter(|it| listens(model, about, name(it.pair.consumer), name(it.pair.provider)))
        .filter_map(|integration| integration.latest());
    let newest: Option<&Publication> = listened.max_by_key(|publication| publication.created);
    let mut trigger =
        Trigger { event: about.events.first().cloned().unwrap_or_default(), ..Trigger::default() };
    if let Some(newest) = newest {
        let content = model.content(newest.content);
        name(newest.pair.consumer).clone_into(&mut trigger.consumer);
        name(newest.pair.provider).clone_into(&mut trigger.provider);
        trigger.consumer_version = Some(model.version(newest.version).number.clone());
        trigger.sha = Some(content.sha.clone());
        if let Some(last) = content.latest_verification() {
            trigger.verification = Some(last.number);
            trigger.provider_version = Some(model.version(last.version).number.clone());
        }
    }
    trigger.parameters = parameters(&Draft::new(model), &trigger);
    trigger
}
