//! The run: makes every provider ready, replays its pacts, and puts the report together. Providers
//! run side by side, but for those that share a service; the report keeps the order in which they are
//! configured.

mod turns;

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use countersign_openapi::{Document, LoadError};
use countersign_verify::{Event, Settings, Verification, verify};
use futures::future::join_all;
use url::Url;

use crate::config::{Provider, Service};
use crate::contract::Pledge;
use crate::finding::{self, Finding};
use crate::progress::{Progress, Step};
use crate::reading::way_out;
use crate::report::{Contract, Coverage, Parts, Report, Trouble, Verb};
use crate::secrets::Secrets;
use crate::service::{Ending, NotReady, Party, Running};
use turns::Turns;

/// Interactions in flight where neither flag nor file says: enough to keep two processes busy.
const JOBS: NonZeroUsize = NonZeroUsize::new(16).expect("16 is not 0");

/// How long the end of what has fallen silent is waited for.
const DEATH: Duration = Duration::from_secs(1);

/// What to do.
#[derive(Debug, Default)]
pub struct Plan {
    pub providers: Vec<Assignment>,
    /// What already went wrong while planning.
    pub troubles: Vec<Trouble>,
    /// Replays only interactions whose description or state holds this text.
    pub filter: Option<String>,
}

/// A provider and the pacts it has to keep.
#[derive(Debug)]
pub struct Assignment {
    pub provider: Provider,
    /// What it needs, directly or not, in the order in which it is started.
    pub services: Vec<Service>,
    pub pledges: Vec<Pledge>,
    /// What must not be shown.
    pub secrets: Secrets,
}

/// What one provider adds to the report.
#[derive(Debug, Default)]
struct Part {
    findings: Vec<Finding>,
    troubles: Vec<Trouble>,
    contracts: Vec<Contract>,
    coverage: Option<Coverage>,
}

impl Plan {
    /// Carries the plan out. Never fails: what goes wrong is part of the report.
    pub async fn carry_out(self, verb: Verb, progress: &Progress) -> Report {
        let begin = Instant::now();
        let filter = self.filter.as_deref();
        let turns = Turns::of(&self.providers);
        let in_turn = |assignment: Assignment| async {
            let _turn = turns.wait(&assignment).await;
            assignment.carry_out(filter, progress).await
        };
        let parts = join_all(self.providers.into_iter().map(in_turn)).await;
        let mut whole = Parts { errors: self.troubles, ..Parts::default() };
        for part in parts {
            whole.findings.extend(part.findings);
            whole.errors.extend(part.troubles);
            whole.contracts.extend(part.contracts);
            whole.coverage.extend(part.coverage);
        }
        if whole.contracts.is_empty() && whole.errors.is_empty() {
            whole.errors.push(Trouble::new("nothing.verified", "there was nothing to verify"));
        }
        Report::new(verb, whole, begin.elapsed())
    }
}

impl Assignment {
    /// Adds a pact to those that the provider has to keep.
    pub fn take(&mut self, mut pledge: Pledge) {
        pledge.document = self.provider.document.as_ref().map(|file| file.display().to_string());
        self.pledges.push(pledge);
    }

    fn name(&self) -> &str {
        self.provider.name.as_str()
    }

    async fn carry_out(mut self, filter: Option<&str>, progress: &Progress) -> Part {
        if self.pledges.is_empty() {
            return self.nothing_done(self.unbound());
        }
        let document = match self.document() {
            Ok(document) => document,
            Err(error) => return self.nothing_done(self.unreadable(&error)),
        };
        let begin = Instant::now();
        let mut secrets = std::mem::take(&mut self.secrets);
        let name = self.name();
        let tell =
            |service: Option<&_>, stage| progress.tell(Step::Preparing { provider: name, service, stage });
        let ready = Running::ready(&self.provider, &self.services, &mut secrets, &tell).await;
        let running = match ready {
            Ok(running) => running,
            Err(error) => return self.nothing_done(self.not_ready(&error, &secrets)),
        };
        let url = running.target.url.as_ref().map(Url::as_str);
        progress.tell(Step::Ready { provider: name, url, after: begin.elapsed() });
        let replay =
            Replay { assignment: &self, running: &running, document: document.as_ref(), secrets, filter };
        let part = replay.carry_out(progress).await;
        running.stop().await;
        part
    }

    fn document(&self) -> Result<Option<Document>, LoadError> {
        let file = self.provider.document.as_ref();
        file.map(|file| Document::load(file, &self.provider.reading.options())).transpose()
    }

    fn unreadable(&self, error: &LoadError) -> Trouble {
        let file = self.provider.document.as_ref().map_or(String::new(), |file| file.display().to_string());
        let message = format!("failed to load the document {file}: {error}");
        let trouble = Trouble::new("document.unreadable", message).of_provider(self.name());
        Trouble { hint: way_out(error), ..trouble }
    }

    /// Every contract unknown, because of `trouble`.
    fn nothing_done(&self, trouble: Trouble) -> Part {
        let contracts = self.pledges.iter().map(Pledge::unverified).collect();
        Part { troubles: vec![trouble], contracts, ..Part::default() }
    }

    fn unbound(&self) -> Trouble {
        let message = format!("no pact binds the provider {:?}", self.name());
        Trouble::new("provider.without-pact", message)
            .of_provider(self.name())
            .hint("a pact names its provider in /provider/name; --pact names a file, `pacts` in countersign.toml a folder")
    }

    fn not_ready(&self, error: &NotReady, secrets: &Secrets) -> Trouble {
        let message = format!("failed to start {}: {error}", error.party.of(self.name()));
        Trouble {
            hint: error.hint(),
            output: blotted(error.output(), secrets),
            ..Trouble::new(&error.id(), secrets.blot(&message)).of_provider(self.name())
        }
    }

    fn settings(&self, filter: Option<&str>) -> Settings {
        let defaults = Settings::default();
        Settings {
            jobs: self.provider.jobs.unwrap_or(JOBS),
            isolated_states: self.provider.isolated_states,
            filter: filter.map(str::to_owned),
            request_timeout: self.provider.request_timeout.unwrap_or(defaults.request_timeout),
            run_timeout: self.provider.run_timeout.unwrap_or(defaults.run_timeout),
            ..defaults
        }
    }
}

/// One provider's pacts against the running service, one after another: states of one pact could
/// be seen by another.
struct Replay<'a> {
    assignment: &'a Assignment,
    running: &'a Running,
    document: Option<&'a Document>,
    secrets: Secrets,
    filter: Option<&'a str>,
}

impl Replay<'_> {
    async fn carry_out(&self, progress: &Progress) -> Part {
        let mut part = Part::default();
        let mut replays = Vec::new();
        for pledge in self.chosen() {
            if let Some(verification) = self.one(pledge, &mut part, progress).await {
                replays.push(verification);
            }
        }
        let silent = part.troubles.iter().any(|it| it.id == finding::NO_ANSWER);
        // The death of a service shows in whatever the provider answers without it.
        let needy = !self.assignment.services.is_empty() && part.contracts.iter().any(|it| it.broken > 0);
        let patience = if silent || needy { DEATH } else { Duration::ZERO };
        for (party, ending) in self.running.died(patience).await {
            part.troubles.push(self.died(&party, &ending));
        }
        // A part of the interactions says nothing of how much of the document all of them use.
        if let (Some(document), None) = (self.document, self.filter) {
            let replays: Vec<&Verification> = replays.iter().collect();
            let file = self.assignment.provider.document.as_ref().map(|it| it.display().to_string());
            let name = self.assignment.name();
            part.coverage = Some(finding::coverage(name, &file.unwrap_or_default(), document, &replays));
        }
        part
    }

    /// The pacts in which the filter chooses something. Where it chooses nothing at all, every one,
    /// so that each says so.
    fn chosen(&self) -> Vec<&Pledge> {
        let every = || self.assignment.pledges.iter();
        let Some(text) = self.filter else { return every().collect() };
        let holds = |it: &&Pledge| it.pact.interactions().iter().any(|it| it.mentions(text));
        let chosen: Vec<&Pledge> = every().filter(holds).collect();
        if chosen.is_empty() { every().collect() } else { chosen }
    }

    async fn one(&self, pledge: &Pledge, part: &mut Part, progress: &Progress) -> Option<Verification> {
        let tell = |event: Event<'_>| match event {
            Event::Started { interactions } => {
                progress.tell(Step::Replaying { contract: &pledge.contract, interactions });
            }
            Event::Finished(_) => progress.tell(Step::Interaction),
        };
        let settings = self.assignment.settings(self.filter);
        match verify(&pledge.pact, &self.running.target, self.document, &settings, &tell).await {
            Ok(verification) => {
                let gathered = finding::gather(pledge, &verification, &self.secrets);
                progress.tell(Step::Replayed(&gathered.contract));
                part.findings.extend(gathered.findings);
                part.troubles.extend(gathered.troubles);
                part.contracts.push(gathered.contract);
                Some(verification)
            }
            Err(error) => {
                let message = format!("failed to verify {}: {error}", pledge.contract);
                part.troubles.push(
                    Trouble::new("contract.not-verified", self.secrets.blot(&message))
                        .of_contract(&pledge.contract)
                        .of_provider(self.assignment.name()),
                );
                part.contracts.push(pledge.unverified());
                None
            }
        }
    }

    fn died(&self, party: &Party, ending: &Ending) -> Trouble {
        let name = self.assignment.name();
        let (who, how) = (party.of(name), &ending.text);
        Trouble {
            output: blotted(&ending.output, &self.secrets),
            ..Trouble::new(
                &party.id("died"),
                format!("{who} did not last: {how} while its pacts were replayed"),
            )
            .of_provider(name)
            .hint("its last output tells why; what was replayed before it ended counts all the same")
        }
    }
}

fn blotted(lines: &[String], secrets: &Secrets) -> Vec<String> {
    lines.iter().map(|line| secrets.blot(line).into_owned()).collect()
}
