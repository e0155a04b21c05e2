//! Comparing without a server: each pact against the documents of its provider.

mod letters;

use std::path::{Path, PathBuf};
use std::time::Instant;

use countersign_compare::{Compared, Documents, Settings, compare};
use countersign_openapi::{AsyncDocument, Document, LoadError, LoadOptions};

use crate::finding::{self, Finding};
use crate::reading::{Reading, way_out};
use crate::report::{Contract, Outcome, Parts, Report, Trouble, Verb, milliseconds};
pub use letters::{Letter, Source};

/// What to compare.
#[derive(Debug, Default)]
pub struct Plan {
    pub subjects: Vec<Subject>,
    /// What already went wrong while planning.
    pub troubles: Vec<Trouble>,
    pub settings: Settings,
}

/// The documents of one provider, and the pacts that bind it.
#[derive(Debug, Default)]
pub struct Subject {
    pub openapi: Option<PathBuf>,
    pub asyncapi: Option<PathBuf>,
    /// How they are read.
    pub reading: Reading,
    pub letters: Vec<Letter>,
}

/// The documents of one provider, read.
#[derive(Debug, Default)]
struct Shelf {
    openapi: Option<Document>,
    asyncapi: Option<AsyncDocument>,
}

/// A document that could not be loaded.
type Unread = Box<(PathBuf, LoadError)>;

impl Plan {
    /// Carries the plan out. Never fails: what goes wrong is part of the report.
    #[must_use]
    pub fn carry_out(self) -> Report {
        let begin = Instant::now();
        let mut parts = Parts { errors: self.troubles, ..Parts::default() };
        for subject in self.subjects {
            match subject.shelf() {
                Ok(documents) => {
                    for letter in &subject.letters {
                        subject.compare(&documents, letter, self.settings, &mut parts);
                    }
                }
                Err(unread) => {
                    let (file, error) = *unread;
                    parts.contracts.extend(subject.letters.iter().map(|letter| subject.contract(letter)));
                    parts.errors.push(unreadable(&file, &error));
                }
            }
        }
        if parts.contracts.is_empty() && parts.errors.is_empty() {
            let trouble = Trouble::new("nothing.compared", "there was no pact to compare");
            parts
                .errors
                .push(trouble.hint("name pacts by --pact, or the provider that they bind by --provider"));
        }
        Report::new(Verb::Compare, parts, begin.elapsed())
    }
}

impl Subject {
    fn shelf(&self) -> Result<Shelf, Unread> {
        fn read<T>(
            file: Option<&PathBuf>,
            reading: &Reading,
            load: fn(&Path, &LoadOptions) -> Result<T, LoadError>,
        ) -> Result<Option<T>, Unread> {
            file.map(|file| {
                let options = LoadOptions { examples: false, ..reading.options() };
                load(file, &options).map_err(|error| Box::new((file.clone(), error)))
            })
            .transpose()
        }
        Ok(Shelf {
            openapi: read(self.openapi.as_ref(), &self.reading, Document::load)?,
            asyncapi: read(self.asyncapi.as_ref(), &self.reading, AsyncDocument::load)?,
        })
    }

    fn compare(&self, from: &Shelf, letter: &Letter, settings: Settings, parts: &mut Parts) {
        let begin = Instant::now();
        let documents = Documents { openapi: from.openapi.as_ref(), asyncapi: from.asyncapi.as_ref() };
        let mut contract = self.contract(letter);
        match compare(&letter.pact, documents, settings) {
            Ok(comparison) => {
                contract.unknown = 0;
                contract.interactions = 0;
                let held = comparison.interactions.len();
                // One is let go of as soon as it has been taken: all of them weigh as much as all findings.
                for compared in comparison.interactions {
                    parts.counted += compared.notes;
                    take(&mut contract, letter, &compared, &mut parts.findings);
                }
                if contract.interactions == 0 {
                    parts.errors.push(nothing(letter, held));
                }
            }
            Err(error) => {
                let trouble = Trouble::new("pact.unreadable", format!("failed to load the pact: {error}"));
                parts.errors.push(trouble.of_contract(&letter.contract));
            }
        }
        contract.duration_ms = milliseconds(begin.elapsed());
        parts.contracts.push(contract);
    }

    /// The contract as it stands while nothing has been compared: all of it unknown.
    fn contract(&self, letter: &Letter) -> Contract {
        let files = [&self.openapi, &self.asyncapi].into_iter().flatten();
        let files: Vec<String> = files.map(|file| file.display().to_string()).collect();
        Contract {
            contract: letter.contract.clone(),
            consumer: letter.pact.consumer().as_str().to_owned(),
            provider: letter.pact.provider().as_str().to_owned(),
            file: letter.pact.file().to_owned(),
            document: (!files.is_empty()).then(|| files.join(" and ")),
            interactions: letter.pact.len(),
            kept: 0,
            broken: 0,
            unknown: letter.pact.len(),
            duration_ms: 0,
            results: Vec::new(),
        }
    }
}

/// Adds what came of one interaction. One that no document is there for is told of and counts
/// nowhere.
fn take(contract: &mut Contract, letter: &Letter, compared: &Compared, findings: &mut Vec<Finding>) {
    findings.extend(finding::disagreements(letter, compared));
    if compared.skipped.is_some() {
        return;
    }
    contract.interactions += 1;
    let result = finding::comparison(letter, compared);
    match result.outcome {
        Outcome::Broken => contract.broken += 1,
        Outcome::Kept | Outcome::Unknown => contract.kept += 1,
    }
    contract.results.push(result);
}

fn nothing(letter: &Letter, held: usize) -> Trouble {
    let (file, reason) = (
        letter.pact.file(),
        if held == 0 { "holds no interactions" } else { "holds nothing that the documents speak of" },
    );
    Trouble::new("nothing.compared", format!("{file} {reason}"))
        .of_contract(&letter.contract)
        .hint("requests are held against an OpenAPI document (--openapi), messages against an AsyncAPI document (--asyncapi)")
}

fn unreadable(file: &Path, error: &LoadError) -> Trouble {
    let message = format!("failed to load the document {}: {error}", file.display());
    Trouble { hint: way_out(error), ..Trouble::new("document.unreadable", message) }
}
