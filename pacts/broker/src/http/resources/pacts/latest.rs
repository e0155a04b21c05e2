//! Lists of pacts: the latest of every integration, and those of a provider.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};

use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, link, titled};
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::model::{Model, Publication};

pub fn routes() -> Router<Broker> {
    Router::new()
        .route("/pacts/latest", get(latest))
        .route("/pacts/provider/{provider}/latest", get(of_provider))
        .route("/pacts/provider/{provider}/latest/{tag}", get(of_provider_tagged))
}

async fn latest(State(broker): State<Broker>, hrefs: Hrefs) -> Answered {
    let pacts: Vec<Value> = broker
        .shelf
        .read(|model| {
            let newest = model.integrations().filter_map(|integration| integration.latest());
            newest.map(|publication| listed(model, &hrefs, publication)).collect()
        })
        .await?;
    let own = link(hrefs.at(&["/pacts/latest"]));
    Ok(Answer::ok(&json!({ "pacts": pacts, "_links": { "self": own } })))
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

async fn of_provider(State(broker): State<Broker>, Names(provider): Names<String>, hrefs: Hrefs) -> Answered {
    provider_pacts(&broker, &hrefs, &provider, &["/latest"], |model, integration| {
        let _ = model;
        integration.latest()
    })
    .await
}

async fn of_provider_tagged(
    State(broker): State<Broker>,
    Names((provider, tag)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    provider_pacts(&broker, &hrefs, &provider, &["/latest", &tag], |model, integration| {
        let tagged = model.pacticipant(integration.pair.consumer).tags.get(&tag)?;
        tagged.iter().rev().find_map(|version| integration.publications.get(version))
    })
    .await
}

async fn provider_pacts(
    broker: &Broker,
    hrefs: &Hrefs,
    provider: &str,
    below: &[&str],
    choose: impl for<'m> Fn(&'m Model, &'m crate::model::Integration) -> Option<&'m Publication>,
) -> Answered {
    let pacts: Option<Vec<Value>> = broker
        .shelf
        .read(|model| {
            let id = model.find(provider)?.id;
            let chosen = model.consumers_of(id).filter_map(|integration| choose(model, integration));
            Some(chosen.map(|publication| pact_link(model, hrefs, publication)).collect())
        })
        .await?;
    let pacts = pacts.ok_or_else(|| Failure::not_found(format!("there is no provider {provider}")))?;
    let mut own = vec!["/pacts/provider", provider];
    own.extend_from_slice(below);
    Ok(Answer::ok(&json!({
        "_links": {
            "self": titled(hrefs.at(&own), "Latest pact versions", ""),
            "provider": titled(hrefs.pacticipant(provider), provider, provider),
            "pb:provider": titled(hrefs.pacticipant(provider), provider, provider),
            "pb:pacts": pacts,
            "pacts": pacts,
        },
    })))
}

fn pact_link(model: &Model, hrefs: &Hrefs, publication: &Publication) -> Value {
    let (consumer, provider) = names(model, publication);
    let number = &model.version(publication.version).number;
    let title = format!("Pact between {consumer} ({number}) and {provider}");
    titled(hrefs.pact(provider, consumer, number), title, consumer)
}

fn names<'m>(model: &'m Model, publication: &Publication) -> (&'m str, &'m str) {
    let name = |id| model.pacticipant(id).name.as_str();
    (name(publication.pair.consumer), name(publication.pair.provider))
}
