//! One `[[provider]]` of `countersign.toml`: where its document lies, and how it is started or found.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use countersign_verify::ProviderName;
use regex::Regex;
use serde::Deserialize;
use toml::Spanned;

use super::problem::Problem;
use super::template::Template;
use super::values::{Name, Pattern, Period};

/// How long a provider may take to become ready, where the file does not say.
const READY_TIMEOUT: Duration = Duration::from_secs(20);

/// A provider, as `countersign.toml` describes it.
#[derive(Clone, Debug)]
pub struct Provider {
    pub name: ProviderName,
    /// Its OpenAPI document.
    pub document: Option<PathBuf>,
    pub site: Site,
    /// Polled until it answers with less than 500: a path of the provider, or a URL.
    pub ready: Option<String>,
    pub ready_timeout: Duration,
    /// Where provider states are set up: a path of the provider, or a URL.
    pub states: Option<String>,
    pub isolated_states: bool,
    pub jobs: Option<NonZeroUsize>,
    /// Added to every request.
    pub headers: Vec<(String, Template)>,
    pub request_timeout: Option<Duration>,
    pub run_timeout: Option<Duration>,
}

/// Where a provider is.
#[derive(Clone, Debug)]
pub enum Site {
    /// It is started for the replay and stopped afterwards.
    Started(Launch),
    /// It runs already, at this URL.
    Running(Template),
}

/// How a provider is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The folder in which it is built and started: that of `countersign.toml`.
    pub folder: PathBuf,
    /// Run to its end first.
    pub build: Option<Vec<Template>>,
    /// Program and arguments; no shell is in between.
    pub start: Vec<Template>,
    pub env: Vec<(String, Template)>,
    pub address: Address,
}

/// How the URL of a started provider is known.
#[derive(Clone, Debug)]
pub enum Address {
    /// It prints a line that this matches; the first group is the URL.
    Printed(Regex),
    /// It is told, or always the same.
    Url(Template),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProvider {
    pub name: Spanned<Name>,
    document: Option<PathBuf>,
    build: Option<Spanned<Vec<Template>>>,
    start: Option<Spanned<Vec<Template>>>,
    #[serde(default)]
    env: BTreeMap<String, Template>,
    address: Option<Spanned<Pattern>>,
    url: Option<Template>,
    ready: Option<String>,
    ready_timeout: Option<Period>,
    states: Option<String>,
    #[serde(default)]
    isolated_states: bool,
    jobs: Option<NonZeroUsize>,
    #[serde(default)]
    headers: BTreeMap<Spanned<String>, Template>,
    request_timeout: Option<Period>,
    run_timeout: Option<Period>,
}

impl Provider {
    /// A provider of which nothing is known but where it is.
    #[must_use]
    pub fn running(name: ProviderName, site: Site) -> Self {
        Self {
            name,
            document: None,
            site,
            ready: None,
            ready_timeout: READY_TIMEOUT,
            states: None,
            isolated_states: false,
            jobs: None,
            headers: Vec::new(),
            request_timeout: None,
            run_timeout: None,
        }
    }
}

impl RawProvider {
    /// The provider, with paths taken from `folder`.
    pub(super) fn parse(mut self, folder: &Path) -> Result<Provider, Problem> {
        let headers = std::mem::take(&mut self.headers);
        let headers = headers.into_iter().map(header).collect::<Result<_, _>>()?;
        let document = self.document.take().map(|document| folder.join(document));
        let site = Site::parse(&mut self, folder)?;
        Ok(Provider {
            name: self.name.into_inner().0,
            document,
            site,
            ready: self.ready,
            ready_timeout: self.ready_timeout.map_or(READY_TIMEOUT, |period| period.0),
            states: self.states,
            isolated_states: self.isolated_states,
            jobs: self.jobs,
            headers,
            request_timeout: self.request_timeout.map(|period| period.0),
            run_timeout: self.run_timeout.map(|period| period.0),
        })
    }
}

impl Site {
    fn parse(raw: &mut RawProvider, folder: &Path) -> Result<Self, Problem> {
        let span = raw.name.span();
        let Some(start) = raw.start.take() else {
            return Self::running(raw, span);
        };
        let start = command("start", start)?;
        let build = raw.build.take().map(|build| command("build", build)).transpose()?;
        let told = start.iter().chain(raw.env.values()).any(Template::asks_for_port);
        let address = Address::parse(raw, told, span)?;
        let env = std::mem::take(&mut raw.env).into_iter().collect();
        Ok(Self::Started(Launch { folder: folder.to_owned(), build, start, env, address }))
    }

    fn running(raw: &mut RawProvider, span: Range<usize>) -> Result<Self, Problem> {
        if raw.build.is_some() || raw.address.is_some() && raw.url.is_none() || !raw.env.is_empty() {
            let message = "`build`, `env` and `address` mean nothing without `start`";
            return Err(Problem::new(
                span,
                message,
                "say how the provider is started: start = [\"program\", …]",
            ));
        }
        if raw.address.is_some() {
            return Err(two_answers(span));
        }
        raw.url.take().map(Self::Running).ok_or_else(|| nowhere(raw, span))
    }
}

impl Address {
    fn parse(raw: &mut RawProvider, told: bool, span: Range<usize>) -> Result<Self, Problem> {
        match (raw.address.take(), raw.url.take()) {
            (Some(_), Some(_)) => Err(two_answers(span)),
            (Some(pattern), None) => Ok(Self::Printed(pattern.into_inner().0)),
            (None, Some(url)) => Ok(Self::Url(url)),
            (None, None) if told => {
                let url = Template::try_from("http://127.0.0.1:${port}".to_owned());
                Ok(Self::Url(url.expect("${port} is a placeholder")))
            }
            (None, None) => Err(nowhere(raw, span)),
        }
    }
}

fn command(key: &str, argv: Spanned<Vec<Template>>) -> Result<Vec<Template>, Problem> {
    let span = argv.span();
    let argv = argv.into_inner();
    if argv.is_empty() {
        let hint = format!("name the program and its arguments: {key} = [\"program\", \"argument\"]");
        return Err(Problem::new(span, format!("`{key}` is empty"), hint));
    }
    Ok(argv)
}

fn header((name, value): (Spanned<String>, Template)) -> Result<(String, Template), Problem> {
    if reqwest::header::HeaderName::from_bytes(name.get_ref().as_bytes()).is_err() {
        let message = format!("{:?} is no header name", name.get_ref());
        return Err(Problem::new(name.span(), message, "write it as in headers = { X-Team = \"shop\" }"));
    }
    Ok((name.into_inner(), value))
}

fn two_answers(span: Range<usize>) -> Problem {
    let message = "`address` and `url` are two answers to where the provider listens";
    Problem::new(span, message, "keep `address` where the provider prints its address, else `url`")
}

fn nowhere(raw: &RawProvider, span: Range<usize>) -> Problem {
    let message = format!("nothing says where {:?} listens", raw.name.get_ref().0.as_str());
    let hint = "give ${port} to `start`, or `address`, a pattern for the line in which it prints its URL, \
                or `url`, where it listens already";
    Problem::new(span, message, hint)
}
