//! Traffic that was held against a document: how much of it there was, and what became of it.

use schemars::JsonSchema;
use serde::Serialize;

use super::Operation;

/// Exchanges between clients and a provider, recorded or live, that were held against its document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Traffic {
    pub provider: Option<String>,
    pub document: String,
    /// Every exchange that was met, judged or not.
    pub exchanges: u64,
    pub judged: u64,
    /// Those of the judged ones that show at least one error, accepted or not.
    pub broken: u64,
    /// Exchanges that were not judged, by reason.
    pub unjudged: Vec<LeftOut>,
    /// Judged exchanges of which a part was not judged, by part.
    pub partial: Vec<LeftOut>,
    /// How many operations the document describes.
    pub operations: usize,
    /// How many of them at least one exchange asked for, judged or not.
    pub seen: usize,
    /// Those that no exchange asked for, in the order of the document.
    pub unseen: Vec<Operation>,
}

/// What was left out, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// In one word, such as `not-sampled` or `body-too-large`.
    pub what: String,
    pub count: u64,
}
