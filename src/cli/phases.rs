//! `countersign phases`: the phases of an integration plan, and what holds of them.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tokio::runtime::Runtime;

use super::failure::Failure;
use super::output::{Sink, cannot_write};
use super::replay::interruption;
use crate::config::{self, Config};
use crate::exit::Exit;
use crate::phases::model::PhaseReport;
use crate::phases::{FACES, Face, PhasesError, Plan, text};
use crate::report::printable;
use crate::secrets::Secrets;

/// Runs the phases of an integration plan, and says what holds of them.
///
/// cargo-nextest runs the tests of each phase that countersign.toml describes, beside the services that it
/// needs.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = config::FILE)]
    config: PathBuf,
    /// Only this phase; may be given several times.
    #[arg(long, value_name = "N")]
    phase: Vec<u32>,
    /// Tests a deployment that runs already, with those tests that can run elsewhere; starts no service.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Writes phases.json, phases.xml (JUnit) and phases.html into DIR.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Shows what cargo-nextest tells meanwhile.
    #[arg(long, short)]
    verbose: bool,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let config = Config::load(&self.config)?;
        if let Some(unknown) =
            self.phase.iter().find(|&&it| config.phases.iter().all(|known| known.number != it))
        {
            let numbers: Vec<String> = config.phases.iter().map(|it| it.number.to_string()).collect();
            return Err(Failure::new(format!("{} describes no phase {unknown}", config.file.display()))
                .hint(format!(
                    "it describes {}",
                    if numbers.is_empty() { "none".to_owned() } else { numbers.join(", ") }
                )));
        }
        let secrets = self.secrets(&config)?;
        let places = self.report.as_deref().map(open).transpose()?.unwrap_or_default();
        let tell = |line: &str| drop(writeln!(io::stderr(), "{}", printable(line)));
        let (numbers, url, verbose) = (self.phase.clone(), self.url.clone(), self.verbose);
        let plan = Plan { config: &config, numbers, url, verbose, secrets: secrets.clone(), tell: &tell };
        let report = carry_out(plan, &secrets)?;
        for place in places {
            place.write(&report)?;
        }
        let mut out = Vec::new();
        text::render(&report, &mut out).map_err(Failure::new)?;
        // Whoever read it has seen enough.
        let _ = io::stdout().write_all(&out);
        Ok(Exit::from(report.outcome))
    }

    /// What is never shown; with `--url`, all of it has to be there.
    fn secrets(&self, config: &Config) -> Result<Secrets, Failure> {
        let mut secrets = Secrets::default();
        for name in &config.common.secret_env {
            match std::env::var(name) {
                Ok(value) => secrets.add(&value),
                Err(_) if self.url.is_some() => {
                    return Err(Failure::new(format!("the environment variable {name} is not set"))
                        .hint("the tests of a deployment need it: `secret_env` of [phases] names it"));
                }
                Err(_) => {}
            }
        }
        let Some(url) = &self.url else { return Ok(secrets) };
        let parsed = url::Url::parse(url).ok().filter(|it| matches!(it.scheme(), "http" | "https"));
        let parsed =
            parsed.ok_or_else(|| Failure::new("--url is no URL that begins with http:// or https://"))?;
        if let Some(password) = parsed.password() {
            secrets.add(url);
            secrets.add(password);
        }
        if config.common.url_env.is_none() {
            return Err(Failure::new("nothing says how tests are told where the deployment is")
                .hint("name a variable in [phases]: url_env = \"SHOP_URL\""));
        }
        Ok(secrets)
    }
}

/// Where a face of the report goes.
struct Place {
    face: &'static Face,
    file: PathBuf,
    sink: Sink,
}

/// Opens what goes into `folder`: before the tests, so that a wrong path costs no time.
fn open(folder: &Path) -> Result<Vec<Place>, Failure> {
    fs::create_dir_all(folder)
        .map_err(|error| Failure::new(format!("failed to make {}: {error}", folder.display())))?;
    let place = |face: &'static Face| {
        let file = folder.join(face.file);
        let sink = Sink::open(&file).map_err(|error| cannot_write(&file, &error))?;
        Ok(Place { face, file, sink })
    };
    FACES.iter().map(place).collect()
}

impl Place {
    fn write(self, report: &PhaseReport) -> Result<(), Failure> {
        let mut text = Vec::new();
        (self.face.render)(report, &mut text).map_err(Failure::new)?;
        self.sink.write(&text).map_err(|error| cannot_write(&self.file, &error))
    }
}

fn carry_out(plan: Plan<'_>, secrets: &Secrets) -> Result<PhaseReport, Failure> {
    // It fails where another provider of cryptography is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let start = |error| Failure::new(format!("failed to start: {error}"));
    let runtime = Runtime::new().map_err(start)?;
    runtime.block_on(async {
        let interrupted = interruption().map_err(start)?;
        tokio::select! {
            report = plan.carry_out() => report.map_err(|error| failure(&error, secrets)),
            () = interrupted => Err(Failure::new("interrupted; everything that was started is stopped")),
        }
    })
}

fn failure(error: &PhasesError, secrets: &Secrets) -> Failure {
    let (lines, hint) = match error {
        PhasesError::Nextest(error) => (error.lines(), error.hint().map(str::to_owned)),
        PhasesError::Unready { unready, .. } => (unready.cause.output(), unready.cause.hint()),
        PhasesError::Env { .. } | PhasesError::Coverage(_) => ([].as_slice(), None),
    };
    for line in lines {
        let _ = writeln!(io::stderr(), "  | {}", printable(&secrets.blot(line)));
    }
    let failure = Failure::new(secrets.blot(&format!("failed to run the phases: {error}")));
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
