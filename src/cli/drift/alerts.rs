//! Telling people, and saying on standard error what came of it.

use std::io::{self, Write as _};
use std::path::Path;

use crate::alert::{Alerted, Told, tell};
use crate::cli::failure::Failure;
use crate::config::Alert;
use crate::report::{Report, printable};

/// Who is to be told, and what they have been told already.
pub(super) struct Bells<'a> {
    alerts: &'a [Alert],
    told: Option<Told>,
}

impl<'a> Bells<'a> {
    /// Reads what was told; where nobody is to be told, no file is needed.
    pub fn open(alerts: &'a [Alert], file: &Path) -> Result<Self, Failure> {
        let told = (!alerts.is_empty()).then(|| Told::load(file)).transpose();
        let told = told.map_err(|error| Failure::new(format!("failed to {error}")))?;
        Ok(Self { alerts, told })
    }

    /// Tells everybody; how many heard nothing.
    pub async fn ring(mut self, report: &Report, quiet: bool) -> Result<usize, Failure> {
        let Some(told) = &mut self.told else { return Ok(0) };
        let variable = |name: &str| std::env::var(name).ok();
        let Alerted { commands, delivered, undelivered } = tell(self.alerts, report, told, &variable).await;
        told.save().map_err(|error| Failure::new(format!("failed to {error}")))?;
        for command in &commands {
            // A workflow command stands at the beginning of its line.
            let _ = writeln!(io::stderr(), "{command}");
        }
        for one in delivered.iter().filter(|_| !quiet) {
            say(&format!("told {}: {} new, {} resolved", one.alert, one.new, one.resolved));
        }
        for one in &undelivered {
            say(&format!(
                "warning: the alert {:?} failed to {}; it is told with the next run",
                one.alert, one.why
            ));
        }
        Ok(undelivered.len())
    }
}

/// Says it beside the report; nobody is left to tell where standard error is closed.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{}", printable(line));
}
