//! Versions of a pacticipant, their branches and tags.

mod branches;
mod tags;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::draft::{Draft, Refusal};
use crate::event::Event;
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, link, titled};
use crate::http::paging::Paging;
use crate::http::request::{Actor, Description, Names};
use crate::http::server::Broker;
use crate::http::show;
use crate::model::{Model, Pacticipant, VersionId};

pub fn routes() -> Router<Broker> {
    Router::new()
        .route("/pacticipants/{name}/versions", get(list))
        .route(
            "/pacticipants/{name}/versions/{number}",
            get(one).put(describe).patch(describe).delete(delete),
        )
        .route("/pacticipants/{name}/latest-version", get(latest))
        .route("/pacticipants/{name}/latest-version/{tag}", get(latest_tagged))
        .route("/pacticipants/{name}/environments/{uuid}/versions", get(in_environment))
        .merge(branches::routes())
        .merge(tags::routes())
}

async fn list(
    State(broker): State<Broker>,
    Names(name): Names<String>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let own = hrefs.at(&["/pacticipants", &name, "/versions"]);
    listed(&broker, &hrefs, (&name, own, paging), |known| Some(known.versions.iter().copied().collect()))
        .await
}

async fn in_environment(
    State(broker): State<Broker>,
    Names((name, uuid)): Names<(String, Uuid)>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let ask = |model: &Model| {
        let environment = model.environment(uuid)?;
        let deployed = environment.deployments.iter().filter_map(|&it| Some(model.deployment(it)?.version));
        let released = environment.releases.iter().filter_map(|&it| Some(model.release(it)?.version));
        Some(deployed.chain(released).collect::<std::collections::BTreeSet<VersionId>>())
    };
    let there = broker.shelf.read(ask).await?;
    let there = there.ok_or_else(|| Failure::not_found("there is no such environment"))?;
    let own = hrefs.at(&["/pacticipants", &name, "/environments", &uuid.to_string(), "/versions"]);
    let choose = |known: &Pacticipant| Some(known.versions.intersection(&there).copied().collect());
    listed(&broker, &hrefs, (&name, own, paging), choose).await
}

/// Versions, the newest first.
async fn listed(
    broker: &Broker,
    hrefs: &Hrefs,
    (name, own, paging): (&str, String, Paging),
    choose: impl FnOnce(&Pacticipant) -> Option<Vec<VersionId>>,
) -> Answered {
    let ask = |model: &Model| {
        let mut chosen = choose(model.find(name)?)?;
        chosen.reverse();
        let page = paging.of(&chosen);
        let shown: Vec<Value> =
            page.iter().map(|&version| show::version(model, hrefs, model.version(version))).collect();
        let numbers: Vec<String> =
            page.iter().map(|&version| model.version(version).number.clone()).collect();
        Some((shown, numbers, chosen.len()))
    };
    let (shown, numbers, total) = broker.shelf.read(ask).await?.ok_or_else(|| missing(name))?;
    let links: Vec<Value> =
        numbers.iter().map(|number| titled(hrefs.version(name, number), "Version", number)).collect();
    let mut body = json!({
        "_embedded": { "versions": shown },
        "_links": {
            "self": link(&own),
            "pb:pacticipant": titled(hrefs.pacticipant(name), "Pacticipant", name),
            "pb:versions": links,
            "versions": links,
        },
    });
    paging.tell(&mut body, &own, total);
    Ok(Answer::ok(&body))
}

async fn one(
    State(broker): State<Broker>,
    Names((name, number)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    found(&broker, &hrefs, &name, |model, known| model.version_of(known.id, &number)).await
}

async fn latest(State(broker): State<Broker>, Names(name): Names<String>, hrefs: Hrefs) -> Answered {
    found(&broker, &hrefs, &name, |_, known| known.latest()).await
}

async fn latest_tagged(
    State(broker): State<Broker>,
    Names((name, tag)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    found(&broker, &hrefs, &name, |_, known| known.latest_tagged(&tag)).await
}

async fn describe(
    State(broker): State<Broker>,
    Names((name, number)): Names<(String, String)>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Description { body, whole }: Description,
) -> Answered {
    let url = body.get("buildUrl");
    if url.is_some_and(|url| !url.is_null() && !url.as_str().is_some_and(is_web)) {
        return Err(Refusal::field("buildUrl", "is not an address of http or https").into());
    }
    let decide = |draft: &mut Draft<'_>| {
        let new = draft.ensure_version(&name, &number);
        let known = draft.model.find_version(&name, &number).and_then(|version| version.build_url.clone());
        let build_url = match url {
            Some(url) => url.as_str().map(str::to_owned),
            None if whole => None,
            None => known.clone(),
        };
        if build_url != known {
            let (pacticipant, number) = (name.clone(), number.clone());
            draft.push(Event::VersionDescribed { pacticipant, number, build_url });
        }
        Ok(new)
    };
    let new = broker.shelf.write(&actor, decide).await?;
    let body = shown(&broker, &hrefs, &name, |model, known| model.version_of(known.id, &number)).await?;
    Ok(Answer::stored(new, &body, &hrefs.version(&name, &number)))
}

fn is_web(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

async fn delete(
    State(broker): State<Broker>,
    Names((pacticipant, number)): Names<(String, String)>,
    Actor(actor): Actor,
) -> Answered {
    broker
        .shelf
        .write(&actor, |draft| {
            if draft.model.find_version(&pacticipant, &number).is_none() {
                return Err(missing(&number));
            }
            draft.push(Event::VersionDeleted { pacticipant, number });
            Ok(())
        })
        .await?;
    Ok(Answer::no_content())
}

async fn found(
    broker: &Broker,
    hrefs: &Hrefs,
    name: &str,
    choose: impl FnOnce(&Model, &Pacticipant) -> Option<VersionId>,
) -> Answered {
    Ok(Answer::ok(&shown(broker, hrefs, name, choose).await?))
}

async fn shown(
    broker: &Broker,
    hrefs: &Hrefs,
    name: &str,
    choose: impl FnOnce(&Model, &Pacticipant) -> Option<VersionId>,
) -> Result<Value, Failure> {
    let ask =
        |model: &Model| Some(show::version(model, hrefs, model.version(choose(model, model.find(name)?)?)));
    broker.shelf.read(ask).await?.ok_or_else(|| missing(name).into())
}

fn missing(name: &str) -> Refusal {
    Refusal::NotFound(format!("there is no such version, branch or tag of {name}"))
}
