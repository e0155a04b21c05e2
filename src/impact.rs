//! Whom a change of a document hurts: every consumer whose pact relies on what has changed.

use std::path::Path;

use countersign_compare::{How, Reliance, reliances};
use countersign_letter::{Pact, PactError};
use countersign_openapi::Document;
use countersign_openapi::diff::{Change, Use};

use crate::finding::{self, Affected, Location};

/// The consumers of one provider that are known, by their pacts.
#[derive(Debug, Default)]
pub struct Consumers {
    contracts: Vec<Relation>,
}

/// One pact, and what it relies on.
#[derive(Debug)]
struct Relation {
    /// The file's stem, such as `ui-archivist`.
    contract: String,
    pact: Pact,
    reliances: Vec<Reliance>,
}

impl Consumers {
    /// Reads one more pact, and what it relies on of `base`: the document that the world relies on.
    pub fn read(&mut self, contract: &str, file: &Path, base: &Document) -> Result<(), PactError> {
        let pact = Pact::load(file)?;
        let reliances = reliances(&pact, base)?;
        self.contracts.push(Relation { contract: contract.to_owned(), pact, reliances });
        Ok(())
    }

    /// Whom `change` reaches by one of its uses, in the order of the pacts; empty where it is relied on by no
    /// known consumer.
    #[must_use]
    pub fn reached_at(&self, change: &Change, at: &Use) -> Vec<Affected> {
        let of_relation = |relation: &Relation| -> Vec<Affected> {
            let reached = relation.reliances.iter().filter_map(|it| Some((it, it.reached_at(change, at)?)));
            reached
                .map(|(reliance, reached)| Affected {
                    consumer: reliance.consumer.as_str().to_owned(),
                    contract: relation.contract.clone(),
                    interaction: reliance.interaction.clone(),
                    location: Location::from(&reliance.position(&relation.pact, &reached)),
                    reliance: how(reached.how),
                    pointer: reached.pointer.map(|pointer| pointer.to_string()),
                })
                .collect()
        };
        self.contracts.iter().flat_map(of_relation).collect()
    }

    /// How many pacts are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.contracts.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.contracts.is_empty()
    }
}

fn how(how: How) -> finding::Reliance {
    match how {
        How::Calls => finding::Reliance::Calls,
        How::Sends => finding::Reliance::Sends,
        How::Reads => finding::Reliance::Reads,
    }
}
