//! `/relationships` and `/groups/NAME`: who relies on whom, as a table to draw a network from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use crate::http::answer::{Answer, Answered, Failure};
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::model::{Model, PacticipantId, Pair};

pub fn routes() -> Router<Broker> {
    Router::new().route("/relationships", get(all)).route("/groups/{pacticipant}", get(group))
}

const CSV: &str = "text/csv;charset=utf-8";

async fn all(State(broker): State<Broker>) -> Answered {
    let table = |model: &Model| {
        let pairs: Vec<Pair> = model.integrations().map(|integration| integration.pair).collect();
        table(model, &pairs)
    };
    Ok(Answer::text(CSV, broker.shelf.read(table).await?))
}

/// Everybody whom a pacticipant is tied to, directly or through others.
async fn group(State(broker): State<Broker>, Names(name): Names<String>) -> Answered {
    let table = |model: &Model| {
        let members = tied_to(model, model.find(&name)?.id);
        let pairs = model.integrations().map(|integration| integration.pair);
        let pairs: Vec<Pair> = pairs.filter(|pair| members.contains(&pair.consumer)).collect();
        Some(table(model, &pairs))
    };
    let table = broker.shelf.read(table).await?;
    let table = table.ok_or_else(|| Failure::not_found(format!("there is no pacticipant {name:?}")))?;
    Ok(Answer::text(CSV, table))
}

fn tied_to(model: &Model, id: PacticipantId) -> BTreeSet<PacticipantId> {
    let (mut members, mut left) = (BTreeSet::from([id]), vec![id]);
    while let Some(id) = left.pop() {
        let providers = model.providers_of(id).map(|it| it.pair.provider);
        let consumers = model.consumers_of(id).map(|it| it.pair.consumer);
        for other in providers.chain(consumers) {
            if members.insert(other) {
                left.push(other);
            }
        }
    }
    members
}

/// A row for each pacticipant, in the Pact Broker's columns: number, name, 1, 1, 0, place, and the numbers
/// of its providers, with zeros up to the longest row.
fn table(model: &Model, pairs: &[Pair]) -> String {
    let mut rows: BTreeMap<PacticipantId, Vec<PacticipantId>> = BTreeMap::new();
    for pair in pairs {
        rows.entry(pair.consumer).or_default().push(pair.provider);
        rows.entry(pair.provider).or_default();
    }
    let numbers: BTreeMap<PacticipantId, usize> = rows.keys().copied().zip(1..).collect();
    let widest = rows.values().map(Vec::len).max().unwrap_or_default();
    let mut text = String::new();
    for (id, providers) in &rows {
        let number = numbers[id];
        let name = &model.pacticipant(*id).name;
        write!(text, "{number},{},1,1,0,{number}", field(name)).expect("a string takes what is written");
        for at in 0..widest {
            let provider = providers.get(at).map_or(0, |provider| numbers[provider]);
            write!(text, ",{provider}").expect("a string takes what is written");
        }
        text.push('\n');
    }
    text
}

/// RFC 4180: what would end the field is put between quotes.
fn field(name: &str) -> String {
    if name.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}
