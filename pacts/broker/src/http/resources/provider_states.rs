//! The states that a provider has to be put into, as its consumers' pacts name them.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Refusal;
use crate::content;
use crate::diff::states;
use crate::http::answer::{Answer, Answered};
use crate::http::href::{Hrefs, link};
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::model::Model;
use crate::selectors::{Ask, Presence, Wish, choose};
use crate::store::StoreError;

const PATH: &str = "/pacts/provider/{provider}/provider-states";

pub fn routes() -> Router<Broker> {
    Router::new()
        .route(PATH, get(standard))
        .route(&format!("{PATH}/branch/{{branch}}"), get(of_branch))
        .route(&format!("{PATH}/environment/{{environment}}"), get(of_environment))
}

async fn standard(State(broker): State<Broker>, Names(provider): Names<String>, hrefs: Hrefs) -> Answered {
    list(&broker, &hrefs, (&provider, &[]), |_| Some(Wish::MainOrLatest)).await
}

async fn of_branch(
    State(broker): State<Broker>,
    Names((provider, branch)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    let wish = |_: &Model| Some(Wish::Branch { branch: branch.clone(), fallback: None });
    list(&broker, &hrefs, (&provider, &["/branch", &branch]), wish).await
}

/// By its UUID, as the Pact Broker has it, or by its name, as its official client sends it.
async fn of_environment(
    State(broker): State<Broker>,
    Names((provider, environment)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    let wish = |model: &Model| {
        let by_uuid = Uuid::parse_str(&environment).ok().and_then(|uuid| model.environment(uuid));
        let name = by_uuid.or_else(|| model.environment_named(&environment))?.about.name.clone();
        Some(Wish::Present { environment: Some(name), presence: Presence::Either })
    };
    list(&broker, &hrefs, (&provider, &["/environment", &environment]), wish).await
}

async fn list(
    broker: &Broker,
    hrefs: &Hrefs,
    (provider, below): (&str, &[&str]),
    wish: impl FnOnce(&Model) -> Option<Wish>,
) -> Answered {
    let texts = |model: &Model| {
        let nowhere = || Refusal::NotFound("there is no such environment".to_owned());
        let ask = Ask::of(vec![wish(model).ok_or_else(nowhere)?]);
        let chosen = choose(model, provider, &ask)?;
        let name = |id| model.pacticipant(id).name.clone();
        let texts = chosen.iter().map(|it| (name(it.publication.pair.consumer), it.publication.body.clone()));
        Ok(texts.collect())
    };
    let texts: Result<Vec<(String, crate::Key)>, Refusal> = broker.shelf.read(texts).await?;
    let mut found = Found::default();
    for (consumer, key) in texts? {
        let text = broker.shelf.text(&key).await?;
        let pact = serde_json::from_str(&text).map_err(|error| StoreError::Broken(error.to_string()))?;
        found.read(&consumer, &pact);
    }
    let own = hrefs.at(&[&["/pacts/provider", provider, "/provider-states"], below].concat());
    Ok(Answer::ok(&json!({ "providerStates": found.shown(), "_links": { "self": link(own) } })))
}

/// Who needs each state, by its name and the text of its parameters.
#[derive(Debug, Default)]
struct Found(BTreeMap<(String, String), (Value, Vec<String>)>);

impl Found {
    fn read(&mut self, consumer: &str, pact: &Value) {
        for (name, params) in content::interactions(pact).flat_map(states) {
            let params = params.cloned().unwrap_or_default();
            let known = self.0.entry((name.to_owned(), params.to_string())).or_insert((params, Vec::new()));
            if known.1.last().is_none_or(|last| last != consumer) {
                known.1.push(consumer.to_owned());
            }
        }
    }

    fn shown(self) -> Vec<Value> {
        let shown = |((name, _), (params, consumers)): ((String, String), (Value, Vec<String>))| {
            let mut state = json!({ "name": name, "consumers": consumers });
            if !params.is_null() {
                state["params"] = params;
            }
            state
        };
        self.0.into_iter().map(shown).collect()
    }
}
