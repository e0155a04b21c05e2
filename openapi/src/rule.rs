//! Rules: what a change means, as data. Each is a file in the folder `rules`, and what is in the folder
//! is what there is. A rule judges changes and finds none: what it cannot say becomes a new kind of
//! [`Change`], never a condition here.

mod judge;
mod message;
mod when;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::diff::{Action, Area, Change, Direction, Kind};
use crate::violation::Severity;
pub use judge::{Judgement, Level, Levels};
pub use message::Message;
pub use when::{Condition, When};

/// One rule, as its file says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The name of its file, too.
    pub id: String,
    /// One line: what it finds.
    pub summary: String,
    /// How much a finding weighs where nobody says otherwise.
    pub severity: Severity,
    /// What a finding says.
    pub message: Message,
    /// Why it matters, or why it does not.
    pub why: String,
    /// The way out.
    pub remedy: String,
    /// The public text that it rests on.
    pub link: String,
    /// What a change has to be: all of any one of these.
    #[serde(deserialize_with = "when::one_or_several")]
    pub when: Vec<When>,
}

/// What a rule is about, before anything else is asked.
type Subject = (Direction, Area, Kind, Action);

/// One of the conditions of a rule, by the place of both.
#[derive(Clone, Copy, Debug)]
struct Clause {
    rule: usize,
    when: usize,
}

/// All rules, found by what they are about.
#[derive(Debug)]
pub struct Rules {
    /// In the order of their ids.
    all: Vec<Rule>,
    by_subject: HashMap<Subject, Vec<Clause>>,
}

/// Why a rule cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    #[error("rules/{file}.toml: {source}")]
    Malformed { file: String, source: Box<toml::de::Error> },
    #[error("rules/{file}.toml has the id {id:?}: a rule is called as its file is")]
    Misnamed { file: String, id: String },
}

/// The files of the folder, each with its name without the extension.
static FILES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/rules.rs"));

static EMBEDDED: LazyLock<Rules> =
    LazyLock::new(|| Rules::parse(FILES).expect("a test reads every rule of the folder"));

impl Rules {
    /// The rules of this version of countersign.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Reads rules from the texts of files, each given with its name.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, RuleError> {
        let mut rules = Self { all: Vec::with_capacity(files.len()), by_subject: HashMap::new() };
        for &(file, text) in files {
            let rule: Rule = toml::from_str(text)
                .map_err(|source| RuleError::Malformed { file: file.to_owned(), source: Box::new(source) })?;
            if rule.id != file {
                return Err(RuleError::Misnamed { file: file.to_owned(), id: rule.id });
            }
            rules.all.push(rule);
        }
        rules.all.sort_by(|one, other| one.id.cmp(&other.id));
        for (index, rule) in rules.all.iter().enumerate() {
            for (when, clause) in rule.when.iter().enumerate() {
                for subject in clause.subjects() {
                    rules.by_subject.entry(subject).or_default().push(Clause { rule: index, when });
                }
            }
        }
        Ok(rules)
    }

    /// Every rule, in the order of their ids.
    #[must_use]
    pub fn all(&self) -> &[Rule] {
        &self.all
    }

    /// The rule of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.all.binary_search_by(|rule| rule.id.as_str().cmp(id)).ok().map(|index| &self.all[index])
    }

    /// The rules that `change` falls under, each with what it asks of it.
    fn about(&self, change: &Change) -> impl Iterator<Item = (&Rule, &When)> {
        let subject = (change.direction, change.area, change.kind, change.action);
        let rules = self.by_subject.get(&subject).into_iter().flatten();
        let rules = rules.map(|Clause { rule, when }| (&self.all[*rule], &self.all[*rule].when[*when]));
        rules.filter(|(_, when)| when.facts_hold(change))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_can_be_read_and_says_all_there_is_to_say() {
        let rules = Rules::parse(FILES).unwrap_or_else(|error| panic!("{error}"));
        for rule in rules.all() {
            for (name, text) in [("summary", &rule.summary), ("why", &rule.why), ("remedy", &rule.remedy)] {
                assert!(text.trim().len() > 10 && !text.contains("TODO"), "{}: write its {name}", rule.id);
            }
            assert!(rule.link.starts_with("https://"), "{}: name the text it rests on", rule.id);
        }
    }

    #[test]
    fn rule_files_stay_small() {
        for (file, text) in FILES {
            assert!(text.lines().count() <= 40, "rules/{file}.toml has more than 40 lines");
        }
    }
}
