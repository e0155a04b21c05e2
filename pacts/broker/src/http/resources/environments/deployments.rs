//! What is deployed and released where.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::Uri;
use serde_json::{Value, json};
use uuid::Uuid;

use super::missing;
use crate::draft::{Draft, Refusal};
use crate::event::Event;
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, link};
use crate::http::request::{Actor, Json, Names};
use crate::http::server::Broker;
use crate::http::show;
use crate::model::{Environment, Model, VersionId};

const VERSION: &str = "/pacticipants/{name}/versions/{number}";

pub fn routes() -> Router<Broker> {
    Router::new()
        .route(&format!("{VERSION}/deployed-versions/environment/{{uuid}}"), get(deployments_of).post(deploy))
        .route(&format!("{VERSION}/released-versions/environment/{{uuid}}"), get(releases_of).post(release))
        .route("/environments/{uuid}/deployed-versions/currently-deployed", get(deployed))
        .route("/environments/{uuid}/released-versions/currently-supported", get(released))
        .route("/deployed-versions/{uuid}", get(one_deployment).patch(undeploy))
        .route("/released-versions/{uuid}", get(one_release).patch(end_support))
}

type Place = Names<(String, String, Uuid)>;

async fn deploy(
    State(broker): State<Broker>,
    Names((pacticipant, number, environment)): Place,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    let instance = ["applicationInstance", "target"].iter().find_map(|field| body.get(field)?.as_str());
    let instance = instance.filter(|it| !it.is_empty()).map(str::to_owned);
    let uuid = Uuid::new_v4();
    let decide = |draft: &mut Draft<'_>| {
        check(draft.model, &pacticipant, &number, environment)?;
        draft.push(Event::Deployed { uuid, pacticipant, number, environment, instance });
        Ok(())
    };
    broker.shelf.write(&actor, decide).await?;
    let shown = show_deployment(&broker, &hrefs, uuid).await?;
    Ok(Answer::created(&shown, &hrefs.at(&["/deployed-versions", &uuid.to_string()])))
}

/// A version that is released there already stays the release it is.
async fn release(
    State(broker): State<Broker>,
    Names((pacticipant, number, environment)): Place,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(_): Json,
) -> Answered {
    let decide = |draft: &mut Draft<'_>| {
        let version = check(draft.model, &pacticipant, &number, environment)?;
        let model = draft.model;
        let there = model.environment(environment).into_iter().flat_map(|known| &known.releases);
        let known = there.copied().find(|&it| model.release(it).is_some_and(|it| it.version == version));
        Ok(known.unwrap_or_else(|| {
            let uuid = Uuid::new_v4();
            draft.push(Event::Released { uuid, pacticipant, number, environment });
            uuid
        }))
    };
    let uuid = broker.shelf.write(&actor, decide).await?;
    let shown = show_release(&broker, &hrefs, uuid).await?;
    Ok(Answer::created(&shown, &hrefs.at(&["/released-versions", &uuid.to_string()])))
}

fn check(model: &Model, pacticipant: &str, number: &str, environment: Uuid) -> Result<VersionId, Refusal> {
    model.environment(environment).ok_or_else(missing)?;
    let version = model.find_version(pacticipant, number).map(|version| version.id);
    version.ok_or_else(|| Refusal::NotFound(format!("{pacticipant} has no version {number}")))
}

async fn undeploy(
    State(broker): State<Broker>,
    Names(uuid): Names<Uuid>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    end(&broker, &actor, (&body, "currentlyDeployed"), |model| {
        let open = model.deployment(uuid).ok_or_else(nowhere)?.ended.is_none();
        Ok(open.then_some(Event::Undeployed { uuid }))
    })
    .await?;
    Ok(Answer::ok(&show_deployment(&broker, &hrefs, uuid).await?))
}

async fn end_support(
    State(broker): State<Broker>,
    Names(uuid): Names<Uuid>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    end(&broker, &actor, (&body, "currentlySupported"), |model| {
        let open = model.release(uuid).ok_or_else(nowhere)?.ended.is_none();
        Ok(open.then_some(Event::SupportEnded { uuid }))
    })
    .await?;
    Ok(Answer::ok(&show_release(&broker, &hrefs, uuid).await?))
}

async fn end(
    broker: &Broker,
    actor: &str,
    (body, field): (&Value, &str),
    event: impl FnOnce(&Model) -> Result<Option<Event>, Refusal>,
) -> Result<(), Failure> {
    let ends = match body.get(field) {
        Some(Value::Bool(stays)) => !stays,
        _ => return Err(Refusal::field(field, "is missing: give false to end it").into()),
    };
    let decide = |draft: &mut Draft<'_>| {
        if let Some(event) = event(draft.model)?.filter(|_| ends) {
            draft.push(event);
        }
        Ok(())
    };
    Ok(broker.shelf.write(actor, decide).await?)
}

async fn deployed(
    State(broker): State<Broker>,
    Names(uuid): Names<Uuid>,
    hrefs: Hrefs,
    uri: Uri,
) -> Answered {
    let wanted = Wanted::read(&uri);
    let show = |model: &Model, known: &Environment| {
        let there = known.deployments.iter().filter_map(|&it| model.deployment(it));
        let there = there.filter(|it| wanted.holds(model, it.version, it.instance.as_deref()));
        there.map(|it| show::deployment(model, &hrefs, it)).collect()
    };
    let own = hrefs.at(&["/environments", &uuid.to_string(), "/deployed-versions/currently-deployed"]);
    listed(&broker, uuid, ("deployedVersions", own), show).await
}

async fn released(
    State(broker): State<Broker>,
    Names(uuid): Names<Uuid>,
    hrefs: Hrefs,
    uri: Uri,
) -> Answered {
    let wanted = Wanted::read(&uri);
    let show = |model: &Model, known: &Environment| {
        let there = known.releases.iter().filter_map(|&it| model.release(it));
        let there = there.filter(|it| wanted.holds(model, it.version, None));
        there.map(|it| show::release(model, &hrefs, it)).collect()
    };
    let own = hrefs.at(&["/environments", &uuid.to_string(), "/released-versions/currently-supported"]);
    listed(&broker, uuid, ("releasedVersions", own), show).await
}

async fn listed(
    broker: &Broker,
    uuid: Uuid,
    (name, own): (&str, String),
    show: impl FnOnce(&Model, &Environment) -> Vec<Value>,
) -> Answered {
    let found = broker.shelf.read(|model| Some(show(model, model.environment(uuid)?))).await?;
    let found = found.ok_or_else(missing)?;
    Ok(Answer::ok(&json!({ "_embedded": { name: found }, "_links": { "self": link(own) } })))
}

/// Which of what is there is asked for.
struct Wanted {
    pacticipant: Option<String>,
    number: Option<String>,
    instance: Option<String>,
}

impl Wanted {
    fn read(uri: &Uri) -> Self {
        let mut wanted = Self { pacticipant: None, number: None, instance: None };
        for (name, value) in url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            match &*name {
                "pacticipant" => wanted.pacticipant = Some(value.into_owned()),
                "version" => wanted.number = Some(value.into_owned()),
                "target" | "applicationInstance" => wanted.instance = Some(value.into_owned()),
                _ => {}
            }
        }
        wanted
    }

    fn holds(&self, model: &Model, version: VersionId, instance: Option<&str>) -> bool {
        let version = model.version(version);
        let name = &model.pacticipant(version.pacticipant).name;
        self.pacticipant.as_ref().is_none_or(|it| it == name)
            && self.number.as_ref().is_none_or(|it| *it == version.number)
            && self.instance.as_ref().is_none_or(|it| Some(it.as_str()) == instance)
    }
}

async fn deployments_of(
    State(broker): State<Broker>,
    Names((pacticipant, number, environment)): Place,
    hrefs: Hrefs,
) -> Answered {
    let ask = |model: &Model| {
        check(model, &pacticipant, &number, environment)?;
        let version = model.find_version(&pacticipant, &number).into_iter().flat_map(|it| &it.deployments);
        let there = version.filter_map(|&it| model.deployment(it)).filter(|it| it.environment == environment);
        Ok(there.map(|it| show::deployment(model, &hrefs, it)).collect())
    };
    let found: Result<Vec<Value>, Refusal> = broker.shelf.read(ask).await?;
    Ok(Answer::ok(&json!({ "_embedded": { "deployedVersions": found? } })))
}

async fn releases_of(
    State(broker): State<Broker>,
    Names((pacticipant, number, environment)): Place,
    hrefs: Hrefs,
) -> Answered {
    let ask = |model: &Model| {
        check(model, &pacticipant, &number, environment)?;
        let version = model.find_version(&pacticipant, &number).into_iter().flat_map(|it| &it.releases);
        let there = version.filter_map(|&it| model.release(it)).filter(|it| it.environment == environment);
        Ok(there.map(|it| show::release(model, &hrefs, it)).collect())
    };
    let found: Result<Vec<Value>, Refusal> = broker.shelf.read(ask).await?;
    Ok(Answer::ok(&json!({ "_embedded": { "releasedVersions": found? } })))
}

async fn one_deployment(State(broker): State<Broker>, Names(uuid): Names<Uuid>, hrefs: Hrefs) -> Answered {
    Ok(Answer::ok(&show_deployment(&broker, &hrefs, uuid).await?))
}

async fn one_release(State(broker): State<Broker>, Names(uuid): Names<Uuid>, hrefs: Hrefs) -> Answered {
    Ok(Answer::ok(&show_release(&broker, &hrefs, uuid).await?))
}

async fn show_deployment(broker: &Broker, hrefs: &Hrefs, uuid: Uuid) -> Result<Value, Failure> {
    let ask = |model: &Model| Some(show::deployment(model, hrefs, model.deployment(uuid)?));
    broker.shelf.read(ask).await?.ok_or_else(|| nowhere().into())
}

async fn show_release(broker: &Broker, hrefs: &Hrefs, uuid: Uuid) -> Result<Value, Failure> {
    let ask = |model: &Model| Some(show::release(model, hrefs, model.release(uuid)?));
    broker.shelf.read(ask).await?.ok_or_else(|| nowhere().into())
}

fn nowhere() -> Refusal {
    Refusal::NotFound("no such version is or was there".to_owned())
}
