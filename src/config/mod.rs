//! `countersign.toml`, read once: which providers there are, how each is started or found, and where
//! their pacts and documents lie. Paths in it are relative to the file itself.

mod acceptance;
mod alert;
mod broker;
mod launch;
mod message;
mod needs;
mod payload;
mod phase;
mod problem;
mod provider;
mod service;
mod template;
mod values;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use countersign_openapi::rule::{Level, Levels};
use serde::Deserialize;
use toml::Spanned;

pub use acceptance::Acceptance;
pub use alert::{Alert, Http, Shape, Target};
pub use broker::{Broker, Identity};
pub use launch::{Address, Launch, Readiness};
pub use message::{Action, Celery, DEFAULT_QUEUE, Request, Trigger, WebSocket};
pub use payload::Payload;
pub use phase::{Area, Limits, Phase, Phases};
pub use problem::{ConfigError, Problem};
pub use provider::{Messages, Provider, Site};
pub use service::{Service, ServiceName};
pub use template::{Filling, Template, Unfillable};
pub use values::bytes;

use acceptance::RawAcceptance;
use alert::RawAlert;
use broker::RawBroker;
use phase::{RawPhase, RawPhases};
use provider::RawProvider;
use service::RawService;

/// The file that `check` and `verify` read where no other is named.
pub const FILE: &str = "countersign.toml";

/// Bytes of a configuration, at most: far more than anyone writes, far less than memory.
const MAX_BYTES: u64 = 1024 * 1024;

/// What `countersign.toml` says.
#[derive(Debug)]
pub struct Config {
    /// The file it was read from.
    pub file: PathBuf,
    /// The folder that holds the pacts.
    pub pacts: PathBuf,
    /// In the order of the file; no two have one name.
    pub providers: Vec<Provider>,
    /// As well; none needs itself, and all that are needed are there.
    pub services: Vec<Service>,
    /// As well; no two have one name.
    pub alerts: Vec<Alert>,
    pub broker: Option<Broker>,
    /// Levels of rules, in place of their own.
    pub levels: Levels,
    pub acceptances: Vec<Acceptance>,
    /// What holds for all phases.
    pub common: Phases,
    /// In the order of their numbers, no two of which are one.
    pub phases: Vec<Phase>,
}

/// What runs beside the tests of a phase.
#[derive(Clone, Debug)]
pub struct PhaseCrew {
    /// Each after those that it needs itself.
    pub services: Vec<Service>,
    /// They come after all services.
    pub providers: Vec<Provider>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    #[serde(default = "pacts")]
    pacts: PathBuf,
    #[serde(default)]
    provider: Vec<RawProvider>,
    #[serde(default)]
    service: Vec<RawService>,
    #[serde(default)]
    alert: Vec<RawAlert>,
    broker: Option<RawBroker>,
    #[serde(default)]
    rules: BTreeMap<Spanned<String>, Level>,
    #[serde(default)]
    accept: Vec<RawAcceptance>,
    phases: Option<RawPhases>,
    #[serde(default)]
    phase: Vec<RawPhase>,
}

fn pacts() -> PathBuf {
    PathBuf::from("pacts")
}

/// A stretch of time, such as `500ms`, `20s` or `2m`.
pub fn period(text: &str) -> Result<std::time::Duration, String> {
    values::Period::try_from(text.to_owned()).map(|period| period.0)
}

impl Config {
    /// Reads the configuration in `file`.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { file: file.to_owned(), source };
        if fs::metadata(file).map_err(unreadable)?.len() > MAX_BYTES {
            return Err(ConfigError::TooLarge { file: file.to_owned(), limit: MAX_BYTES });
        }
        let text = fs::read_to_string(file).map_err(unreadable)?;
        Self::from_text(file, &text)
    }

    /// Reads a configuration from `text`, as if it stood in `file`.
    pub fn from_text(file: &Path, text: &str) -> Result<Self, ConfigError> {
        let at = |problem: Problem| problem.at(file, text);
        let raw: RawConfig = toml::from_str(text).map_err(|error| at(Problem::from(&error)))?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let services = services(raw.service, folder).map_err(at)?;
        let providers = providers(raw.provider, folder).map_err(at)?;
        needs::check(&services, &providers).map_err(at)?;
        let common = raw.phases.map(|it| it.parse(folder)).transpose().map_err(at)?.unwrap_or_default();
        let phases = phase::parse(raw.phase).map_err(at)?;
        phases.iter().try_for_each(|it| needs::check_phase(it, &services, &providers)).map_err(at)?;
        let alerts = alerts(raw.alert, folder).map_err(at)?;
        let broker = raw.broker.map(|it| it.parse(folder)).transpose().map_err(at)?;
        let levels = levels(raw.rules).map_err(at)?;
        let acceptances: Result<_, Problem> = raw.accept.into_iter().map(|it| it.parse(&providers)).collect();
        let acceptances = acceptances.map_err(at)?;
        Ok(Self {
            file: file.to_owned(),
            pacts: folder.join(raw.pacts),
            providers,
            services,
            alerts,
            broker,
            levels,
            acceptances,
            common,
            phases,
        })
    }

    /// The provider of that name.
    #[must_use]
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name.as_str() == name)
    }

    /// The services that `provider` needs, directly or not, each after those that it needs itself.
    #[must_use]
    pub fn services_of(&self, provider: &Provider) -> Vec<&Service> {
        needs::in_order([&provider.needs], &self.services)
    }

    /// What `phase` needs, with what that needs itself.
    #[must_use]
    pub fn crew_of(&self, phase: &Phase) -> PhaseCrew {
        let providers = needs::providers(&phase.needs, &self.services, &self.providers);
        let all = std::iter::once(&phase.needs).chain(providers.iter().map(|it| &it.needs));
        let services = needs::in_order(all, &self.services);
        PhaseCrew {
            services: services.into_iter().cloned().collect(),
            providers: providers.into_iter().cloned().collect(),
        }
    }

    /// The names of all providers, for messages: `"a", "b"`.
    #[must_use]
    pub fn names(&self) -> String {
        let names: Vec<String> = self.providers.iter().map(|it| format!("{:?}", it.name.as_str())).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }
}

fn providers(raw: Vec<RawProvider>, folder: &Path) -> Result<Vec<Provider>, Problem> {
    let mut providers: Vec<Provider> = Vec::new();
    for raw in raw {
        let span = raw.name.span();
        let provider = raw.parse(folder)?;
        if providers.iter().any(|known| known.name == provider.name) {
            let message = format!("there are two providers with the name {:?}", provider.name.as_str());
            return Err(Problem::new(span, message, "give each provider one [[provider]] table"));
        }
        providers.push(provider);
    }
    Ok(providers)
}

fn services(raw: Vec<RawService>, folder: &Path) -> Result<Vec<Service>, Problem> {
    let mut services: Vec<Service> = Vec::new();
    for raw in raw {
        let span = raw.name.span();
        let service = raw.parse(folder)?;
        if services.iter().any(|known| known.name == service.name) {
            let message = format!("there are two services with the name {:?}", service.name.as_str());
            return Err(Problem::new(span, message, "give each service one [[service]] table"));
        }
        services.push(service);
    }
    Ok(services)
}

fn alerts(raw: Vec<RawAlert>, folder: &Path) -> Result<Vec<Alert>, Problem> {
    let mut alerts: Vec<Alert> = Vec::new();
    for raw in raw {
        let span = raw.name.span();
        let alert = raw.parse(folder)?;
        if alerts.iter().any(|known| known.name == alert.name) {
            let message = format!("there are two alerts with the name {:?}", alert.name);
            return Err(Problem::new(span, message, "give each alert a name of its own"));
        }
        alerts.push(alert);
    }
    Ok(alerts)
}

fn levels(raw: BTreeMap<Spanned<String>, Level>) -> Result<Levels, Problem> {
    let known = |(rule, level): (Spanned<String>, Level)| {
        acceptance::known(&rule)?;
        Ok((rule.into_inner(), level))
    };
    raw.into_iter().map(known).collect()
}
