//! One `[[alert]]` of `countersign.toml`: who is told when something drifts.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::problem::Problem;
use super::template::Template;
use super::values::Period;
use crate::finding::Severity;

/// How long one attempt may take, where nothing is said.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Attempts at telling, where nothing is said.
const ATTEMPTS: NonZeroU32 = NonZeroU32::new(3).expect("3 is not 0");

/// An alert, as `countersign.toml` describes it.
#[derive(Clone, Debug)]
pub struct Alert {
    /// What it is called in messages and in the file of what was told.
    pub name: String,
    pub target: Target,
    /// The least that is told of.
    pub severity: Severity,
    /// The providers that are told of; all where there is none.
    pub providers: Vec<String>,
}

/// Where an alert goes.
#[derive(Clone, Debug)]
pub enum Target {
    /// A POST of JSON.
    Http(Http),
    /// A line of JSON at the end of a file.
    File(PathBuf),
    /// Annotations and the summary of a job of GitHub Actions.
    Github,
}

/// A POST of JSON.
#[derive(Clone, Debug)]
pub struct Http {
    pub shape: Shape,
    /// A secret: whoever knows it can write there.
    pub url: Template,
    pub headers: BTreeMap<String, Template>,
    pub timeout: Duration,
    pub attempts: NonZeroU32,
}

/// What the JSON looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Plain,
    Slack,
    Teams,
    Discord,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Webhook,
    Slack,
    Teams,
    Discord,
    File,
    Github,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Least {
    Error,
    Warning,
    Info,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAlert {
    pub name: Spanned<String>,
    to: Kind,
    url: Option<Template>,
    #[serde(default)]
    headers: BTreeMap<String, Template>,
    file: Option<PathBuf>,
    severity: Option<Least>,
    #[serde(default)]
    providers: Vec<String>,
    timeout: Option<Period>,
    attempts: Option<NonZeroU32>,
}

impl RawAlert {
    /// The alert, with paths taken from `folder`.
    pub fn parse(self, folder: &Path) -> Result<Alert, Problem> {
        let severity = match self.severity.unwrap_or(Least::Error) {
            Least::Error => Severity::Error,
            Least::Warning => Severity::Warning,
            Least::Info => Severity::Info,
        };
        if self.name.get_ref().trim().is_empty() {
            return Err(Problem::new(self.name.span(), "an alert has no name", "name it: name = \"studio\""));
        }
        let shape = match self.to {
            Kind::Webhook => Some(Shape::Plain),
            Kind::Slack => Some(Shape::Slack),
            Kind::Teams => Some(Shape::Teams),
            Kind::Discord => Some(Shape::Discord),
            Kind::File | Kind::Github => None,
        };
        let target = match (shape, &self.file, &self.url) {
            (Some(shape), None, Some(_)) => Target::Http(self.http(shape)?),
            (None, Some(file), None) if matches!(self.to, Kind::File) => Target::File(folder.join(file)),
            (None, None, None) if matches!(self.to, Kind::Github) => Target::Github,
            _ => return Err(self.misplaced()),
        };
        let (name, providers) = (self.name.into_inner(), self.providers);
        Ok(Alert { name, target, severity, providers })
    }

    fn http(&self, shape: Shape) -> Result<Http, Problem> {
        let url = self.url.clone().ok_or_else(|| self.misplaced())?;
        if shape != Shape::Plain && !url.asks_for_environment() {
            return Err(secret(&url, "this URL lets whoever reads it write there"));
        }
        for (name, value) in &self.headers {
            value.without_values()?;
            let shown =
                matches!(name.to_ascii_lowercase().as_str(), "content-type" | "user-agent" | "accept");
            if !shown && !value.asks_for_environment() {
                return Err(secret(value, &format!("the header {name} may hold a secret")));
            }
        }
        url.without_values()?;
        Ok(Http {
            shape,
            url,
            headers: self.headers.clone(),
            timeout: self.timeout.map_or(TIMEOUT, |period| period.0),
            attempts: self.attempts.unwrap_or(ATTEMPTS),
        })
    }

    fn misplaced(&self) -> Problem {
        let needs = match self.to {
            Kind::File => "`file` and no `url`",
            Kind::Github => "neither `url` nor `file`",
            _ => "`url` and no `file`",
        };
        let message = format!("the alert {:?} takes {needs}", self.name.get_ref());
        let hint = "say where it goes, as in to = \"slack\" with url = \"${env:SLACK_URL}\", or to = \"file\" \
                    with file = \"alerts.ndjson\"";
        Problem::new(self.name.span(), message, hint)
    }
}

fn secret(at: &Template, why: &str) -> Problem {
    let hint = "put it into an environment variable and write ${env:NAME}: files are read by many";
    Problem::new(at.span(), format!("{why}, and stands in the configuration"), hint)
}
