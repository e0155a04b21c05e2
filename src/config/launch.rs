//! How something is started and known to be ready: what `[[provider]]` and `[[service]]` share.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use regex::Regex;
use toml::Spanned;

use super::problem::Problem;
use super::template::Template;
use super::values::{Pattern, Period};

/// How long something may take to become ready, where the file does not say.
const READY_TIMEOUT: Duration = Duration::from_secs(20);

/// How a process is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The folder in which it is built and started: that of `countersign.toml`.
    pub folder: PathBuf,
    /// Run to its end first.
    pub build: Option<Vec<Template>>,
    /// Program and arguments; no shell is in between.
    pub start: Vec<Template>,
    pub env: Vec<(String, Template)>,
    /// `None`: it listens nowhere, as a worker behind a queue.
    pub address: Option<Address>,
}

/// How the URL of a started process is known.
#[derive(Clone, Debug)]
pub enum Address {
    /// It prints a line that this matches; the first group is the URL.
    Printed(Regex),
    /// It is told, or always the same.
    Url(Template),
}

/// How something is known to be ready.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// Polled until it answers with less than 500: a path of it, or a URL.
    pub question: Option<Template>,
    /// It prints a line that this matches.
    pub line: Option<Regex>,
    pub timeout: Duration,
}

/// The keys of a table that say how something is started.
pub(super) struct RawLaunch {
    pub build: Option<Spanned<Vec<Template>>>,
    pub start: Spanned<Vec<Template>>,
    pub env: BTreeMap<String, Template>,
    pub address: Option<Spanned<Pattern>>,
    pub url: Option<Template>,
}

impl Launch {
    /// The templates of it.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        let url = match &self.address {
            Some(Address::Url(url)) => Some(url),
            Some(Address::Printed(_)) | None => None,
        };
        let env = self.env.iter().map(|(_, value)| value);
        self.build.iter().flatten().chain(&self.start).chain(env).chain(url)
    }
}

impl RawLaunch {
    /// How it is started, in `folder`; `span` is where it is named.
    pub fn parse(self, folder: &Path, span: Range<usize>) -> Result<Launch, Problem> {
        let start = command("start", self.start)?;
        let build = self.build.map(|build| command("build", build)).transpose()?;
        let address = match (self.address, self.url) {
            (Some(_), Some(_)) => return Err(two_answers(span)),
            (Some(pattern), None) => Some(Address::Printed(pattern.into_inner().0)),
            (None, url) => url.map(Address::Url),
        };
        let env = self.env.into_iter().collect();
        Ok(Launch { folder: folder.to_owned(), build, start, env, address })
    }
}

impl Readiness {
    pub(super) fn new(
        question: Option<Template>,
        line: Option<Spanned<Pattern>>,
        timeout: Option<Period>,
    ) -> Self {
        let timeout = timeout.map_or(READY_TIMEOUT, |period| period.0);
        Self { question, line: line.map(|line| line.into_inner().0), timeout }
    }
}

impl Default for Readiness {
    fn default() -> Self {
        Self::new(None, None, None)
    }
}

/// A program and its arguments, which `key` names.
pub(super) fn command(key: &str, argv: Spanned<Vec<Template>>) -> Result<Vec<Template>, Problem> {
    let span = argv.span();
    let argv = argv.into_inner();
    if argv.is_empty() {
        let hint = format!("name the program and its arguments: {key} = [\"program\", \"argument\"]");
        return Err(Problem::new(span, format!("`{key}` is empty"), hint));
    }
    Ok(argv)
}

pub(super) fn two_answers(span: Range<usize>) -> Problem {
    let message = "`address` and `url` are two answers to where it listens";
    Problem::new(span, message, "keep `address` where it prints its address, else `url`")
}
