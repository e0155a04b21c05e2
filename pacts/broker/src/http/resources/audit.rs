//! `GET /audit`: the log itself, which says who did what and when. For accounts that write.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::Uri;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::event::Event;
use crate::http::AUDIT;
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, link};
use crate::http::server::Broker;
use crate::store::{Entry, StoreError};
use crate::webhook::{STARS, shown};

const LIMIT: u32 = 100;
const LARGEST: u32 = 1000;

pub fn routes() -> Router<Broker> {
    Router::new().route(AUDIT, get(log))
}

async fn log(State(broker): State<Broker>, uri: Uri, hrefs: Hrefs) -> Answered {
    let (mut after, mut limit) = (0_i64, LIMIT);
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        let malformed = || Failure::Malformed(format!("{name} is not a number"));
        match &*name {
            "after" => after = value.parse().map_err(|_| malformed())?,
            "limit" => limit = value.parse::<u32>().map_err(|_| malformed())?.clamp(1, LARGEST),
            _ => {}
        }
    }
    let entries = broker.shelf.audit(after, limit).await?;
    let last = entries.last().map_or(after, |entry| entry.seq);
    let full = entries.len() == limit as usize;
    let shown = entries.into_iter().map(show).collect::<Result<Vec<Value>, StoreError>>()?;
    let address = |after: i64| link(format!("{}?after={after}&limit={limit}", hrefs.at(&[AUDIT])));
    let mut body = json!({ "_embedded": { "entries": shown }, "_links": { "self": address(after) } });
    if full {
        body["_links"]["next"] = address(last);
    }
    Ok(Answer::ok(&body))
}

fn show(Entry { seq, actor, happening }: Entry) -> Result<Value, StoreError> {
    let event = match happening.event {
        Event::WebhookStored { uuid, webhook } => {
            Event::WebhookStored { uuid, webhook: Box::new(shown(&webhook)) }
        }
        Event::TokenIssued { uuid, name, hash: _, writes } => {
            Event::TokenIssued { uuid, name, hash: STARS.to_owned(), writes }
        }
        event => event,
    };
    let event = serde_json::to_value(event).map_err(|error| StoreError::Broken(error.to_string()))?;
    Ok(json!({ "seq": seq, "at": happening.at.to_string(), "actor": actor, "event": event }))
}
