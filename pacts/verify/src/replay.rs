//! The runner: sets states up, sends each request once, and lets pact and document judge the answer.

use std::num::NonZeroUsize;
use std::time::Duration;

use countersign_openapi::Document;
use url::Url;

use crate::outcome::{InteractionResult, Verification};
use crate::pact::Pact;

/// The live provider.
#[derive(Clone, Debug)]
pub struct Target {
    /// Requests go to this URL; a path in it stands before every path of the pact.
    pub url: Url,
    /// Where provider states are set up (`POST {action, state, params}`); `None`: nowhere.
    pub states: Option<Url>,
    /// Added to every request, over what the pact says. May hold secrets: never reported.
    pub headers: Vec<(String, String)>,
}

/// How to replay.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Interactions in flight, at most.
    pub jobs: NonZeroUsize,
    /// Whether states of one interaction cannot be seen by another. Where they can (the default),
    /// only safe requests without a state run side by side.
    pub isolated_states: bool,
    /// Runs only interactions whose description or state holds this text.
    pub filter: Option<String>,
    pub request_timeout: Duration,
    pub run_timeout: Duration,
    /// Bytes of an answer's body, at most.
    pub max_body: usize,
}

/// Told while the replay runs, in the order things happen.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    Started { interactions: usize },
    Finished(&'a InteractionResult),
}

/// Why a replay could not even begin. Each fits "failed to verify: …".
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("the pact has no interactions, so there is nothing to verify")]
    EmptyPact,
    #[error("no interaction matches the filter {0:?}")]
    FilterMatchesNothing(String),
    #[error("cannot make an HTTP client: {0}")]
    Client(String),
}

/// Replays every interaction of `pact` against `target`, holding each answer against `document`.
pub async fn verify(
    pact: &Pact,
    target: &Target,
    document: Option<&Document>,
    settings: &Settings,
    on_event: &(dyn Fn(Event<'_>) + Send + Sync),
) -> Result<Verification, VerifyError> {
    let _ = (pact, target, document, settings, on_event);
    todo!()
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            jobs: NonZeroUsize::MIN,
            isolated_states: false,
            filter: None,
            request_timeout: Duration::from_secs(10),
            run_timeout: Duration::from_secs(600),
            max_body: 8 * 1024 * 1024,
        }
    }
}
