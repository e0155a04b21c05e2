//! Who has a pact with whom.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};

use super::dashboard::verification_status;
use crate::Refusal;
use crate::event::Event;
use crate::http::answer::{Answer, Answered};
use crate::http::href::{Hrefs, link, titled};
use crate::http::paging::Paging;
use crate::http::request::{Actor, Names};
use crate::http::server::Broker;
use crate::model::{Integration, Model};

pub fn routes() -> Router<Broker> {
    Router::new()
        .route("/integrations", get(list).delete(delete_all))
        .route("/integrations/provider/{provider}/consumer/{consumer}", axum::routing::delete(delete_one))
}

async fn list(State(broker): State<Broker>, hrefs: Hrefs, paging: Paging) -> Answered {
    let (shown, total) = broker
        .shelf
        .read(|model| {
            let all: Vec<&Integration> = model.integrations().collect();
            let shown = paging.of(&all).iter().map(|integration| shown(model, &hrefs, integration));
            (shown.collect::<Vec<Value>>(), all.len())
        })
        .await?;
    let own = hrefs.at(&["/integrations"]);
    let mut body = json!({
        "_embedded": { "integrations": shown },
        "_links": { "self": titled(&own, "All integrations", "") },
    });
    paging.tell(&mut body, &own, total);
    Ok(Answer::ok(&body))
}

fn shown(model: &Model, hrefs: &Hrefs, integration: &Integration) -> Value {
    let party = |id| {
        let name = &model.pacticipant(id).name;
        (name, json!({ "name": name, "_links": { "self": link(hrefs.pacticipant(name)) } }))
    };
    let (consumer, shown_consumer) = party(integration.pair.consumer);
    let (provider, shown_provider) = party(integration.pair.provider);
    let matrix = hrefs.at(&["/matrix/provider", provider, "/consumer", consumer]);
    let dashboard = hrefs.at(&["/dashboard/provider", provider, "/consumer", consumer]);
    let own = hrefs.at(&["/integrations/provider", provider, "/consumer", consumer]);
    json!({
        "consumer": shown_consumer,
        "provider": shown_provider,
        "createdAt": integration.created.to_string(),
        "verificationStatus": verification_status(model, integration),
        "_links": {
            "self": link(own),
            "pb:dashboard": titled(dashboard, "Pacts to show on the dashboard", ""),
            "pb:matrix": titled(matrix, format!("Matrix of {consumer} and {provider}"), ""),
            "pb:group": link(hrefs.at(&["/groups", consumer])),
        },
    })
}

async fn delete_all(State(broker): State<Broker>, Actor(actor): Actor) -> Answered {
    broker
        .shelf
        .write(&actor, |draft| {
            let model = draft.model;
            for integration in model.integrations() {
                let name = |id| model.pacticipant(id).name.clone();
                let (consumer, provider) = (name(integration.pair.consumer), name(integration.pair.provider));
                draft.push(Event::IntegrationDeleted { consumer, provider });
            }
            Ok(())
        })
        .await?;
    Ok(Answer::no_content())
}

async fn delete_one(
    State(broker): State<Broker>,
    Names((provider, consumer)): Names<(String, String)>,
    Actor(actor): Actor,
) -> Answered {
    broker
        .shelf
        .write(&actor, |draft| {
            let pair = draft.model.pair(&consumer, &provider);
            if pair.and_then(|pair| draft.model.integration(pair)).is_none() {
                return Err(Refusal::NotFound(format!("{consumer} has no pact with {provider}")));
            }
            draft.push(Event::IntegrationDeleted { consumer, provider });
            Ok(())
        })
        .await?;
    Ok(Answer::no_content())
}
