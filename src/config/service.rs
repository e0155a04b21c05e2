//! One `[[service]]` of `countersign.toml`: what a provider needs beside itself, such as a database or
//! a queue.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::launch::{Launch, RawLaunch, Readiness};
use super::problem::Problem;
use super::template::Template;
use super::values::{Pattern, Period};

/// The name of a service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct ServiceName(String);

/// A service, as `countersign.toml` describes it. Every provider that needs it has one of its own.
#[derive(Clone, Debug)]
pub struct Service {
    pub name: ServiceName,
    pub launch: Launch,
    pub readiness: Readiness,
    pub needs: Needs,
    /// The environment variable that holds the URL of one that runs already; where it is set, nothing
    /// is started.
    pub instead: Option<String>,
}

/// The services that something needs, in the order in which they are named.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Needs(Vec<Spanned<ServiceName>>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawService {
    pub name: Spanned<ServiceName>,
    build: Option<Spanned<Vec<Template>>>,
    start: Spanned<Vec<Template>>,
    #[serde(default)]
    env: BTreeMap<String, Template>,
    address: Option<Spanned<Pattern>>,
    url: Option<Template>,
    ready: Option<Template>,
    ready_line: Option<Spanned<Pattern>>,
    ready_timeout: Option<Period>,
    #[serde(default)]
    needs: Needs,
    instead: Option<Spanned<String>>,
}

impl Service {
    /// The templates of it.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        self.launch.templates().chain(&self.readiness.question)
    }
}

impl RawService {
    /// The service, with paths taken from `folder`.
    pub fn parse(self, folder: &Path) -> Result<Service, Problem> {
        let span = self.name.span();
        let name = self.name.into_inner();
        if self.address.is_none() && self.url.is_none() {
            return Err(nowhere(&name, span));
        }
        let (build, start, env) = (self.build, self.start, self.env);
        let raw = RawLaunch { build, start, env, address: self.address, url: self.url };
        Ok(Service {
            launch: raw.parse(folder, span)?,
            readiness: Readiness::new(self.ready, self.ready_line, self.ready_timeout),
            needs: self.needs,
            instead: self.instead.map(variable).transpose()?,
            name,
        })
    }
}

impl Needs {
    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &ServiceName> {
        self.0.iter().map(Spanned::get_ref)
    }

    /// Their names and where they stand.
    pub(super) fn spanned(&self) -> impl Iterator<Item = (&ServiceName, Range<usize>)> {
        self.0.iter().map(|need| (need.get_ref(), need.span()))
    }

    pub(super) fn has(&self, name: &ServiceName) -> bool {
        self.names().any(|known| known == name)
    }
}

impl ServiceName {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Fit to stand in `${service:NAME}`.
impl TryFrom<String> for ServiceName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if text.is_empty() || !text.chars().all(plain) {
            return Err(format!(
                "{text:?} is no name of a service: take letters, digits, \"-\", \"_\" and \".\""
            ));
        }
        Ok(Self(text))
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of an environment variable.
pub(super) fn variable(name: Spanned<String>) -> Result<String, Problem> {
    if name.get_ref().is_empty() || name.get_ref().contains(['=', '\0']) {
        let message = format!("{:?} is no name of an environment variable", name.get_ref());
        return Err(Problem::new(
            name.span(),
            message,
            "write it in letters, digits and \"_\", such as \"REDIS_URL\"",
        ));
    }
    Ok(name.into_inner())
}

fn nowhere(name: &ServiceName, span: Range<usize>) -> Problem {
    let message = format!("nothing says where the service {:?} listens", name.as_str());
    let hint = "give `url`, as in url = \"redis://127.0.0.1:${port}\", or `address`, a pattern for the line in \
                which it prints its URL";
    Problem::new(span, message, hint)
}
