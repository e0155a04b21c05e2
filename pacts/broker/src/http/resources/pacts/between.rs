//! The pacts between two: all of them, or those of a tag or branch; listed, or deleted together.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};

use super::PAIR;
use crate::draft::{Draft, Refusal};
use crate::event::Event;
use crate::http::answer::{Answer, Answered};
use crate::http::href::{Hrefs, link, titled};
use crate::http::paging::Paging;
use crate::http::request::{Actor, Names};
use crate::http::server::Broker;
use crate::http::show::short_version;
use crate::model::{Integration, Model, Publication};
use crate::selectors::Which;

pub fn routes() -> Router<Broker> {
    Router::new()
        .route(&format!("{PAIR}/versions"), get(all).delete(delete_all))
        .route(&format!("{PAIR}/tag/{{tag}}"), get(tagged).delete(delete_tagged))
        .route(&format!("{PAIR}/branch/versions"), get(main_branch).delete(delete_main_branch))
        .route(&format!("{PAIR}/branch/{{branch}}"), get(branch).delete(delete_branch))
        .route(&format!("{PAIR}/branch/latest/versions"), get(main_newest).delete(delete_main_newest))
        .route(&format!("{PAIR}/branch/{{branch}}/latest/versions"), get(newest).delete(delete_newest))
}

type Pair = (String, String);
type Named = (String, String, String);

/// Which pacts, and whether only the newest of them.
type Meant<'a> = (Which<'a>, bool);

fn meant<'m>(
    model: &'m Model,
    integration: &'m Integration,
    (which, newest): Meant<'m>,
) -> impl Iterator<Item = &'m Publication> {
    which.newest_first(model, integration).take(if newest { 1 } else { usize::MAX })
}

async fn list(
    broker: &Broker,
    (hrefs, paging): (&Hrefs, Paging),
    (provider, consumer): (&str, &str),
    (which, own): (Meant<'_>, String),
) -> Answered {
    let found = |model: &Model| {
        let integration = model.integration(model.pair(consumer, provider)?)?;
        let all: Vec<&Publication> = meant(model, integration, which).collect();
        let shown: Vec<(Value, Value)> =
            paging.of(&all).iter().map(|publication| shown(model, hrefs, publication)).collect();
        Some((shown, all.len()))
    };
    let (shown, total) = broker.shelf.read(found).await?.ok_or_else(super::missing)?;
    let (links, pacts): (Vec<Value>, Vec<Value>) = shown.into_iter().unzip();
    let mut body = json!({
        "_embedded": { "pacts": pacts },
        "_links": {
            "self": titled(&own, format!("Pacts between {consumer} and {provider}"), ""),
            "consumer": titled(hrefs.pacticipant(consumer), consumer, consumer),
            "provider": titled(hrefs.pacticipant(provider), provider, provider),
            "pb:consumer": titled(hrefs.pacticipant(consumer), "Consumer", consumer),
            "pb:provider": titled(hrefs.pacticipant(provider), "Provider", provider),
            // One list under each of the names by which clients look for it.
            "pb:pacts": links,
            "pb:pact-versions": links,
            "pact-versions": links,
        },
    });
    paging.tell(&mut body, &own, total);
    Ok(Answer::ok(&body))
}

/// A pact's link, and the pact as it is embedded.
fn shown(model: &Model, hrefs: &Hrefs, publication: &Publication) -> (Value, Value) {
    let name = |id| model.pacticipant(id).name.as_str();
    let (consumer, provider) = (name(publication.pair.consumer), name(publication.pair.provider));
    let number = &model.version(publication.version).number;
    let title = format!("Pact between {consumer} ({number}) and {provider}");
    let own = titled(hrefs.pact(provider, consumer, number), &title, number);
    let embedded = json!({
        "createdAt": publication.created.to_string(),
        "_embedded": { "consumerVersion": short_version(hrefs, consumer, number) },
        "_links": { "self": own },
    });
    (own, embedded)
}

async fn delete(
    (broker, actor, hrefs): (&Broker, &str, &Hrefs),
    (provider, consumer): Pair,
    meant: Meant<'_>,
) -> Answered {
    broker.shelf.write(actor, |draft| put_away(draft, (&provider, &consumer), meant)).await?;
    Ok(Answer::ok(&json!({ "_links": { "index": link(hrefs.root()) } })))
}

fn put_away(
    draft: &mut Draft<'_>,
    (provider, consumer): (&str, &str),
    which: Meant<'_>,
) -> Result<(), Refusal> {
    let model = draft.model;
    let integration = model.pair(consumer, provider).and_then(|pair| model.integration(pair));
    let Some(integration) = integration else {
        return Err(Refusal::NotFound(format!("{consumer} has no pact with {provider}")));
    };
    let versions: Vec<_> = meant(model, integration, which).map(|publication| publication.version).collect();
    for version in versions {
        draft.push(Event::PactDeleted {
            consumer: consumer.to_owned(),
            number: model.version(version).number.clone(),
            provider: provider.to_owned(),
        });
    }
    Ok(())
}

async fn all(
    State(broker): State<Broker>,
    Names((provider, consumer)): Names<Pair>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let own = hrefs.pair(&provider, &consumer, &["/versions"]);
    list(&broker, (&hrefs, paging), (&provider, &consumer), ((Which::All, false), own)).await
}

async fn delete_all(
    State(broker): State<Broker>,
    Names(pair): Names<Pair>,
    Actor(actor): Actor,
    hrefs: Hrefs,
) -> Answered {
    delete((&broker, &actor, &hrefs), pair, (Which::All, false)).await
}

async fn tagged(
    State(broker): State<Broker>,
    Names((provider, consumer, tag)): Names<Named>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let own = hrefs.pair(&provider, &consumer, &["/tag", &tag]);
    list(&broker, (&hrefs, paging), (&provider, &consumer), ((Which::Tag(&tag), false), own)).await
}

async fn delete_tagged(
    State(broker): State<Broker>,
    Names((provider, consumer, tag)): Names<Named>,
    Actor(actor): Actor,
    hrefs: Hrefs,
) -> Answered {
    delete((&broker, &actor, &hrefs), (provider, consumer), (Which::Tag(&tag), false)).await
}

async fn main_branch(
    State(broker): State<Broker>,
    Names((provider, consumer)): Names<Pair>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let own = hrefs.pair(&provider, &consumer, &["/branch/versions"]);
    list(&broker, (&hrefs, paging), (&provider, &consumer), ((Which::MainBranch, false), own)).await
}

async fn delete_main_branch(
    State(broker): State<Broker>,
    Names(pair): Names<Pair>,
    Actor(actor): Actor,
    hrefs: Hrefs,
) -> Answered {
    delete((&broker, &actor, &hrefs), pair, (Which::MainBranch, false)).await
}

async fn branch(
    State(broker): State<Broker>,
    Names((provider, consumer, branch)): Names<Named>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let own = hrefs.pair(&provider, &consumer, &["/branch", &branch]);
    list(&broker, (&hrefs, paging), (&provider, &consumer), ((Which::Branch(&branch), false), own)).await
}

async fn delete_branch(
    State(broker): State<Broker>,
    Names((provider, consumer, branch)): Names<Named>,
    Actor(actor): Actor,
    hrefs: Hrefs,
) -> Answered {
    delete((&broker, &actor, &hrefs), (provider, consumer), (Which::Branch(&branch), false)).await
}

async fn main_newest(
    State(broker): State<Broker>,
    Names((provider, consumer)): Names<Pair>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let own = hrefs.pair(&provider, &consumer, &["/branch/latest/versions"]);
    list(&broker, (&hrefs, paging), (&provider, &consumer), ((Which::MainBranch, true), own)).await
}

async fn delete_main_newest(
    State(broker): State<Broker>,
    Names(pair): Names<Pair>,
    Actor(actor): Actor,
    hrefs: Hrefs,
) -> Answered {
    delete((&broker, &actor, &hrefs), pair, (Which::MainBranch, true)).await
}

async fn newest(
    State(broker): State<Broker>,
    Names((provider, consumer, branch)): Names<Named>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let own = hrefs.pair(&provider, &consumer, &["/branch", &branch, "/latest/versions"]);
    list(&broker, (&hrefs, paging), (&provider, &consumer), ((Which::Branch(&branch), true), own)).await
}

async fn delete_newest(
    State(broker): State<Broker>,
    Names((provider, consumer, branch)): Names<Named>,
    Actor(actor): Actor,
    hrefs: Hrefs,
) -> Answered {
    delete((&broker, &actor, &hrefs), (provider, consumer), (Which::Branch(&branch), true)).await
}
