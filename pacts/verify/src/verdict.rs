//! The one question this house exists for: pact, document and provider disagree; which is wrong?

use serde::Serialize;

/// Who is wrong where an interaction fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The pact asks for what the document never promised.
    Consumer,
    /// The live provider breaks its own document, or does not do what both others agree on.
    Provider,
    /// Consumer and provider agree with each other and not with the document.
    Document,
    /// Consumer and provider are each wrong on their own.
    Both,
}
