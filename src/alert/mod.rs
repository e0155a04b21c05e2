//! Alerts: telling people what is new since they were last told. Each target hears of a finding once, and once
//! more when it is resolved; what was told stands in a file.
//!
//! A target that cannot be reached never changes a verdict: it is tried again with the next run.

mod deliver;
mod message;
mod news;
#[cfg(test)]
mod tests;
mod told;

use std::path::Path;

use crate::config::{Alert, Target};
use crate::report::Report;
use crate::secrets::Secrets;

use message::Words;
use news::News;
pub use news::{Item, items};
pub use told::{Told, ToldError};

/// What became of the alerts.
#[derive(Debug, Default)]
pub struct Alerted {
    /// Lines for the log of a job of GitHub Actions: workflow commands.
    pub commands: Vec<String>,
    pub delivered: Vec<Delivered>,
    pub undelivered: Vec<Undelivered>,
}

/// An alert that reached its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    pub alert: String,
    pub new: usize,
    pub resolved: usize,
}

/// An alert that did not reach its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    pub alert: String,
    /// Without any secret. Fits "failed to …".
    pub why: String,
}

/// Tells every target of what is new to it in `report`, and notes in `told` what it has heard.
pub async fn tell(
    alerts: &[Alert],
    report: &Report,
    told: &mut Told,
    variable: &(dyn Fn(&str) -> Option<String> + Sync),
) -> Alerted {
    let mut alerted = Alerted::default();
    for alert in alerts {
        let news = News::of(alert, report, told.of(&alert.name));
        if news.is_empty() {
            continue;
        }
        let words = Words { verb: report.verb, news: &news };
        match to(&alert.target, &words, variable).await {
            Ok(commands) => {
                alerted.commands.extend(commands);
                let (new, resolved) = (news.new.len(), news.resolved.len());
                alerted.delivered.push(Delivered { alert: alert.name.clone(), new, resolved });
                told.note(&alert.name, news);
            }
            Err(why) => alerted.undelivered.push(Undelivered { alert: alert.name.clone(), why }),
        }
    }
    alerted
}

/// The lines for the log, or why the target did not hear.
async fn to(
    target: &Target,
    words: &Words<'_>,
    variable: &(dyn Fn(&str) -> Option<String> + Sync),
) -> Result<Vec<String>, String> {
    match target {
        Target::Http(http) => {
            let mut secrets = Secrets::default();
            let posted = deliver::post(http, words, variable, &mut secrets).await;
            posted.map_err(|why| secrets.blot(&why).into_owned()).map(|()| Vec::new())
        }
        Target::File(file) => append(file, &words.line()).map(|()| Vec::new()),
        Target::Github => {
            let summary = variable("GITHUB_STEP_SUMMARY").ok_or_else(|| {
                "write the summary of the job: GITHUB_STEP_SUMMARY is set by GitHub Actions and not here"
                    .to_owned()
            })?;
            append(Path::new(&summary), &words.markdown())?;
            Ok(words.commands())
        }
    }
}

fn append(file: &Path, text: &str) -> Result<(), String> {
    use std::io::Write as _;
    let written = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| format!("write to {}: {error}", file.display()))
}
