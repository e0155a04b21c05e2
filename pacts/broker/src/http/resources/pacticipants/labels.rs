//! Labels, by which webhooks and people find pacticipants.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, put};
use serde_json::{Value, json};

use super::missing;
use crate::event::Event;
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, link, titled};
use crate::http::request::{Actor, Names};
use crate::http::server::Broker;
use crate::http::show;
use crate::model::Model;

pub fn routes() -> Router<Broker> {
    Router::new()
        .route("/labels", get(all))
        .route("/pacticipants/label/{label}", get(labelled))
        .route("/pacticipants/{name}/labels/{label}", put(add).get(one).delete(remove))
}

async fn all(State(broker): State<Broker>, hrefs: Hrefs) -> Answered {
    let labels: std::collections::BTreeSet<String> = broker
        .shelf
        .read(|model| model.pacticipants().flat_map(|it| it.labels.keys().cloned()).collect())
        .await?;
    let labels: Vec<Value> = labels.into_iter().map(|name| json!({ "name": name })).collect();
    let own = link(hrefs.at(&["/labels"]));
    Ok(Answer::ok(&json!({ "_embedded": { "labels": labels }, "_links": { "self": own } })))
}

async fn labelled(State(broker): State<Broker>, Names(label): Names<String>, hrefs: Hrefs) -> Answered {
    let ask = |model: &Model| {
        let with = model.pacticipants().filter(|known| known.labels.contains_key(&label));
        with.map(|known| show::pacticipant(model, &hrefs, known)).collect()
    };
    let found: Vec<Value> = broker.shelf.read(ask).await?;
    let own = link(hrefs.at(&["/pacticipants/label", &label]));
    Ok(Answer::ok(&json!({
        "_embedded": { "pacticipants": found },
        "pacticipants": found,
        "_links": { "self": own },
    })))
}

async fn add(
    State(broker): State<Broker>,
    Names((pacticipant, label)): Names<(String, String)>,
    Actor(actor): Actor,
    hrefs: Hrefs,
) -> Answered {
    let new = broker
        .shelf
        .write(&actor, |draft| {
            let known = draft.model.find(&pacticipant).ok_or_else(|| missing(&pacticipant))?;
            let new = !known.labels.contains_key(&label);
            if new {
                draft.push(Event::LabelAdded { pacticipant: pacticipant.clone(), label: label.clone() });
            }
            Ok(new)
        })
        .await?;
    let body = show_label(&broker, &hrefs, (&pacticipant, &label)).await?;
    Ok(Answer::stored(new, &body, &hrefs.at(&["/pacticipants", &pacticipant, "/labels", &label])))
}

async fn one(
    State(broker): State<Broker>,
    Names((pacticipant, label)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    Ok(Answer::ok(&show_label(&broker, &hrefs, (&pacticipant, &label)).await?))
}

async fn remove(
    State(broker): State<Broker>,
    Names((pacticipant, label)): Names<(String, String)>,
    Actor(actor): Actor,
) -> Answered {
    broker
        .shelf
        .write(&actor, |draft| {
            let known = draft.model.find(&pacticipant).ok_or_else(|| missing(&pacticipant))?;
            if !known.labels.contains_key(&label) {
                return Err(missing(&label));
            }
            draft.push(Event::LabelRemoved { pacticipant, label });
            Ok(())
        })
        .await?;
    Ok(Answer::no_content())
}

async fn show_label(broker: &Broker, hrefs: &Hrefs, (name, label): (&str, &str)) -> Result<Value, Failure> {
    let at = broker.shelf.read(|model| Some(*model.find(name)?.labels.get(label)?)).await?;
    let at = at.ok_or_else(|| Failure::not_found(format!("{name} has no label {label}")))?;
    Ok(json!({
        "name": label,
        "createdAt": at.to_string(),
        "_links": {
            "self": titled(hrefs.at(&["/pacticipants", name, "/labels", label]), "Label", label),
            "pacticipant": titled(hrefs.pacticipant(name), "Pacticipant", name),
        },
    }))
}
