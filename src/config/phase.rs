//! `[[phase]]` and `[phases]` of `countersign.toml`: which tests make up a phase, what runs beside them, and
//! what has to come out.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::problem::Problem;
use super::service::{Needs, variable};
use super::template::Template;
use super::values::Period;

/// How often a test that fails is tried again, where the file does not say: one that passes then is flaky.
const RETRIES: u32 = 2;

/// How long one test may take, where the file does not say.
const TEST_TIMEOUT: Duration = Duration::from_mins(5);

/// What holds for all phases.
#[derive(Clone, Debug)]
pub struct Phases {
    /// Arguments for cargo: which packages are built, and with which features.
    pub cargo: Vec<String>,
    /// The file that lists what is claimed to be covered.
    pub coverage: Option<PathBuf>,
    /// By kind, how many per cent of what is claimed have to be covered.
    pub targets: BTreeMap<String, f64>,
    /// The variable that tells tests where the deployment is that `--url` names.
    pub url_env: Option<String>,
    /// Variables of the caller's whose values are passed to the tests and never shown.
    pub secret_env: Vec<String>,
    pub retries: u32,
    pub test_timeout: Duration,
    /// Tests that run at the same time, in place of one a core.
    pub threads: Option<NonZeroUsize>,
    /// Of all phases together.
    pub limits: Limits,
}

/// One phase, as `countersign.toml` describes it.
#[derive(Clone, Debug)]
pub struct Phase {
    pub number: u32,
    pub name: String,
    /// The services, and the providers as services, that run beside its tests.
    pub needs: Needs,
    /// Added to the environment of its tests.
    pub env: Vec<(String, Template)>,
    /// A filterset of those of its tests that can run against a deployment.
    pub elsewhere: Option<String>,
    /// At least one; no two have one name.
    pub areas: Vec<Area>,
    pub limits: Limits,
}

/// A part of a phase: a test of two areas counts in the first.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    pub name: String,
    /// A filterset of cargo-nextest.
    pub tests: String,
}

/// What has to hold of a phase, or of all of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    pub max_duration: Option<Duration>,
    /// In per cent of the tests that ran.
    pub max_flaky: Option<f64>,
    /// Tests that are not run, at most, before nobody can tell how the phase stands.
    pub max_skipped: usize,
    pub min_tests: Option<usize>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "f64")]
struct Percent(f64);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPhases {
    #[serde(default)]
    cargo: Vec<String>,
    coverage: Option<PathBuf>,
    #[serde(default)]
    targets: BTreeMap<String, Percent>,
    url_env: Option<Spanned<String>>,
    #[serde(default)]
    secret_env: Vec<Spanned<String>>,
    retries: Option<u32>,
    test_timeout: Option<Period>,
    threads: Option<NonZeroUsize>,
    max_duration: Option<Period>,
    max_flaky: Option<Percent>,
    min_tests: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPhase {
    number: Spanned<u32>,
    name: String,
    #[serde(default)]
    needs: Needs,
    #[serde(default)]
    env: BTreeMap<String, Template>,
    elsewhere: Option<String>,
    #[serde(default)]
    area: Vec<Area>,
    max_duration: Option<Period>,
    max_flaky: Option<Percent>,
    #[serde(default)]
    max_skipped: usize,
    min_tests: Option<usize>,
}

impl Default for Phases {
    fn default() -> Self {
        Self {
            cargo: Vec::new(),
            coverage: None,
            targets: BTreeMap::new(),
            url_env: None,
            secret_env: Vec::new(),
            retries: RETRIES,
            test_timeout: TEST_TIMEOUT,
            threads: None,
            limits: Limits::default(),
        }
    }
}

impl RawPhases {
    /// What holds for all phases, with paths taken from `folder`.
    pub fn parse(self, folder: &Path) -> Result<Phases, Problem> {
        let secret_env: Result<_, Problem> = self.secret_env.into_iter().map(variable).collect();
        Ok(Phases {
            cargo: self.cargo,
            coverage: self.coverage.map(|file| folder.join(file)),
            targets: self.targets.into_iter().map(|(kind, percent)| (kind, percent.0)).collect(),
            url_env: self.url_env.map(variable).transpose()?,
            secret_env: secret_env?,
            retries: self.retries.unwrap_or(RETRIES),
            test_timeout: self.test_timeout.map_or(TEST_TIMEOUT, |it| it.0),
            threads: self.threads,
            limits: Limits {
                max_duration: self.max_duration.map(|it| it.0),
                max_flaky: self.max_flaky.map(|it| it.0),
                max_skipped: 0,
                min_tests: self.min_tests,
            },
        })
    }
}

/// Reads the phases, in the order of their numbers.
pub(super) fn parse(raw: Vec<RawPhase>) -> Result<Vec<Phase>, Problem> {
    let mut phases: Vec<Phase> = Vec::new();
    for raw in raw {
        let span = raw.number.span();
        let phase = raw.parse()?;
        if phases.iter().any(|known| known.number == phase.number) {
            let message = format!("there are two phases with the number {}", phase.number);
            return Err(Problem::new(span, message, "give each phase a number of its own"));
        }
        phases.push(phase);
    }
    phases.sort_by_key(|phase| phase.number);
    Ok(phases)
}

impl RawPhase {
    fn parse(self) -> Result<Phase, Problem> {
        let span = self.number.span();
        let number = self.number.into_inner();
        check_areas(number, &span, &self.area)?;
        Ok(Phase {
            number,
            name: self.name,
            needs: self.needs,
            env: self.env.into_iter().collect(),
            elsewhere: self.elsewhere,
            areas: self.area,
            limits: Limits {
                max_duration: self.max_duration.map(|it| it.0),
                max_flaky: self.max_flaky.map(|it| it.0),
                max_skipped: self.max_skipped,
                min_tests: self.min_tests,
            },
        })
    }
}

fn check_areas(number: u32, span: &Range<usize>, areas: &[Area]) -> Result<(), Problem> {
    let hint = "describe its tests: [[phase.area]] with name = \"…\" and tests = \"test(…)\"";
    if areas.is_empty() {
        return Err(Problem::new(span.clone(), format!("phase {number} has no area, and so no test"), hint));
    }
    for (at, area) in areas.iter().enumerate() {
        if area.tests.trim().is_empty() {
            let message = format!("the area {:?} of phase {number} names no tests", area.name);
            return Err(Problem::new(span.clone(), message, hint));
        }
        if areas[..at].iter().any(|known| known.name == area.name) {
            let message = format!("phase {number} has two areas with the name {:?}", area.name);
            return Err(Problem::new(span.clone(), message, "give each area a name of its own"));
        }
    }
    Ok(())
}

impl TryFrom<f64> for Percent {
    type Error = String;

    fn try_from(number: f64) -> Result<Self, String> {
        if (0.0..=100.0).contains(&number) {
            return Ok(Self(number));
        }
        Err(format!("{number} is no share of a hundred: write it as 90 or 0.5"))
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn read(text: &str) -> Result<Config, String> {
        Config::from_text("countersign.toml".as_ref(), text).map_err(|error| error.to_string())
    }

    const AREA: &str = "[[phase.area]]\nname = \"a\"\ntests = \"all()\"\n";

    #[test]
    fn phases_come_in_the_order_of_their_numbers() {
        let text = format!(
            "[[phase]]\nnumber = 2\nname = \"b\"\nmax_flaky = 1\n{AREA}[[phase]]\nnumber = 1\nname = \"a\"\n{AREA}"
        );
        let phases = read(&text).unwrap().phases;
        assert_eq!(phases.iter().map(|it| it.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(phases[1].limits.max_flaky, Some(1.0));
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_place() {
        for (text, why) in [
            ("number = 1\nname = \"a\"\n".to_owned(), "2:10: phase 1 has no area"),
            (format!("number = 1\nname = \"a\"\n{AREA}{AREA}"), "two areas with the name \"a\""),
            (
                format!("number = 1\nname = \"a\"\nneeds = [\"moon\"]\n{AREA}"),
                "neither a service nor a provider",
            ),
            (
                format!("number = 1\nname = \"a\"\nenv = {{ A = \"${{service:redis}}\" }}\n{AREA}"),
                "${service:redis} stands here",
            ),
            (format!("number = 1\nname = \"a\"\nmax_flaky = 101\n{AREA}"), "101 is no share of a hundred"),
        ] {
            let told = read(&format!("[[phase]]\n{text}")).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
        let twice = format!("[[phase]]\nnumber = 1\nname = \"a\"\n{AREA}");
        assert!(read(&format!("{twice}{twice}")).unwrap_err().contains("two phases with the number 1"));
    }

    #[test]
    fn a_provider_brings_what_it_needs_itself() {
        let text = format!(
            "[[service]]\nname = \"redis\"\nstart = [\"redis\"]\nurl = \"redis://a:1\"\n\
             [[provider]]\nname = \"shop\"\nstart = [\"shop\"]\nurl = \"http://a:2\"\nneeds = [\"redis\"]\n\
             [[phase]]\nnumber = 1\nname = \"a\"\nneeds = [\"shop\"]\nenv = {{ SHOP = \"${{service:shop}}\" }}\n{AREA}"
        );
        let config = read(&text).unwrap();
        let crew = config.crew_of(&config.phases[0]);
        assert_eq!(crew.services.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["redis"]);
        assert_eq!(crew.providers.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["shop"]);
    }
}
