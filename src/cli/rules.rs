//! `countersign rules` and `countersign explain`: what is judged, and what each rule is for.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use countersign_openapi::Severity;
use countersign_openapi::rule::Rules;

use super::failure::Failure;
use crate::exit::Exit;
use crate::finding;

/// Lists every rule by which documents are compared: its id, its weight and what it finds.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Lists only rules whose id or summary holds TEXT.
    #[arg(value_name = "TEXT")]
    filter: Option<String>,
}

/// Says what a rule finds, why it matters, and what to do about it.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// The id of a rule, or of any other finding.
    #[arg(value_name = "RULE")]
    rule: String,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let text = self.filter.unwrap_or_default();
        let meant =
            |it: &&countersign_openapi::rule::Rule| it.id.contains(&text) || it.summary.contains(&text);
        let mut page = String::new();
        for rule in Rules::embedded().all().iter().filter(meant) {
            // A text takes whatever is written to it.
            let _ = writeln!(page, "{:<7} {}  {}", weight(rule.severity), rule.id, rule.summary);
        }
        if page.is_empty() {
            return Err(Failure::new(format!("no rule has {text:?} in its id or summary"))
                .hint("without TEXT, every rule is listed"));
        }
        print(&page)
    }
}

impl Explain {
    pub fn run(self) -> Result<Exit, Failure> {
        if let Some(rule) = Rules::embedded().get(&self.rule) {
            let page = format!(
                "{} ({})\n\n{}.\n\nSays: {}\nWhy: {}\nWay out: {}\nRests on: {}\n",
                rule.id,
                weight(rule.severity),
                capital(&rule.summary),
                rule.message.text(),
                rule.why,
                rule.remedy,
                rule.link
            );
            return print(&page);
        }
        let Some(rule) = finding::rule(&self.rule) else {
            return Err(Failure::new(format!("there is no rule {:?}", self.rule))
                .hint("`countersign rules` lists every rule by which documents are compared"));
        };
        let (why, remedy) = (rule.why.unwrap_or_default(), rule.remedy.unwrap_or_default());
        print(&format!("{}\n\n{}.\n\nWhy: {why}\nWay out: {remedy}\n", rule.id, capital(&rule.summary)))
    }
}

const fn weight(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn print(page: &str) -> Result<Exit, Failure> {
    match io::stdout().lock().write_all(page.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("failed to print: {error}")))
        }
        _ => Ok(Exit::Kept),
    }
}
