//! Applications: listed, created, described, deleted; their labels.

mod labels;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};

use crate::draft::{Draft, Refusal};
use crate::event::{About, Event};
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, link, titled};
use crate::http::paging::Paging;
use crate::http::request::{Actor, Description, Json, Names};
use crate::http::server::Broker;
use crate::http::show;
use crate::model::Model;

pub fn routes() -> Router<Broker> {
    Router::new()
        .route("/pacticipants", get(list).post(create))
        .route("/pacticipants/{name}", get(one).put(describe).patch(describe).delete(delete))
        .merge(labels::routes())
}

async fn list(State(broker): State<Broker>, hrefs: Hrefs, paging: Paging) -> Answered {
    let own = hrefs.at(&["/pacticipants"]);
    let (shown, links, total) = broker
        .shelf
        .read(|model| {
            let all: Vec<_> = model.pacticipants().collect();
            let page = paging.of(&all);
            let shown: Vec<Value> =
                page.iter().map(|known| show::pacticipant(model, &hrefs, known)).collect();
            let link = |name: &str| titled(hrefs.pacticipant(name), name, name);
            let links: Vec<Value> = page.iter().map(|known| link(&known.name)).collect();
            (shown, links, all.len())
        })
        .await?;
    let mut body = json!({
        "_embedded": { "pacticipants": shown },
        "pacticipants": shown,
        "_links": {
            "self": link(&own),
            "pacticipants": links,
            "pb:pacticipants": links,
            "pb:pacticipants-with-label": { "href": format!("{own}/label/{{label}}"), "templated": true },
        },
    });
    paging.tell(&mut body, &own, total);
    Ok(Answer::ok(&body))
}

async fn create(
    State(broker): State<Broker>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    let name = body.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    if name.trim().is_empty() {
        return Err(Refusal::field("name", "is missing").into());
    }
    store(&broker, &actor, (&name, &body), false).await?;
    let body = shown(&broker, &hrefs, &name).await?;
    Ok(Answer::created(&body, &hrefs.pacticipant(&name)))
}

async fn one(State(broker): State<Broker>, Names(name): Names<String>, hrefs: Hrefs) -> Answered {
    Ok(Answer::ok(&shown(&broker, &hrefs, &name).await?))
}

/// A pacticipant that is not there is made: builds describe themselves before they publish.
async fn describe(
    State(broker): State<Broker>,
    Names(name): Names<String>,
    Actor(actor): Actor,
    hrefs: Hrefs,
    Description { body, whole }: Description,
) -> Answered {
    let new = store(&broker, &actor, (&name, &body), whole).await?;
    let body = shown(&broker, &hrefs, &name).await?;
    Ok(Answer::stored(new, &body, &hrefs.pacticipant(&name)))
}

async fn delete(State(broker): State<Broker>, Names(name): Names<String>, Actor(actor): Actor) -> Answered {
    broker
        .shelf
        .write(&actor, |draft| {
            if draft.model.find(&name).is_none() {
                return Err(missing(&name));
            }
            draft.push(Event::PacticipantDeleted { name });
            Ok(())
        })
        .await?;
    Ok(Answer::no_content())
}

async fn store(
    broker: &Broker,
    actor: &str,
    (name, body): (&str, &Value),
    whole: bool,
) -> Result<bool, Failure> {
    let decide = |draft: &mut Draft<'_>| {
        let new = draft.ensure_pacticipant(name);
        let known = draft.model.find(name).map(|known| known.about.clone()).unwrap_or_default();
        let about = about(body, if whole { About::default() } else { known.clone() })?;
        if about != known {
            draft.push(Event::PacticipantDescribed { name: name.to_owned(), about });
        }
        Ok(new)
    };
    Ok(broker.shelf.write(actor, decide).await?)
}

/// What the body says, over what is known. `null` takes a value away; both spellings of a name are read.
fn about(body: &Value, known: About) -> Result<About, Refusal> {
    let mut about = known;
    for (camel, snake, value) in [
        ("displayName", "display_name", &mut about.display_name),
        ("mainBranch", "main_branch", &mut about.main_branch),
        ("repositoryUrl", "repository_url", &mut about.repository_url),
        ("repositoryName", "repository_name", &mut about.repository_name),
        ("repositoryNamespace", "repository_namespace", &mut about.repository_namespace),
    ] {
        match body.get(camel).or_else(|| body.get(snake)) {
            None => {}
            Some(Value::Null) => *value = None,
            Some(Value::String(text)) => *value = Some(text.clone()).filter(|text| !text.is_empty()),
            Some(_) => return Err(Refusal::field(camel, "is not a text")),
        }
    }
    if about.main_branch.as_deref().is_some_and(|branch| branch.contains(char::is_whitespace)) {
        return Err(Refusal::field("mainBranch", "cannot contain spaces"));
    }
    Ok(about)
}

async fn shown(broker: &Broker, hrefs: &Hrefs, name: &str) -> Result<Value, Failure> {
    let ask = |model: &Model| Some(show::pacticipant(model, hrefs, model.find(name)?));
    broker.shelf.read(ask).await?.ok_or_else(|| missing(name).into())
}

fn missing(name: &str) -> Refusal {
    Refusal::NotFound(format!("there is no pacticipant {name}"))
}
