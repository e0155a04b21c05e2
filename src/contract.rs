//! Contracts: which pacts there are, whom they bind, and what could not be read.

use std::fs;
use std::path::{Path, PathBuf};

use countersign_verify::Pact;

use crate::report::{Contract, Trouble};

/// A pact file, read.
#[derive(Debug)]
pub struct Pledge {
    /// The file's stem, such as `ui-archivist`: the contract's name.
    pub contract: String,
    pub pact: Pact,
    /// The provider's OpenAPI document, where there is one.
    pub document: Option<String>,
}

/// The pacts that were found, and what stood in the way of others.
#[derive(Debug, Default)]
pub struct Found {
    pub pledges: Vec<Pledge>,
    pub troubles: Vec<Trouble>,
}

/// Reads every `*.json` that stands in `folder`, in the order of their names. A file that is no pact
/// is a trouble and not skipped: it may be a pact of any provider.
#[must_use]
pub fn find(folder: &Path) -> Found {
    match list(folder) {
        Ok(files) => read(&files),
        Err(error) => Found {
            troubles: vec![
                Trouble::new(
                    "pact.unreadable",
                    format!("failed to list the pacts in {}: {error}", folder.display()),
                )
                .hint("`pacts` in countersign.toml names the folder that holds them"),
            ],
            ..Found::default()
        },
    }
}

/// Reads the pacts in `files`.
#[must_use]
pub fn read(files: &[PathBuf]) -> Found {
    let mut found = Found::default();
    for file in files {
        let contract = name(file);
        match Pact::load(file) {
            Ok(pact) => found.pledges.push(Pledge { contract, pact, document: None }),
            Err(error) => found.troubles.push(
                Trouble::new(
                    "pact.unreadable",
                    format!("failed to load the pact {}: {error}", file.display()),
                )
                .of_contract(&contract),
            ),
        }
    }
    found
}

fn list(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "json") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn name(file: &Path) -> String {
    file.file_stem().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}

impl Pledge {
    /// The contract as it stands while nothing has been replayed: all of it unknown.
    #[must_use]
    pub fn unverified(&self) -> Contract {
        Contract {
            contract: self.contract.clone(),
            consumer: self.pact.consumer().as_str().to_owned(),
            provider: self.pact.provider().as_str().to_owned(),
            file: self.pact.file().display().to_string(),
            document: self.document.clone(),
            interactions: self.pact.len(),
            kept: 0,
            broken: 0,
            unknown: self.pact.len(),
            duration_ms: 0,
            results: Vec::new(),
        }
    }
}
