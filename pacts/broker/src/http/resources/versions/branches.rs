//! Branches of a pacticipant, and the versions on them.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, put};
use serde_json::{Value, json};

use super::{found, listed, missing};
use crate::event::Event;
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, link, titled};
use crate::http::paging::Paging;
use crate::http::request::{Actor, Names};
use crate::http::server::Broker;
use crate::http::show;
use crate::model::{Branch, Model};

pub fn routes() -> Router<Broker> {
    const BRANCH: &str = "/pacticipants/{name}/branches/{branch}";
    Router::new()
        .route("/pacticipants/{name}/branches", get(list).delete(delete_all))
        .route(BRANCH, get(one).delete(delete))
        .route(&format!("{BRANCH}/latest-version"), get(latest))
        .route(&format!("{BRANCH}/versions"), get(versions))
        .route(&format!("{BRANCH}/versions/{{number}}"), put(add).get(membership).delete(remove))
}

async fn list(
    State(broker): State<Broker>,
    Names(name): Names<String>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let paging = paging.or_first();
    let ask = |model: &Model| {
        let mut all: Vec<(&str, &Branch)> =
            model.find(&name)?.branches.iter().map(|(branch, known)| (&**branch, known)).collect();
        // The newest first, and by name where two came at once.
        all.sort_by_key(|(_, branch)| std::cmp::Reverse(branch.created));
        let page = paging.of(&all).iter();
        let shown: Vec<Value> =
            page.map(|(branch, known)| show_branch(model, &hrefs, &name, (branch, known))).collect();
        Some((shown, all.len()))
    };
    let (branches, total) = broker.shelf.read(ask).await?.ok_or_else(|| missing(&name))?;
    let own = hrefs.at(&["/pacticipants", &name, "/branches"]);
    let mut body = json!({
        "_embedded": { "branches": branches },
        "_links": { "self": link(&own), "pb:pacticipant": titled(hrefs.pacticipant(&name), "Pacticipant", &name) },
    });
    paging.tell(&mut body, &own, total);
    Ok(Answer::ok(&body))
}

fn show_branch(model: &Model, hrefs: &Hrefs, name: &str, (branch, known): (&str, &Branch)) -> Value {
    let own = hrefs.branch(name, branch);
    let latest = known.versions.last().map(|&version| model.version(version));
    json!({
        "name": branch,
        "createdAt": known.created.to_string(),
        "updatedAt": latest.map(|version| version.updated.to_string()),
        "_embedded": {
            "latestVersion": latest.map(|version| show::short_version(hrefs, name, &version.number)),
        },
        "_links": {
            "self": titled(&own, "Branch", branch),
            "pb:latest-version": link(format!("{own}/latest-version")),
            "pb:versions": link(format!("{own}/versions")),
        },
    })
}

/// Every branch but the main one, and those named in `exclude[]`: for cleaning up.
async fn delete_all(
    State(broker): State<Broker>,
    Names(pacticipant): Names<String>,
    Actor(actor): Actor,
    uri: http::Uri,
) -> Answered {
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let kept: Vec<String> =
        query.filter(|(name, _)| name == "exclude[]").map(|(_, value)| value.into_owned()).collect();
    broker
        .shelf
        .write(&actor, |draft| {
            let known = draft.model.find(&pacticipant).ok_or_else(|| missing(&pacticipant))?;
            let main = known.about.main_branch.as_deref();
            for branch in known.branches.keys().map(|branch| &**branch) {
                if !kept.iter().any(|kept| kept == branch) && main != Some(branch) {
                    let (pacticipant, branch) = (pacticipant.clone(), branch.to_owned());
                    draft.push(Event::BranchDeleted { pacticipant, branch });
                }
            }
            Ok(())
        })
        .await?;
    Ok(Answer::no_content())
}

async fn one(
    State(broker): State<Broker>,
    Names((name, branch)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    let ask = |model: &Model| {
        let known = model.find(&name)?.branches.get(branch.as_str())?;
        Some(show_branch(model, &hrefs, &name, (&branch, known)))
    };
    let shown = broker.shelf.read(ask).await?.ok_or_else(|| missing(&name))?;
    Ok(Answer::ok(&shown))
}

async fn delete(
    State(broker): State<Broker>,
    Names((pacticipant, branch)): Names<(String, String)>,
    Actor(actor): Actor,
) -> Answered {
    broker
        .shelf
        .write(&actor, |draft| {
            let known = draft.model.find(&pacticipant).and_then(|known| known.branches.get(branch.as_str()));
            known.ok_or_else(|| missing(&pacticipant))?;
            draft.push(Event::BranchDeleted { pacticipant, branch });
            Ok(())
        })
        .await?;
    Ok(Answer::no_content())
}

async fn latest(
    State(broker): State<Broker>,
    Names((name, branch)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    found(&broker, &hrefs, &name, |_, known| known.latest_of_branch(&branch)).await
}

async fn versions(
    State(broker): State<Broker>,
    Names((name, branch)): Names<(String, String)>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let own = format!("{}/versions", hrefs.branch(&name, &branch));
    listed(&broker, &hrefs, (&name, own, paging), |known| {
        Some(known.branches.get(branch.as_str())?.versions.iter().copied().collect())
    })
    .await
}

async fn add(
    State(broker): State<Broker>,
    Names((name, branch, number)): Names<(String, String, String)>,
    Actor(actor): Actor,
    hrefs: Hrefs,
) -> Answered {
    let new = broker.shelf.write(&actor, |draft| Ok(draft.ensure_branch(&name, &number, &branch))).await?;
    let body = show_membership(&broker, &hrefs, (&name, &branch, &number)).await?;
    Ok(Answer::stored(new, &body, &hrefs.branch_version(&name, &branch, &number)))
}

async fn membership(
    State(broker): State<Broker>,
    Names((name, branch, number)): Names<(String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    Ok(Answer::ok(&show_membership(&broker, &hrefs, (&name, &branch, &number)).await?))
}

async fn show_membership(
    broker: &Broker,
    hrefs: &Hrefs,
    (name, branch, number): (&str, &str, &str),
) -> Result<Value, Failure> {
    let there = broker
        .shelf
        .read(|model| model.find_version(name, number).is_some_and(|it| it.is_on(branch)))
        .await?;
    if !there {
        return Err(missing(name).into());
    }
    Ok(json!({
        "_links": {
            "self": titled(hrefs.branch_version(name, branch, number), "Branch version", branch),
            "pb:pacticipant": titled(hrefs.pacticipant(name), "Pacticipant", name),
            "pb:branch": titled(hrefs.branch(name, branch), "Branch", branch),
            "pb:pacticipant-version": titled(hrefs.version(name, number), "Version", number),
        },
    }))
}

async fn remove(
    State(broker): State<Broker>,
    Names((pacticipant, branch, number)): Names<(String, String, String)>,
    Actor(actor): Actor,
) -> Answered {
    broker
        .shelf
        .write(&actor, |draft| {
            let known = draft.model.find_version(&pacticipant, &number);
            if !known.is_some_and(|version| version.is_on(&branch)) {
                return Err(missing(&pacticipant));
            }
            draft.push(Event::BranchVersionRemoved { pacticipant, branch, number });
            Ok(())
        })
        .await?;
    Ok(Answer::no_content())
}
