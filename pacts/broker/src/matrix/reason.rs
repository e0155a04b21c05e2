//! Why a version may not go, or could not be judged: what, why, and the way out.

use std::collections::BTreeMap;
use std::fmt;

use super::Row;
use super::query::Wish;
use super::select::Side;
use crate::model::{Model, PacticipantId, VersionId};

pub(super) enum Reason<'a> {
    /// A version is asked about that nobody has told of.
    NoSuchVersion {
        pacticipant: PacticipantId,
        number: &'a str,
    },
    /// A branch, tag or environment that is asked about holds no version.
    NothingSelected {
        pacticipant: PacticipantId,
        wish: &'a Wish,
    },
    Failed(&'a Row<'a>),
    Unverified(&'a Row<'a>),
}

pub(super) struct Speaker<'a> {
    pub(super) model: &'a Model,
    pub(super) sides: &'a BTreeMap<PacticipantId, Side<'a>>,
}

impl Speaker<'_> {
    pub(super) fn say(&self, reason: &Reason<'_>) -> String {
        match reason {
            Reason::NoSuchVersion { pacticipant, number } => format!(
                "There is no version {number} of {}: nothing was published or verified with it. Check the \
                 number, or publish first.",
                self.name(*pacticipant)
            ),
            Reason::NothingSelected { pacticipant, wish } => {
                let (name, way_out) = (self.name(*pacticipant), self.way_out(*pacticipant, wish));
                format!("No version of {name} is {}, so nothing can be said of it. {way_out}", Place(wish))
            }
            Reason::Failed(row) => self.failed(row),
            Reason::Unverified(row) => self.unverified(row),
        }
    }

    fn failed(&self, row: &Row<'_>) -> String {
        let provider =
            row.provider_version.map_or_else(|| self.name(row.provider).to_owned(), |it| self.of(it));
        let number = row.verification.map_or(0, |result| result.number);
        format!(
            "{provider} breaks the pact of {}: verification {number} failed. See its mismatches, mend \
             whichever side is wrong, and verify again.",
            self.of(row.consumer)
        )
    }

    fn unverified(&self, row: &Row<'_>) -> String {
        let (consumer, name) = (self.of(row.consumer), self.name(row.provider));
        if let Some(version) = row.provider_version {
            return format!(
                "{} has never verified the pact of {consumer}. Verify that pact with this version of {name}, \
                 and publish the result.",
                self.of(version)
            );
        }
        match self.sides.get(&row.provider).map(|side| side.wish).filter(|wish| !wish.is_open()) {
            Some(wish) => format!(
                "{consumer} relies on {name}, but no version of {name} is {}. {}",
                Place(wish),
                self.way_out(row.provider, wish)
            ),
            None => format!(
                "No version of {name} has ever verified the pact of {consumer}. Verify it, and publish the \
                 result."
            ),
        }
    }

    fn way_out(&self, pacticipant: PacticipantId, wish: &Wish) -> String {
        let about = &self.model.pacticipant(pacticipant).about;
        let name = self.name(pacticipant);
        if let Some(environment) = &wish.environment {
            format!("Deploy {name} to {environment} first, or record that it is there.")
        } else if wish.main_branch && about.main_branch.is_none() {
            format!("The main branch of {name} is not known: set it.")
        } else {
            format!("Publish such a version of {name}, or ask about another.")
        }
    }

    /// Name, number, and where it was found.
    fn of(&self, id: VersionId) -> String {
        let version = self.model.version(id);
        let named = format!("{} {}", self.name(version.pacticipant), version.number);
        let side = self.sides.get(&version.pacticipant).filter(|side| !side.several);
        match side.map(|side| side.wish) {
            Some(wish) if wish.version.is_none() && !wish.is_open() => format!("{named} ({})", Place(wish)),
            _ => named,
        }
    }

    fn name(&self, id: PacticipantId) -> &str {
        &self.model.pacticipant(id).name
    }
}

/// Nothing is missing, of so many pairs.
pub(super) fn fine(pairs: usize) -> String {
    match pairs {
        0 => "Nothing stands in the way: no pact has to be verified for this.".to_owned(),
        1 => "The one pact that counts here is verified, and kept.".to_owned(),
        pairs => format!("All {pairs} pairs of a pact and a provider version are verified, and kept."),
    }
}

/// A wish as it follows "which is".
struct Place<'a>(&'a Wish);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Wish { version, latest, tag, branch, main_branch, environment } = self.0;
        let latest = if *latest { "the latest" } else { "" };
        let version = version.as_ref().map_or_else(String::new, |number| format!("version {number}"));
        let branch = branch.as_ref().map_or_else(String::new, |branch| format!("on branch {branch}"));
        let main = if *main_branch { "on the main branch" } else { "" };
        let tag = tag.as_ref().map_or_else(String::new, |tag| format!("with tag {tag}"));
        let place = environment.as_ref().map_or_else(String::new, |name| format!("in environment {name}"));
        let parts = [version.as_str(), latest, &branch, main, &tag, &place];
        let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        f.write_str(&said.join(" "))
    }
}
