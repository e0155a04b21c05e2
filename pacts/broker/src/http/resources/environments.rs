//! Environments: created, described, deleted, and what is in them.

mod deployments;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::draft::{Draft, Refusal};
use crate::event::{EnvironmentAbout, Event};
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, link, titled};
use crate::http::request::{Actor, Json, Names};
use crate::http::server::Broker;
use crate::http::show;
use crate::model::Model;

pub fn routes() -> Router<Broker> {
    Router::new()
        .route("/environments", get(list).post(create))
        .route("/environments/{uuid}", get(one).put(describe).delete(delete))
        .merge(deployments::routes())
}

async fn list(State(broker): State<Broker>, hrefs: Hrefs) -> Answered {
    let ask = |model: &Model| {
        let mut all: Vec<_> = model.environments().collect();
        all.sort_by(|one, other| one.about.name.cmp(&other.about.name));
        let links: Vec<Value> =
            all.iter().map(|it| titled(hrefs.environment(it.uuid), "Environment", &it.about.name)).collect();
        (all.iter().map(|it| show::environment(&hrefs, it)).collect(), links)
    };
    let (environments, links): (Vec<Value>, Vec<Value>) = broker.shelf.read(ask).await?;
    Ok(Answer::ok(&json!({
        "_embedded": { "environments": environments },
        "_links": { "self": link(hrefs.at(&["/environments"])), "pb:environments": links },
    })))
}

async fn create(
    State(broker): State<Broker>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    let uuid = Uuid::new_v4();
    let about = read(&body)?;
    let decide = |draft: &mut Draft<'_>| {
        check_name(draft.model, &about.name, None)?;
        draft.push(Event::EnvironmentCreated { uuid, about });
        Ok(())
    };
    broker.shelf.write(&actor, decide).await?;
    Ok(Answer::created(&shown(&broker, &hrefs, uuid).await?, &hrefs.environment(uuid)))
}

async fn one(State(broker): State<Broker>, Names(uuid): Names<Uuid>, hrefs: Hrefs) -> Answered {
    Ok(Answer::ok(&shown(&broker, &hrefs, uuid).await?))
}

async fn describe(
    State(broker): State<Broker>,
    Names(uuid): Names<Uuid>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    let about = read(&body)?;
    let decide = |draft: &mut Draft<'_>| {
        draft.model.environment(uuid).ok_or_else(missing)?;
        check_name(draft.model, &about.name, Some(uuid))?;
        draft.push(Event::EnvironmentDescribed { uuid, about });
        Ok(())
    };
    broker.shelf.write(&actor, decide).await?;
    Ok(Answer::ok(&shown(&broker, &hrefs, uuid).await?))
}

async fn delete(State(broker): State<Broker>, Names(uuid): Names<Uuid>, Actor(actor): Actor) -> Answered {
    let decide = |draft: &mut Draft<'_>| {
        draft.model.environment(uuid).ok_or_else(missing)?;
        draft.push(Event::EnvironmentDeleted { uuid });
        Ok(())
    };
    broker.shelf.write(&actor, decide).await?;
    Ok(Answer::no_content())
}

fn read(body: &Value) -> Result<EnvironmentAbout, Refusal> {
    let mut wrong = Vec::new();
    let mut tell = |field: &str, message: &str| wrong.push((field.to_owned(), vec![message.to_owned()]));
    let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
    if name.is_empty() {
        tell("name", "is missing");
    } else if name.contains(char::is_whitespace) {
        tell("name", "cannot contain spaces: say it in displayName");
    }
    let production = body.get("production").and_then(Value::as_bool);
    if production.is_none() {
        tell("production", "is missing: give true or false");
    }
    let contacts = body.get("contacts").cloned().unwrap_or_default();
    if !contacts.is_null() && !contacts.is_array() {
        tell("contacts", "is not a list");
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    Ok(EnvironmentAbout {
        name: name.to_owned(),
        display_name: body.get("displayName").and_then(Value::as_str).map(str::to_owned),
        production: production.unwrap_or_default(),
        contacts,
    })
}

fn check_name(model: &Model, name: &str, own: Option<Uuid>) -> Result<(), Refusal> {
    match model.environment_named(name) {
        Some(other) if Some(other.uuid) != own => {
            Err(Refusal::field("name", format!("Another environment with name '{name}' already exists")))
        }
        _ => Ok(()),
    }
}

async fn shown(broker: &Broker, hrefs: &Hrefs, uuid: Uuid) -> Result<Value, Failure> {
    let ask = |model: &Model| Some(show::environment(hrefs, model.environment(uuid)?));
    broker.shelf.read(ask).await?.ok_or_else(|| missing().into())
}

fn missing() -> Refusal {
    Refusal::NotFound("there is no such environment".to_owned())
}
