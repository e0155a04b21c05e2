//! One `[[provider]]` of `countersign.toml`: where its document lies, how it is started or found, and
//! how its pacts are replayed.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use countersign_letter::ProviderName;
use serde::Deserialize;
use toml::Spanned;

use super::launch::{Address, Launch, RawLaunch, Readiness, two_answers};
use super::message::{Action, Celery, RawTrigger, Trigger, WebSocket};
use super::problem::Problem;
use super::service::Needs;
use super::template::Template;
use super::values::{Name, Pattern, Period, Size, header};
use crate::reading::Reading;

/// The folder of released documents, beside the document.
const RELEASED: &str = "released";

/// A provider, as `countersign.toml` describes it.
#[derive(Clone, Debug)]
pub struct Provider {
    pub name: ProviderName,
    /// Its OpenAPI document.
    pub document: Option<PathBuf>,
    /// Its AsyncAPI document.
    pub asyncapi: Option<PathBuf>,
    /// The document that the world relies on: a file, or the folder that holds `NAME-VERSION.yaml`, and of the
    /// AsyncAPI document `FILE-VERSION.yaml`.
    pub released: Option<PathBuf>,
    /// Where it publishes its own document: a path of the provider, or a URL.
    pub publishes: Option<Template>,
    /// How its documents are read.
    pub reading: Reading,
    pub site: Site,
    pub readiness: Readiness,
    /// The services that it needs.
    pub needs: Needs,
    /// Where provider states are set up: a path of the provider, or a URL.
    pub states: Option<Template>,
    pub isolated_states: bool,
    pub jobs: Option<NonZeroUsize>,
    /// Added to every request.
    pub headers: Vec<(String, Template)>,
    pub messages: Messages,
    pub request_timeout: Option<Duration>,
    pub run_timeout: Option<Duration>,
}

/// Where a provider is.
#[derive(Clone, Debug)]
pub enum Site {
    /// It is started for the replay and stopped afterwards.
    Started(Launch),
    /// It runs already, at this URL if it listens anywhere.
    Running(Option<Template>),
}

/// The ways of a provider's messages.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    pub celery: Option<Celery>,
    pub websocket: Option<WebSocket>,
    /// No two are of one message.
    pub triggers: Vec<Trigger>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProvider {
    pub name: Spanned<Name>,
    document: Option<PathBuf>,
    asyncapi: Option<PathBuf>,
    released: Option<PathBuf>,
    publishes: Option<Template>,
    #[serde(default)]
    allow_remote_refs: bool,
    refs_within: Option<PathBuf>,
    max_document: Option<Size>,
    build: Option<Spanned<Vec<Template>>>,
    start: Option<Spanned<Vec<Template>>>,
    #[serde(default)]
    env: BTreeMap<String, Template>,
    address: Option<Spanned<Pattern>>,
    url: Option<Template>,
    ready: Option<Template>,
    ready_line: Option<Spanned<Pattern>>,
    ready_timeout: Option<Period>,
    #[serde(default)]
    needs: Needs,
    states: Option<Template>,
    #[serde(default)]
    isolated_states: bool,
    jobs: Option<NonZeroUsize>,
    #[serde(default)]
    headers: BTreeMap<Spanned<String>, Template>,
    celery: Option<Celery>,
    websocket: Option<WebSocket>,
    #[serde(default)]
    trigger: Vec<RawTrigger>,
    request_timeout: Option<Period>,
    run_timeout: Option<Period>,
}

impl Provider {
    /// A provider of which nothing is known but where it is.
    #[must_use]
    pub fn running(name: ProviderName, url: Option<Template>) -> Self {
        Self {
            name,
            document: None,
            asyncapi: None,
            released: None,
            publishes: None,
            reading: Reading::default(),
            site: Site::Running(url),
            readiness: Readiness::default(),
            needs: Needs::default(),
            states: None,
            isolated_states: false,
            jobs: None,
            headers: Vec::new(),
            messages: Messages::default(),
            request_timeout: None,
            run_timeout: None,
        }
    }

    /// The same provider where it runs already: at `url`, if it listens anywhere.
    #[must_use]
    pub fn elsewhere(self, url: Option<Template>) -> Self {
        Self { site: Site::Running(url), ..self }
    }

    /// The templates of it, but for those of its messages, which the replay fills in once more.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        let (launch, url) = match &self.site {
            Site::Started(launch) => (Some(launch), None),
            Site::Running(url) => (None, url.as_ref()),
        };
        let redis = self.messages.celery.as_ref().map(|celery| &celery.redis);
        let headers = self.headers.iter().map(|(_, value)| value);
        let launch = launch.into_iter().flat_map(Launch::templates);
        launch
            .chain(url)
            .chain(&self.readiness.question)
            .chain(&self.states)
            .chain(&self.publishes)
            .chain(headers)
            .chain(redis)
    }
}

impl Messages {
    /// The templates that may hold `${value:NAME}`.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        let websocket = self.websocket.iter().flat_map(WebSocket::templates);
        websocket.chain(self.triggers.iter().flat_map(Trigger::templates))
    }

    /// Whether the provider has to be asked by HTTP for them.
    fn need_a_url(&self) -> bool {
        let requested = |it: &Trigger| matches!(it.action, Action::Request(_));
        self.websocket.is_some() || self.triggers.iter().any(requested)
    }
}

impl RawProvider {
    /// The provider, with paths taken from `folder`.
    pub fn parse(mut self, folder: &Path) -> Result<Provider, Problem> {
        let headers = std::mem::take(&mut self.headers);
        let headers = headers.into_iter().map(header).collect::<Result<_, _>>()?;
        let document = self.document.take().map(|document| folder.join(document));
        let asyncapi = self.asyncapi.take().map(|document| folder.join(document));
        let beside = document
            .as_ref()
            .or(asyncapi.as_ref())
            .and_then(|document| Some(document.parent()?.join(RELEASED)));
        let released = self.released.take().map(|released| folder.join(released)).or(beside);
        let reading = Reading {
            allow_remote_refs: self.allow_remote_refs,
            refs_within: self.refs_within.take().map(|within| folder.join(within)),
            max_document: self.max_document.map(|size| size.0 as u64),
        };
        let messages = Messages {
            celery: self.celery.take(),
            websocket: self.websocket.take(),
            triggers: triggers(std::mem::take(&mut self.trigger))?,
        };
        let site = Site::parse(&mut self, &messages, folder)?;
        Ok(Provider {
            name: self.name.into_inner().0,
            document,
            asyncapi,
            released,
            publishes: self.publishes,
            reading,
            site,
            readiness: Readiness::new(self.ready, self.ready_line, self.ready_timeout),
            needs: self.needs,
            states: self.states,
            isolated_states: self.isolated_states,
            jobs: self.jobs,
            headers,
            messages,
            request_timeout: self.request_timeout.map(|period| period.0),
            run_timeout: self.run_timeout.map(|period| period.0),
        })
    }
}

fn triggers(raw: Vec<RawTrigger>) -> Result<Vec<Trigger>, Problem> {
    let mut triggers: Vec<Trigger> = Vec::new();
    for raw in raw {
        let span = raw.message.span();
        let trigger = raw.parse()?;
        if triggers.iter().any(|known| known.message == trigger.message) {
            let message = format!("there are two triggers of {:?}", trigger.message);
            return Err(Problem::new(span, message, "keep one of them"));
        }
        triggers.push(trigger);
    }
    Ok(triggers)
}

impl Site {
    fn parse(raw: &mut RawProvider, messages: &Messages, folder: &Path) -> Result<Self, Problem> {
        let span = raw.name.span();
        // Whoever takes its work from a queue need not listen.
        let silent = messages.celery.is_some() && !messages.need_a_url() && raw.ready.is_none();
        let Some(start) = raw.start.take() else {
            return Self::running(raw, silent, span);
        };
        let told = start.get_ref().iter().chain(raw.env.values()).any(Template::asks_for_port);
        let (build, env) = (raw.build.take(), std::mem::take(&mut raw.env));
        let (address, url) = (raw.address.take(), raw.url.take());
        let mut launch = RawLaunch { build, start, env, address, url }.parse(folder, span.clone())?;
        if launch.address.is_none() && told {
            let url = Template::parse("http://127.0.0.1:${port}".to_owned(), span.clone());
            launch.address = Some(Address::Url(url.expect("${port} is a placeholder")));
        }
        if launch.address.is_none() && !silent {
            return Err(nowhere(raw, span));
        }
        Ok(Self::Started(launch))
    }

    fn running(raw: &mut RawProvider, silent: bool, span: Range<usize>) -> Result<Self, Problem> {
        let addressed = raw.address.is_some() && raw.url.is_none();
        if raw.build.is_some() || addressed || !raw.env.is_empty() || raw.ready_line.is_some() {
            let message = "`build`, `env`, `address` and `ready_line` mean nothing without `start`";
            let hint = "say how the provider is started: start = [\"program\", …]";
            return Err(Problem::new(span, message, hint));
        }
        if raw.address.is_some() {
            return Err(two_answers(span));
        }
        match raw.url.take() {
            None if !silent => Err(nowhere(raw, span)),
            url => Ok(Self::Running(url)),
        }
    }
}

fn nowhere(raw: &RawProvider, span: Range<usize>) -> Problem {
    let message = format!("nothing says where {:?} listens", raw.name.get_ref().0.as_str());
    let hint = "give ${port} to `start`, or `address`, a pattern for the line in which it prints its URL, \
                or `url`, where it listens already; one with `celery` alone need not listen";
    Problem::new(span, message, hint)
}
