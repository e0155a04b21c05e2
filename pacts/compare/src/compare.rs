//! Goes through a pact, one interaction at a time.

use std::cell::RefCell;
use std::collections::HashMap;

use countersign_letter::{Pact, PactError};
use countersign_openapi::{AsyncDocument, Document, Position, Severity, Spot, Strictness, Undeclared};
use serde_json::Value;

use crate::config;
use crate::disagreement::{Compared, Disagreement, Side, Skipped, ids};
use crate::hint::hint;
use crate::http;
use crate::interaction::{Content, Http, Interaction};
use crate::message::{self, Talk};

/// What a pact is held against.
#[derive(Clone, Copy, Debug, Default)]
pub struct Documents<'d> {
    /// For requests.
    pub openapi: Option<&'d Document>,
    /// For messages.
    pub asyncapi: Option<&'d AsyncDocument>,
}

/// How strictly.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// What is thought of a property that the document does not speak of.
    pub undeclared: Undeclared,
    pub notes: Notes,
}

/// What becomes of the notes about an exchange that has nothing worse: of a large pact they are most of what there
/// is to tell, and who shows none of them need not have them written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notes {
    /// Each is a disagreement.
    #[default]
    Told,
    /// They are counted in [`Compared::notes`].
    Counted,
}

/// What came of one pact, interaction by interaction, in the order of the file.
#[derive(Debug)]
pub struct Comparison {
    pub interactions: Vec<Compared>,
}

/// Holds every interaction of `pact` against `documents`. An interaction that cannot be read is an
/// error of the whole pact.
pub fn compare(pact: &Pact, documents: Documents<'_>, settings: Settings) -> Result<Comparison, PactError> {
    let routing = documents.openapi.map(config::routing).unwrap_or_default();
    let strictness = Strictness { undeclared: settings.undeclared, routing };
    let notes = settings.notes;
    let context = Comparer { pact, documents, strictness, notes, rules: RefCell::default() };
    let mut interactions = Vec::with_capacity(pact.len());
    for (index, interaction) in Interaction::all(pact).enumerate() {
        interactions.push(context.compare(index, &interaction?));
    }
    Ok(Comparison { interactions })
}

pub(crate) struct Comparer<'a> {
    pub pact: &'a Pact,
    pub documents: Documents<'a>,
    pub strictness: Strictness,
    pub notes: Notes,
    rules: RefCell<HashMap<Spot, Position>>,
}

impl Comparer<'_> {
    fn compare(&self, index: usize, interaction: &Interaction) -> Compared {
        let mut compared = Compared {
            index,
            description: interaction.description().to_owned(),
            provider_states: interaction.provider_states(),
            kind: interaction.kind().to_owned(),
            pointer: interaction.pointer().clone(),
            operation: None,
            skipped: None,
            disagreements: Vec::new(),
            notes: 0,
        };
        match interaction.content() {
            Content::Http(http) => self.http(interaction, http, &mut compared),
            Content::Asynchronous(content) => self.message(interaction, &mut compared, |talk, compared| {
                message::compare_asynchronous(talk, content, compared);
            }),
            Content::Synchronous(content) => self.message(interaction, &mut compared, |talk, compared| {
                message::compare_synchronous(talk, content, compared);
            }),
            Content::Other => compared.skipped = Some(Skipped::Kind),
        }
        compared.disagreements.sort_by_key(|one| one.severity);
        compared
    }

    /// The position of a rule. The same few are asked for by many interactions.
    pub fn position_of(&self, rule: &Spot, find: impl FnOnce(&Spot) -> Position) -> Position {
        self.rules.borrow_mut().entry(rule.clone()).or_insert_with(|| find(rule)).clone()
    }

    fn http(&self, interaction: &Interaction, http: &Http, compared: &mut Compared) {
        match (self.documents.openapi, self.documents.asyncapi) {
            (Some(document), _) => http::compare(self, document, (interaction, http), compared),
            (None, Some(_)) => compared.skipped = Some(Skipped::NoOpenApi),
            (None, None) => {
                let message = "there is no OpenAPI document to hold the request against";
                compared.disagreements.push(self.lacking(interaction, ids::REQUEST_SPEC_MISSING, message));
            }
        }
    }

    fn message(
        &self,
        interaction: &Interaction,
        compared: &mut Compared,
        compare: impl FnOnce(&Talk<'_>, &mut Compared),
    ) {
        match (self.documents.asyncapi, self.documents.openapi) {
            (Some(document), _) => compare(&Talk { context: self, document, interaction }, compared),
            (None, Some(_)) => compared.skipped = Some(Skipped::NoAsyncApi),
            (None, None) => {
                let message = "there is no AsyncAPI document to hold the message against";
                compared.disagreements.push(self.lacking(interaction, ids::MESSAGE_SPEC_MISSING, message));
            }
        }
    }

    fn lacking(&self, interaction: &Interaction, id: &'static str, message: &str) -> Disagreement {
        Disagreement {
            id,
            severity: Severity::Error,
            at: Side::Interaction,
            location: self.pact.position(interaction.pointer()),
            document: None,
            keyword: None,
            expected: Value::Null,
            actual: Value::Null,
            message: message.to_owned(),
            hint: hint(id),
            causes: Vec::new(),
        }
    }
}
