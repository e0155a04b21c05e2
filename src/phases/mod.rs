//! The phases of an integration plan, run by cargo-nextest beside the services that they need: what holds of
//! them, what was claimed and is covered, and what to do about the rest.

mod advice;
mod cause;
mod coverage;
mod face;
mod judge;
mod junit;
mod listing;
pub mod model;
mod nextest;
mod page;
mod sample;
mod suites;
pub mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::config::{Config, Phase};
use crate::report::milliseconds;
use crate::secrets::Secrets;
use crate::service::{Company, Unready, Watched};
use listing::Listed;
use model::{AreaResult, Coverage, PhaseReport, PhaseResult, Resource, TESTS, TestId, TestResult};
use nextest::{Built, Going};

pub use face::{FACES, Face, schema};
pub use nextest::NextestError;

/// What is looked at of a service's words after a test has failed, and how many lines.
const AFTERWARDS: Duration = Duration::from_millis(250);
const LINES: usize = 20;

/// What to run.
pub struct Plan<'a> {
    pub config: &'a Config,
    /// Empty: all.
    pub numbers: Vec<u32>,
    /// The deployment that is tested in place of services of ours.
    pub url: Option<String>,
    pub verbose: bool,
    pub secrets: Secrets,
    /// Told, a line each, what is being done.
    pub tell: &'a (dyn Fn(&str) + Sync),
}

/// Why phases could not be run. Each fits "failed to run the phases: …".
#[derive(Debug, thiserror::Error)]
pub enum PhasesError {
    #[error("{0}")]
    Nextest(#[from] NextestError),
    #[error("phase {number}: {unready}")]
    Unready { number: u32, unready: Box<Unready> },
    #[error("phase {number}: {why}")]
    Env { number: u32, why: String },
    #[error("failed to read what is claimed to be covered: {0}")]
    Coverage(String),
}

impl Plan<'_> {
    /// Runs the phases, one after another.
    pub async fn carry_out(mut self) -> Result<PhaseReport, PhasesError> {
        let claims = self.config.common.coverage.as_deref().map(coverage::load).transpose();
        let claims = claims.map_err(PhasesError::Coverage)?.unwrap_or_default();
        (self.tell)("building the tests");
        let folder = self.config.file.parent().unwrap_or(Path::new(""));
        let built = Built::build(&self.config.common, folder, self.verbose).await?;
        let begin = Instant::now();
        let mut phases = Vec::new();
        let chosen = |it: &&Phase| self.numbers.is_empty() || self.numbers.contains(&it.number);
        let chosen: Vec<&Phase> = self.config.phases.iter().filter(chosen).collect();
        for phase in chosen {
            phases.push(self.phase(phase, &built).await?);
        }
        let duration_ms = milliseconds(begin.elapsed());
        let ran: Vec<TestResult> = phases.iter().flat_map(PhaseResult::tests).cloned().collect();
        let partial = !self.numbers.is_empty() || self.url.is_some();
        let coverage = self.coverage(claims, &built, &ran, partial).await?;
        let url = self.url.as_deref().map(|url| self.secrets.blot(url).into_owned());
        Ok(judge::report(
            &self.config.common,
            judge::Run { phases, coverage, duration_ms, url, partial },
            self.config,
        ))
    }

    async fn phase(&mut self, phase: &Phase, built: &Built<'_>) -> Result<PhaseResult, PhasesError> {
        if self.url.is_some() && phase.elsewhere.is_none() {
            return Ok(judge::not_run(phase, "it needs its own services"));
        }
        let areas = self.areas(phase, built).await?;
        let count: usize = areas.iter().map(|(_, tests)| tests.len()).sum();
        if count == 0 {
            return Ok(judge::not_run(phase, "its filtersets choose no test"));
        }
        let begin = Instant::now();
        let company = self.company(phase).await?;
        let env = self.env(phase, &company)?;
        (self.tell)(&format!("phase {}: running {count} tests", phase.number));
        let (mut ran, mut resources) = (Vec::new(), Vec::new());
        if areas.iter().any(|(_, tests)| tests.iter().any(|it| !it.ignored)) {
            let going = built.run(&self.filterset(phase), &env)?;
            (ran, resources) = watch(going, &company).await?;
        }
        let heard = |it: &junit::Failure| company.said(it.begin, it.end + AFTERWARDS, LINES);
        let causes = cause::group(&ran, &heard, &self.secrets);
        let died = company.died().await;
        let died = died.iter().map(|it| format!("{}: {}", it.name, it.ending.text)).collect();
        company.stop().await;
        let areas = self.judged(areas, ran);
        let duration = milliseconds(begin.elapsed());
        Ok(judge::phase(phase, judge::Seen { areas, causes, resources, died, duration }))
    }

    /// What runs beside the tests of a phase; nothing where a deployment is tested.
    async fn company(&mut self, phase: &Phase) -> Result<Company, PhasesError> {
        let number = phase.number;
        let crew = self.config.crew_of(phase);
        let (services, providers) =
            if self.url.is_some() { (vec![], vec![]) } else { (crew.services, crew.providers) };
        let tell = self.tell;
        let starting = |name: &str, _| tell(&format!("phase {number}: starting {name}"));
        let company = Company::ready(&services, &providers, &mut self.secrets, &starting).await;
        company.map_err(|unready| PhasesError::Unready { number, unready: Box::new(unready) })
    }

    fn judged(&self, areas: Vec<(String, Vec<Listed>)>, ran: Vec<junit::Ran>) -> Vec<AreaResult> {
        let ran: BTreeMap<TestId, junit::Ran> = ran.into_iter().map(|it| (it.test.clone(), it)).collect();
        let result = |it: &Listed| judge::test(it, ran.get(&it.test), &self.secrets);
        let area =
            |(name, tests): (String, Vec<Listed>)| judge::area(name, tests.iter().map(result).collect());
        areas.into_iter().map(area).collect()
    }

    /// The tests of each area; each in the first that chooses it.
    async fn areas(
        &self,
        phase: &Phase,
        built: &Built<'_>,
    ) -> Result<Vec<(String, Vec<Listed>)>, PhasesError> {
        let mut known = BTreeSet::new();
        let mut areas = Vec::new();
        for area in &phase.areas {
            let mut tests = built.list(&self.narrowed(phase, &area.tests)).await?;
            tests.retain(|it| known.insert(it.test.clone()));
            areas.push((area.name.clone(), tests));
        }
        Ok(areas)
    }

    /// All tests of the phase.
    fn filterset(&self, phase: &Phase) -> String {
        let areas: Vec<String> = phase.areas.iter().map(|area| format!("({})", area.tests)).collect();
        self.narrowed(phase, &areas.join(" | "))
    }

    fn narrowed(&self, phase: &Phase, filterset: &str) -> String {
        match (&self.url, &phase.elsewhere) {
            (Some(_), Some(elsewhere)) => format!("({filterset}) & ({elsewhere})"),
            _ => filterset.to_owned(),
        }
    }

    fn env(&mut self, phase: &Phase, company: &Company) -> Result<Vec<(String, String)>, PhasesError> {
        if let Some(url) = &self.url {
            let name = self.config.common.url_env.iter();
            return Ok(name.map(|name| (name.clone(), url.clone())).collect());
        }
        let mut env = Vec::new();
        for (name, template) in &phase.env {
            let value = company.fill(template, &mut self.secrets);
            let why = |why: crate::service::StartError| PhasesError::Env {
                number: phase.number,
                why: why.to_string(),
            };
            env.push((name.clone(), value.map_err(why)?));
        }
        Ok(env)
    }

    async fn coverage(
        &self,
        claims: coverage::Claims,
        built: &Built<'_>,
        ran: &[TestResult],
        partial: bool,
    ) -> Result<Vec<Coverage>, PhasesError> {
        let targets = &self.config.common.targets;
        let mut kinds: BTreeMap<String, Vec<model::Entry>> =
            targets.keys().map(|it| (it.clone(), vec![])).collect();
        for (kind, claims) in claims {
            let entries = kinds.entry(kind).or_default();
            for claim in claims {
                let mut there = BTreeSet::new();
                for test in &claim.tests {
                    let listed = built.list(&coverage::filterset(test)).await?;
                    there.extend(listed.into_iter().map(|it| it.test));
                }
                entries.push(coverage::judge(&claim, &there, ran, partial));
            }
        }
        let kind = |(kind, entries): (String, _)| {
            let target = targets.get(&kind).copied();
            coverage::kind(kind, target, entries)
        };
        Ok(kinds.into_iter().map(kind).collect())
    }
}

/// Waits for the tests, and measures them and all that runs beside them meanwhile.
async fn watch(going: Going, company: &Company) -> Result<(Vec<junit::Ran>, Vec<Resource>), PhasesError> {
    let mut watched = company.watched();
    watched.push(Watched { name: TESTS.to_owned(), pid: going.pid() });
    let mut sampler = sample::Sampler::new(watched);
    let junit = tokio::select! {
        junit = going.junit() => junit,
        () = sampler.run() => unreachable!("nobody ends the sampler but the end of the tests"),
    };
    going.stop().await;
    let why = |why| NextestError::Unreadable { what: "what cargo-nextest tells of the tests", why };
    Ok((junit::parse(&junit?).map_err(why)?, sampler.resources()))
}
