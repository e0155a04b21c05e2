//! Tags of a version.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, put};
use serde_json::{Value, json};

use super::{listed, missing};
use crate::draft::Draft;
use crate::event::Event;
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, titled};
use crate::http::paging::Paging;
use crate::http::request::{Actor, Names};
use crate::http::server::Broker;

pub fn routes() -> Router<Broker> {
    Router::new()
        .route("/pacticipants/{name}/versions/{number}/tags/{tag}", put(add).get(one).delete(remove))
        .route("/pacticipants/{name}/tags/{tag}/versions", get(versions))
}

/// To tag a version with the name of an environment says that it is deployed there, as clients of the
/// time before environments do.
async fn add(
    State(broker): State<Broker>,
    Names((name, number, tag)): Names<(String, String, String)>,
    Actor(actor): Actor,
    hrefs: Hrefs,
) -> Answered {
    let decide = |draft: &mut Draft<'_>| {
        let new = draft.ensure_tag(&name, &number, &tag);
        if let Some(environment) = draft.model.environment_named(&tag).filter(|_| new) {
            draft.push(Event::Deployed {
                uuid: uuid::Uuid::new_v4(),
                pacticipant: name.clone(),
                number: number.clone(),
                environment: environment.uuid,
                instance: None,
            });
        }
        Ok(new)
    };
    let new = broker.shelf.write(&actor, decide).await?;
    let body = show_tag(&broker, &hrefs, (&name, &number, &tag)).await?;
    Ok(Answer::stored(new, &body, &hrefs.tag(&name, &number, &tag)))
}

async fn one(
    State(broker): State<Broker>,
    Names((name, number, tag)): Names<(String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    Ok(Answer::ok(&show_tag(&broker, &hrefs, (&name, &number, &tag)).await?))
}

async fn show_tag(
    broker: &Broker,
    hrefs: &Hrefs,
    (name, number, tag): (&str, &str, &str),
) -> Result<Value, Failure> {
    let at = broker.shelf.read(|model| Some(*model.find_version(name, number)?.tags.get(tag)?)).await?;
    let at = at.ok_or_else(|| missing(name))?;
    Ok(json!({
        "name": tag,
        "createdAt": at.to_string(),
        "_links": {
            "self": titled(hrefs.tag(name, number, tag), "Tag", tag),
            "version": titled(hrefs.version(name, number), "Version", number),
            "pacticipant": titled(hrefs.pacticipant(name), "Pacticipant", name),
        },
    }))
}

async fn remove(
    State(broker): State<Broker>,
    Names((pacticipant, number, tag)): Names<(String, String, String)>,
    Actor(actor): Actor,
) -> Answered {
    broker
        .shelf
        .write(&actor, |draft| {
            let known = draft.model.find_version(&pacticipant, &number);
            if !known.is_some_and(|version| version.tags.contains_key(&tag)) {
                return Err(missing(&pacticipant));
            }
            draft.push(Event::TagRemoved { pacticipant, number, tag });
            Ok(())
        })
        .await?;
    Ok(Answer::no_content())
}

async fn versions(
    State(broker): State<Broker>,
    Names((name, tag)): Names<(String, String)>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let own = hrefs.at(&["/pacticipants", &name, "/tags", &tag, "/versions"]);
    listed(&broker, &hrefs, (&name, own, paging), |known| {
        Some(known.tags.get(&tag)?.iter().copied().collect())
    })
    .await
}
