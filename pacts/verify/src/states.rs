//! Provider states: sets the provider up for one interaction and puts it back, over its handler.

use std::collections::HashMap;

use countersign_openapi::HttpResponse;
use pact_models::provider_states::ProviderState;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use url::Url;

use crate::outcome::Cause;
use crate::watch::Watch;
use crate::wire::{self, Silence};

/// Bytes of a handler's answer, at most.
const MAX_ANSWER: usize = 1024 * 1024;

/// Characters of a handler's answer that a report shows.
const EXCERPT: usize = 500;

/// What the states of an interaction know by name; generators take their values from it.
pub(crate) type Values = HashMap<String, Value>;

/// The same values as generators ask for them.
pub(crate) fn context(values: &Values) -> HashMap<&str, Value> {
    values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect()
}

/// The states of one interaction and the handler that knows them.
pub(crate) struct States<'a> {
    pub client: &'a Client,
    /// Nowhere to set states up where there is none.
    pub handler: Option<&'a Url>,
    pub watch: &'a Watch,
    all: &'a [ProviderState],
    /// How many of them stand.
    standing: usize,
}

impl<'a> States<'a> {
    pub(crate) fn new(
        client: &'a Client,
        handler: Option<&'a Url>,
        watch: &'a Watch,
        all: &'a [ProviderState],
    ) -> Self {
        Self { client, handler, watch, all, standing: 0 }
    }

    /// Sets every state up, in order. Parameters are values too; those a handler answers win.
    pub(crate) async fn set_up(&mut self) -> Result<Values, Cause> {
        let mut values: Values = self.all.iter().flat_map(|state| state.params.clone()).collect();
        let Some(handler) = self.handler else {
            return Ok(values);
        };
        for state in self.all {
            let answer = self.change(handler, state, "setup").await;
            values.extend(answer.map_err(|cause| Cause::State { state: state.name.clone(), cause })?);
            self.standing += 1;
        }
        Ok(values)
    }

    /// Puts back every state that was set up. Gives what went wrong, one text a state.
    pub(crate) async fn tear_down(self) -> Vec<String> {
        let mut troubles = Vec::new();
        let Some(handler) = self.handler else {
            return troubles;
        };
        for state in &self.all[..self.standing] {
            if let Err(cause) = self.change(handler, state, "teardown").await {
                troubles.push(format!("provider state {:?} could not be torn down: {cause}", state.name));
            }
        }
        troubles
    }

    /// Once and no more: a handler that fails now fails in a second as well.
    async fn change(&self, handler: &Url, state: &ProviderState, action: &str) -> Result<Values, String> {
        let body = json!({ "action": action, "state": state.name, "params": state.params });
        let mut request = reqwest::Request::new(Method::POST, handler.clone());
        let media_type = HeaderValue::from_static("application/json");
        request.headers_mut().insert(CONTENT_TYPE, media_type.clone());
        request.headers_mut().insert(ACCEPT, media_type);
        *request.body_mut() = Some(body.to_string().into());
        let within = if action == "setup" { self.watch.for_request() } else { self.watch.for_teardown() };
        match wire::send(self.client, request, within, MAX_ANSWER).await {
            Ok(answer) => {
                self.watch.answered();
                values_of(&answer)
            }
            Err(Silence { reason, refused }) => {
                if refused {
                    self.watch.refused(&reason);
                }
                Err(reason)
            }
        }
    }
}

fn values_of(answer: &HttpResponse) -> Result<Values, String> {
    let body = answer.body.as_deref().unwrap_or_default();
    if !(200..300).contains(&answer.status) {
        let text = String::from_utf8_lossy(body);
        let shown: String = text.trim().chars().take(EXCERPT).collect();
        let shown = if shown.is_empty() { "an empty body".to_owned() } else { shown };
        return Err(format!("its handler answered {} with {shown}", answer.status));
    }
    // Handlers may answer nothing, or a greeting: only an object carries values.
    match serde_json::from_slice(body) {
        Ok(Value::Object(values)) => Ok(values.into_iter().collect()),
        _ => Ok(Values::new()),
    }
}
