//! Webhooks: created, changed, listed, deleted. `execute` makes a call, `triggered` tells of those made.

mod execute;
mod triggered;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::draft::{Draft, Refusal};
use crate::event::{Event, Party, WebhookAbout};
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, link, titled};
use crate::http::request::{Actor, Json, Names};
use crate::http::server::Broker;
use crate::http::show;
use crate::model::{Model, Webhook};
use crate::webhook::{Context, listens, read};

pub fn routes() -> Router<Broker> {
    Router::new()
        .route("/webhooks", get(list).post(create))
        .route("/webhooks/{uuid}", get(one).put(store).delete(delete))
        .route("/webhooks/provider/{provider}/consumer/{consumer}", get(of_pair).post(create_for_pair))
        .route("/webhooks/provider/{provider}", get(of_provider).post(create_for_provider))
        .route("/webhooks/consumer/{consumer}", get(of_consumer).post(create_for_consumer))
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/webhooks",
            get(about_pair).post(create_for_pair),
        )
        .merge(execute::routes())
        .merge(triggered::routes())
}

async fn list(State(broker): State<Broker>, hrefs: Hrefs) -> Answered {
    listed(&broker, &hrefs, hrefs.at(&["/webhooks"]), |_, _| true).await
}

async fn of_pair(
    State(broker): State<Broker>,
    Names((provider, consumer)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    let own = hrefs.at(&["/webhooks/provider", &provider, "/consumer", &consumer]);
    exist(&broker, &[&provider, &consumer]).await?;
    listed(&broker, &hrefs, own, |_, webhook| {
        named(webhook.about.consumer.as_ref(), &consumer) && named(webhook.about.provider.as_ref(), &provider)
    })
    .await
}

async fn of_provider(State(broker): State<Broker>, Names(provider): Names<String>, hrefs: Hrefs) -> Answered {
    exist(&broker, &[&provider]).await?;
    let own = hrefs.at(&["/webhooks/provider", &provider]);
    listed(&broker, &hrefs, own, |_, webhook| named(webhook.about.provider.as_ref(), &provider)).await
}

async fn of_consumer(State(broker): State<Broker>, Names(consumer): Names<String>, hrefs: Hrefs) -> Answered {
    exist(&broker, &[&consumer]).await?;
    let own = hrefs.at(&["/webhooks/consumer", &consumer]);
    listed(&broker, &hrefs, own, |_, webhook| named(webhook.about.consumer.as_ref(), &consumer)).await
}

/// Every webhook that listens to the two, however it names them.
async fn about_pair(
    State(broker): State<Broker>,
    Names((provider, consumer)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    exist(&broker, &[&provider, &consumer]).await?;
    let own = hrefs.pair(&provider, &consumer, &["/webhooks"]);
    listed(&broker, &hrefs, own, |model, webhook| listens(model, &webhook.about, &consumer, &provider)).await
}

fn named(party: Option<&Party>, name: &str) -> bool {
    matches!(party, Some(Party::Name(it)) if it == name)
}

async fn listed(
    broker: &Broker,
    hrefs: &Hrefs,
    own: String,
    which: impl Fn(&Model, &Webhook) -> bool,
) -> Answered {
    let ask = |model: &Model| {
        let mut found: Vec<&Webhook> = model.webhooks().filter(|webhook| which(model, webhook)).collect();
        found.sort_by_key(|webhook| (webhook.created, webhook.uuid));
        let links: Vec<Value> = found
            .iter()
            .map(|it| titled(hrefs.webhook(it.uuid), show::webhook_name(it), it.uuid.to_string()))
            .collect();
        let webhooks: Vec<Value> = found.iter().map(|it| show::webhook(hrefs, it)).collect();
        (webhooks, links)
    };
    let (webhooks, links) = broker.shelf.read(ask).await?;
    Ok(Answer::ok(&json!({
        "_embedded": { "webhooks": webhooks },
        "_links": {
            "self": titled(&own, "Webhooks", ""),
            "pb:create": titled(own, "POST a webhook here to create it", ""),
            "pb:webhooks": links,
            "pb:all-webhooks": link(hrefs.at(&["/webhooks"])),
        },
    })))
}

async fn exist(broker: &Broker, names: &[&str]) -> Result<(), Failure> {
    let missing = |model: &Model| names.iter().find(|name| model.find(name).is_none()).copied();
    match broker.shelf.read(missing).await? {
        Some(name) => Err(Failure::not_found(format!("there is no pacticipant {name}"))),
        None => Ok(()),
    }
}

async fn create(
    State(broker): State<Broker>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    put(&broker, &actor, &hrefs, (Uuid::new_v4(), body)).await
}

async fn create_for_pair(
    State(broker): State<Broker>,
    Names((provider, consumer)): Names<(String, String)>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(mut body): Json,
) -> Answered {
    exist(&broker, &[&provider, &consumer]).await?;
    about(&mut body, "provider", &provider)?;
    about(&mut body, "consumer", &consumer)?;
    put(&broker, &actor, &hrefs, (Uuid::new_v4(), body)).await
}

async fn create_for_provider(
    State(broker): State<Broker>,
    Names(provider): Names<String>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(mut body): Json,
) -> Answered {
    exist(&broker, &[&provider]).await?;
    about(&mut body, "provider", &provider)?;
    put(&broker, &actor, &hrefs, (Uuid::new_v4(), body)).await
}

async fn create_for_consumer(
    State(broker): State<Broker>,
    Names(consumer): Names<String>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(mut body): Json,
) -> Answered {
    exist(&broker, &[&consumer]).await?;
    about(&mut body, "consumer", &consumer)?;
    put(&broker, &actor, &hrefs, (Uuid::new_v4(), body)).await
}

/// The address says whom it is about, whatever the body says.
fn about(body: &mut Value, role: &str, name: &str) -> Result<(), Failure> {
    let Value::Object(fields) = body else {
        return Err(Failure::Malformed("the body is no object".to_owned()));
    };
    fields.insert(role.to_owned(), json!({ "name": name }));
    Ok(())
}

async fn one(State(broker): State<Broker>, Names(uuid): Names<Uuid>, hrefs: Hrefs) -> Answered {
    Ok(Answer::ok(&whole(&broker, &hrefs, uuid).await?))
}

async fn store(
    State(broker): State<Broker>,
    Names(uuid): Names<Uuid>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    put(&broker, &actor, &hrefs, (uuid, body)).await
}

async fn put(broker: &Broker, actor: &str, hrefs: &Hrefs, (uuid, body): (Uuid, Value)) -> Answered {
    let decide = |draft: &mut Draft<'_>| {
        let known = draft.model.webhook(uuid).map(|webhook| &webhook.about);
        let webhook: WebhookAbout =
            read(&body, &Context { model: draft.model, targets: &broker.settings.calls.targets, known })?;
        let new = known.is_none();
        if known != Some(&webhook) {
            draft.push(Event::WebhookStored { uuid, webhook: Box::new(webhook) });
        }
        Ok(new)
    };
    let new = broker.shelf.write(actor, decide).await?;
    Ok(Answer::stored(new, &whole(broker, hrefs, uuid).await?, &hrefs.webhook(uuid)))
}

async fn delete(State(broker): State<Broker>, Names(uuid): Names<Uuid>, Actor(actor): Actor) -> Answered {
    let decide = |draft: &mut Draft<'_>| {
        draft.model.webhook(uuid).ok_or_else(missing)?;
        draft.push(Event::WebhookDeleted { uuid });
        Ok(())
    };
    broker.shelf.write(&actor, decide).await?;
    Ok(Answer::no_content())
}

async fn whole(broker: &Broker, hrefs: &Hrefs, uuid: Uuid) -> Result<Value, Failure> {
    let ask = |model: &Model| Some(show::webhook(hrefs, model.webhook(uuid)?));
    broker.shelf.read(ask).await?.ok_or_else(|| missing().into())
}

fn missing() -> Refusal {
    Refusal::NotFound("there is no such webhook".to_owned())
}
