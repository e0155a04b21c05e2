//! The newest pact of every integration.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};

use crate::http::answer::{Answer, Answered};
use crate::http::href::{Hrefs, link, titled};
use crate::http::paging::Paging;
use crate::http::server::Broker;
use crate::model::{Integration, Model, Publication};

pub fn routes() -> Router<Broker> {
    Router::new().route("/pacts/latest", get(latest))
}

async fn latest(State(broker): State<Broker>, hrefs: Hrefs, paging: Paging) -> Answered {
    let (pacts, total) = broker
        .shelf
        .read(|model| {
            let newest: Vec<&Publication> = model.integrations().filter_map(Integration::latest).collect();
            let shown = paging.of(&newest).iter().map(|publication| listed(model, &hrefs, publication));
            (shown.collect::<Vec<Value>>(), newest.len())
        })
        .await?;
    let own = hrefs.at(&["/pacts/latest"]);
    let mut body = json!({ "pacts": pacts, "_links": { "self": link(&own) } });
    paging.tell(&mut body, &own, total);
    Ok(Answer::ok(&body))
}

fn listed(model: &Model, hrefs: &Hrefs, publication: &Publication) -> Value {
    let (consumer, provider) = names(model, publication);
    let number = &model.version(publication.version).number;
    json!({
        "createdAt": publication.created.to_string(),
        "_embedded": {
            "consumer": {
                "name": consumer,
                "_embedded": {
                    "version": { "number": number, "_links": { "self": link(hrefs.version(consumer, number)) } },
                },
                "_links": { "self": link(hrefs.pacticipant(consumer)) },
            },
            "provider": { "name": provider, "_links": { "self": link(hrefs.pacticipant(provider)) } },
        },
        "_links": {
            "self": [
                link(hrefs.pair(provider, consumer, &["/latest"])),
                link(hrefs.pact(provider, consumer, number)),
            ],
        },
    })
}

pub fn pact_link(model: &Model, hrefs: &Hrefs, publication: &Publication) -> Value {
    let (consumer, provider) = names(model, publication);
    let number = &model.version(publication.version).number;
    let title = format!("Pact between {consumer} ({number}) and {provider}");
    titled(hrefs.pact(provider, consumer, number), title, consumer)
}

fn names<'m>(model: &'m Model, publication: &Publication) -> (&'m str, &'m str) {
    let name = |id| model.pacticipant(id).name.as_str();
    (name(publication.pair.consumer), name(publication.pair.provider))
}
