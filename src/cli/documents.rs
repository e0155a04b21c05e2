//! What the verbs that read documents share: what a document may refer to, and how large it may be.

use std::path::PathBuf;

use super::amount;
use crate::reading::Reading;

#[derive(Debug, clap::Args)]
pub struct Documents {
    /// Fetches what documents refer to on other hosts, by http or https; refused otherwise.
    #[arg(long)]
    allow_remote_refs: bool,
    /// The folder that references of documents may not leave, in place of each document's own.
    #[arg(long, value_name = "DIR")]
    refs_within: Option<PathBuf>,
    /// Bytes of a document's file, at most [default: 64MiB].
    #[arg(long, value_name = "BYTES", value_parser = amount::bytes)]
    max_document: Option<usize>,
}

impl Documents {
    /// What is said of documents: by flags, or else as it is configured.
    pub fn over(&self, configured: &Reading) -> Reading {
        Reading {
            allow_remote_refs: self.allow_remote_refs || configured.allow_remote_refs,
            refs_within: self.refs_within.clone().or_else(|| configured.refs_within.clone()),
            max_document: self.max_document.map(|bytes| bytes as u64).or(configured.max_document),
        }
    }

    /// What is said of documents that nothing is configured of.
    pub fn alone(&self) -> Reading {
        self.over(&Reading::default())
    }
}
