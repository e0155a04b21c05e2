//! What runs: the document that a service publishes of itself, and what it answers when it is only read.

use std::time::Duration;

use countersign_openapi::Document;
use countersign_verify::{Settings, Target, VerifyError, verify};
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::document::{Fetched, Loaded};
use crate::config::{Filling, Messages, Provider, Template, Unfillable};
use crate::contract::Pledge;
use crate::finding::{self, Between, Finding};
use crate::report::Trouble;
use crate::secrets::Secrets;
use crate::service::Running;

/// How a running service is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// As it runs already.
    pub provider: &'a Provider,
    pub pledges: &'a [Pledge],
    /// What the repository says: answers are held against it.
    pub current: Option<&'a Document>,
    /// Whether requests that change something, and provider states, are sent too.
    pub writes: bool,
}

/// What was seen of it.
#[derive(Debug, Default)]
pub struct Served {
    pub document: Option<Loaded>,
    pub findings: Vec<Finding>,
    pub troubles: Vec<Trouble>,
    /// How many interactions were replayed.
    pub observed: usize,
}

impl Look<'_> {
    /// Looks. Never fails: what stands in the way is among the troubles.
    pub async fn carry_out(&self) -> Served {
        let mut served = Served::default();
        let mut secrets = Secrets::default();
        let name = self.provider.name.as_str();
        let provider = if self.writes {
            self.provider.clone()
        } else {
            // A message is one more thing that would be written: nobody has to know the way of any.
            Provider { states: None, messages: Messages::default(), ..self.provider.clone() }
        };
        let running = match Running::ready(&provider, &[], &mut secrets, &|_, _| {}).await {
            Ok(running) => running,
            Err(error) => {
                let message = format!("failed to reach {}: {error}", error.party.of(name));
                let trouble = Trouble::new("served.unreachable", secrets.blot(&message)).of_provider(name);
                served.troubles.push(Trouble { hint: error.hint(), ..trouble });
                return served;
            }
        };
        self.fetch(&running.target, &mut secrets, &mut served).await;
        if let Some(current) = self.current {
            for pledge in self.pledges {
                self.observe(pledge, (&running.target, &secrets), current, &mut served).await;
            }
        }
        running.stop().await;
        served
    }

    async fn fetch(&self, target: &Target, secrets: &mut Secrets, served: &mut Served) {
        let (Some(template), Some(base)) = (&self.provider.publishes, &target.url) else { return };
        let name = self.provider.name.as_str();
        let within = self.provider.request_timeout.unwrap_or(Duration::from_secs(30));
        let asked = match below(base, template, secrets).and_then(|url| Ok((url, headers(target)?))) {
            Ok((url, headers)) => {
                Fetched::from(&url, &headers, within, &self.provider.reading.options()).await
            }
            Err(why) => {
                let message = format!("failed to ask for the document it publishes: {why}");
                served.troubles.push(Trouble::new("served.document-unasked", message).of_provider(name));
                return;
            }
        };
        match asked {
            Ok(Fetched::Published(loaded)) => served.document = Some(*loaded),
            Ok(Fetched::None) => {
                let message = format!("it publishes no document at {}", template.source());
                let trouble = Trouble::new("served.document-missing", message).of_provider(name);
                served.troubles.push(trouble.hint("`publishes` in countersign.toml names where it stands"));
            }
            Err(error) => {
                let message = secrets.blot(&format!("failed to load {error}")).into_owned();
                let trouble = Trouble::new("served.document-unreadable", message).of_provider(name);
                served.troubles.push(Trouble { hint: error.way_out(), ..trouble });
            }
        }
    }

    /// Replays what only reads, and keeps what the answers break of the document: without its states a service
    /// cannot give what a pact expects, and whatever it answers has to be what the document says.
    async fn observe(
        &self,
        pledge: &Pledge,
        (target, secrets): (&Target, &Secrets),
        current: &Document,
        served: &mut Served,
    ) {
        let defaults = Settings::default();
        let settings = Settings {
            only_safe: !self.writes,
            request_timeout: self.provider.request_timeout.unwrap_or(defaults.request_timeout),
            run_timeout: self.provider.run_timeout.unwrap_or(defaults.run_timeout),
            ..defaults
        };
        match verify(&pledge.pact, target, Some(current), &settings, &|_| {}).await {
            Ok(verification) => {
                let gathered = finding::gather(pledge, &verification, secrets);
                let of_answers = |finding: &Finding| finding.between == Between::DocumentAndProvider;
                served.observed += verification.interactions.len();
                served.findings.extend(gathered.findings.into_iter().filter(of_answers));
                served.troubles.extend(together(gathered.troubles, &pledge.contract));
            }
            Err(VerifyError::NothingSafe | VerifyError::EmptyPact) => {}
            Err(error) => {
                let message = format!("failed to observe {}: {error}", pledge.contract);
                let trouble = Trouble::new("served.not-observed", secrets.blot(&message));
                served.troubles.push(trouble.of_contract(&pledge.contract));
            }
        }
    }
}

fn below(base: &Url, template: &Template, secrets: &mut Secrets) -> Result<Url, String> {
    let service = |name: &_| Err(Unfillable::Service { name: <_>::clone(name), instead: None });
    let variable = |name: &str| std::env::var(name).ok();
    let filling = Filling { started: None, service: &service, variable: &variable };
    let text = template.fill(&filling, secrets).map_err(|error| error.to_string())?;
    base.join(&text).map_err(|error| error.to_string())
}

fn headers(target: &Target) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in &target.headers {
        let shown = format!("the header {name} cannot be sent");
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| shown.clone())?;
        headers.insert(name, HeaderValue::from_str(value).map_err(|_| shown)?);
    }
    Ok(headers)
}

/// Troubles of interactions, one for all that have the same: no contract is replayed here whose part of the
/// report could hold them.
fn together(troubles: Vec<Trouble>, contract: &str) -> Vec<Trouble> {
    let mut alike: Vec<(Trouble, usize)> = Vec::new();
    for trouble in troubles {
        match alike
            .iter_mut()
            .find(|(known, _)| (&known.id, &known.message) == (&trouble.id, &trouble.message))
        {
            Some((_, count)) => *count += 1,
            None => alike.push((trouble, 1)),
        }
    }
    let told = |(trouble, count): (Trouble, usize)| {
        let first = trouble.interaction.unwrap_or_default();
        let which = match count {
            1 => format!("{first:?} of {contract}"),
            more => format!("{more} interactions of {contract}, {first:?} first"),
        };
        Trouble { interaction: None, message: format!("{which}: {}", trouble.message), ..trouble }
    };
    alike.into_iter().map(told).collect()
}
