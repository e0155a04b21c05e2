//! The runner: sets states up, sends each request once, and lets pact and document judge the answer.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Once;
use std::time::{Duration, Instant};

use countersign_openapi::Document;
use futures::StreamExt as _;
use url::Url;

use crate::attempt::Run;
use crate::interaction::Interaction;
use crate::outcome::{InteractionResult, Verification};
use crate::pact::Pact;
use crate::secrets::Secrets;
use crate::transport::{CeleryRedis, Trigger, WebSocket};
use crate::watch::Watch;
use crate::wire;

/// Pact's matching wants its catalogue once a process.
static CATALOGUE: Once = Once::new();

/// The live provider.
#[derive(Clone, Default)]
pub struct Target {
    /// Requests go to this URL; a path in it stands before every path of the pact. `None`: it takes no
    /// requests, as a worker behind a queue.
    pub url: Option<Url>,
    /// Where provider states are set up (`POST {action, state, params}`); `None`: nowhere.
    pub states: Option<Url>,
    /// Added to every request, over what the pact says. May hold secrets: never reported.
    pub headers: Vec<(String, String)>,
    /// Messages go over this queue.
    pub celery: Option<CeleryRedis>,
    /// Events come over this socket.
    pub websocket: Option<WebSocket>,
    /// What makes it send messages that it does not send by itself.
    pub triggers: Vec<Trigger>,
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
    /// Runs only requests that change nothing (GET, HEAD, OPTIONS), and no messages. Provider states are
    /// writes as well: whoever wants none leaves [`Target::states`] out.
    pub only_safe: bool,
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
    #[error("no interaction that may be run only reads")]
    NothingSafe,
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
    let began = Instant::now();
    let chosen = choose(pact, settings)?;
    CATALOGUE.call_once(pact_matching::matchingrules::configure_core_catalogue);
    let run = Run {
        pact,
        target,
        document,
        settings,
        client: wire::client(target).map_err(VerifyError::Client)?,
        secrets: Secrets::of_headers(&target.headers),
        watch: Watch::begin(settings),
    };
    on_event(Event::Started { interactions: chosen.len() });
    let interactions = run_all(&run, chosen, on_event).await;
    Ok(Verification {
        consumer: pact.consumer().clone(),
        provider: pact.provider().clone(),
        interactions,
        duration: began.elapsed(),
    })
}

/// The interactions to run. None at all would be a green that verified nothing.
fn choose<'a>(pact: &'a Pact, settings: &Settings) -> Result<Vec<&'a Interaction>, VerifyError> {
    if pact.is_empty() {
        return Err(VerifyError::EmptyPact);
    }
    let filter = settings.filter.as_deref();
    let wanted = |interaction: &&Interaction| filter.is_none_or(|text| interaction.mentions(text));
    let mut chosen: Vec<_> = pact.interactions().iter().filter(wanted).collect();
    if let (Some(text), true) = (filter, chosen.is_empty()) {
        return Err(VerifyError::FilterMatchesNothing(text.to_owned()));
    }
    chosen.retain(|interaction| !settings.only_safe || interaction.is_safe());
    if chosen.is_empty() { Err(VerifyError::NothingSafe) } else { Ok(chosen) }
}

/// First those that may run side by side, then the others, one after another. The results are in
/// the order of the pact again.
async fn run_all(
    run: &Run<'_>,
    chosen: Vec<&Interaction>,
    on_event: &(dyn Fn(Event<'_>) + Send + Sync),
) -> Vec<InteractionResult> {
    let isolated = run.settings.isolated_states;
    let side_by_side =
        |interaction: &Interaction| !interaction.needs_the_line() && (isolated || !interaction.may_disturb());
    let (together, alone): (Vec<_>, Vec<_>) =
        chosen.into_iter().enumerate().partition(|(_, interaction)| side_by_side(interaction));
    let replay = |(index, interaction): (usize, _)| async move {
        let result = run.replay(interaction).await;
        on_event(Event::Finished(&result));
        (index, result)
    };
    let mut results: Vec<_> = futures::stream::iter(together.into_iter().map(replay))
        .buffer_unordered(run.settings.jobs.get())
        .collect()
        .await;
    for one in alone {
        results.push(replay(one).await);
    }
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

impl Target {
    /// A provider that takes HTTP requests at `url` and has no handler for provider states.
    #[must_use]
    pub fn http(url: Url) -> Self {
        Self { url: Some(url), ..Self::default() }
    }
}

/// Names what is added and keeps what it says to itself.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Target")
            .field("host", &self.url.as_ref().and_then(Url::host_str))
            .field("port", &self.url.as_ref().and_then(Url::port_or_known_default))
            .field("path", &self.url.as_ref().map(Url::path))
            .field("states", &self.states.as_ref().map(Url::path))
            .field("headers", &names)
            .field("celery", &self.celery)
            .field("websocket", &self.websocket)
            .field("triggers", &self.triggers)
            .finish()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            jobs: NonZeroUsize::MIN,
            isolated_states: false,
            filter: None,
            only_safe: false,
            request_timeout: Duration::from_secs(10),
            run_timeout: Duration::from_mins(10),
            max_body: 8 * 1024 * 1024,
        }
    }
}
