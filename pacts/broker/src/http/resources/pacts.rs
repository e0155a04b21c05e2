//! Pacts: put there one by one, and read again in every way they can be named.

mod between;
mod distinct;
mod latest;
mod of_provider;
mod show;
mod store;

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use crate::draft::Refusal;
use crate::http::answer::{Answered, Failure};
use crate::http::href::Hrefs;
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::model::Model;
use crate::selectors::{Metadata, Which};
use show::Found;

const PAIR: &str = "/pacts/provider/{provider}/consumer/{consumer}";

pub fn routes() -> Router<Broker> {
    let mut router = Router::new()
        .route(&format!("{PAIR}/pact-version/{{sha}}"), get(by_content))
        .route(&format!("{PAIR}/pact-version/{{sha}}/metadata/{{metadata}}"), get(by_metadata))
        .route(&format!("{PAIR}/latest"), get(newest))
        .route(&format!("{PAIR}/latest/{{tag}}"), get(newest_tagged))
        .route(&format!("{PAIR}/branch/{{branch}}/latest"), get(newest_of_branch))
        .route(&format!("{PAIR}/latest-untagged"), get(newest_untagged));
    // The Pact Broker kept the spellings of its first days.
    for path in [
        format!("{PAIR}/version/{{number}}"),
        format!("{PAIR}/versions/{{number}}"),
        "/pact/provider/{provider}/consumer/{consumer}/version/{number}".to_owned(),
    ] {
        router =
            router.route(&path, get(by_version).put(store::put).patch(store::patch).delete(store::delete));
    }
    router
        .route("/pact/provider/{provider}/consumer/{consumer}/latest", get(newest))
        .merge(between::routes())
        .merge(distinct::routes())
        .merge(latest::routes())
        .merge(of_provider::routes())
}

async fn by_version(
    State(broker): State<Broker>,
    Names((provider, consumer, number)): Names<(String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    show_one(&broker, &hrefs, (&consumer, &provider), |model, consumer, provider| {
        let version = model.find_version(consumer, &number)?;
        Some(Found::new(model, model.publication(version.id, model.find(provider)?.id)?))
    })
    .await
}

async fn by_content(
    State(broker): State<Broker>,
    Names((provider, consumer, sha)): Names<(String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    show_content(&broker, &hrefs, (&consumer, &provider, &sha), None).await
}

async fn by_metadata(
    State(broker): State<Broker>,
    Names((provider, consumer, sha, metadata)): Names<(String, String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    show_content(&broker, &hrefs, (&consumer, &provider, &sha), Some(metadata)).await
}

async fn newest(
    State(broker): State<Broker>,
    Names((provider, consumer)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    show_newest(&broker, &hrefs, (&consumer, &provider), Which::All).await
}

async fn newest_tagged(
    State(broker): State<Broker>,
    Names((provider, consumer, tag)): Names<(String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    show_newest(&broker, &hrefs, (&consumer, &provider), Which::Tag(&tag)).await
}

async fn newest_of_branch(
    State(broker): State<Broker>,
    Names((provider, consumer, branch)): Names<(String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    show_newest(&broker, &hrefs, (&consumer, &provider), Which::Branch(&branch)).await
}

async fn newest_untagged(
    State(broker): State<Broker>,
    Names((provider, consumer)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    show_newest(&broker, &hrefs, (&consumer, &provider), Which::Untagged).await
}

async fn show_newest(broker: &Broker, hrefs: &Hrefs, pair: (&str, &str), which: Which<'_>) -> Answered {
    show_one(broker, hrefs, pair, |model, consumer, provider| {
        let integration = model.integration(model.pair(consumer, provider)?)?;
        which.newest_first(model, integration).next().map(|publication| Found::new(model, publication))
    })
    .await
}

async fn show_content(
    broker: &Broker,
    hrefs: &Hrefs,
    (consumer, provider, sha): (&str, &str, &str),
    metadata: Option<String>,
) -> Answered {
    let wanted = metadata.as_deref().and_then(|metadata| Metadata::decode(metadata).consumer_version);
    let found = broker
        .shelf
        .read(|model| {
            let pair = model.pair(consumer, provider)?;
            let content = model.find_content(pair, sha)?;
            let named =
                wanted.and_then(|number| model.find_version(consumer, &number)).map(|version| version.id);
            let version = named.filter(|version| content.publications.contains(version));
            let version = version.or_else(|| content.publications.iter().max().copied())?;
            Some(Found::new(model, model.publication(version, pair.provider)?))
        })
        .await?;
    let found = found.ok_or_else(missing)?.by_content(metadata);
    show::answer(broker, hrefs, &found).await
}

async fn show_one(
    broker: &Broker,
    hrefs: &Hrefs,
    (consumer, provider): (&str, &str),
    choose: impl FnOnce(&Model, &str, &str) -> Option<Found>,
) -> Answered {
    let ask = |model: &Model| choose(model, consumer, provider);
    let found = broker.shelf.read(ask).await?.ok_or_else(missing)?;
    show::answer(broker, hrefs, &found).await
}

fn missing() -> Failure {
    Refusal::NotFound("there is no such pact".to_owned()).into()
}
