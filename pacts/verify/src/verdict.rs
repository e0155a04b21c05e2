//! The one question this house exists for: pact, document and provider disagree; which is wrong?
//!
//! Three relations are known of every interaction: **A**, the live answer keeps the pact; **B**, the
//! live answer keeps the document; **C**, the pact (its request, its expected answer) keeps the
//! document. Who is wrong follows:
//!
//! | A | B | C | verdict |
//! |---|---|---|---|
//! | ok | ok | ok | kept |
//! | ok | broken | ok | **provider**: it breaks its own document where no consumer looks |
//! | ok | broken | broken | **document**, where all that the pact gets wrong the provider gets wrong at the same rule; otherwise **both** |
//! | ok | ok | broken | the request: **document** (the provider serves what it never described); the expected answer: **consumer** |
//! | broken | ok | broken | **consumer**: it asks for what the document never promised |
//! | broken | broken | ok | **provider**: it breaks pact and document |
//! | broken | broken | broken | **both** |
//! | broken | ok | ok | another status: **provider** (not what both others agree on in that state); otherwise **consumer** (it relies on what the document leaves open) |
//!
//! Where the evidence is finer than the table:
//!
//! - A live 5xx that the pact does not expect counts as B broken even where the document describes
//!   it: a description of a failure is no promise to fail.
//! - Without a document there is no verdict: one disagreement cannot tell two parties apart.
//! - A message that breaks the protocol of its transport is the **provider**'s fault, with a document or without.
//! - Only what has the severity of an error counts.

use countersign_openapi::{Code, Severity};
use serde::Serialize;
use serde_json::Value;

use crate::outcome::{Failure, FailureKind};

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

/// A verdict and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// `None` only where there is no document to judge by.
    pub verdict: Option<Verdict>,
    /// A lowercase sentence naming the evidence.
    pub reason: String,
}

/// What the verdict has to know besides the failures.
#[derive(Clone, Copy, Debug)]
pub struct Grounds {
    /// Whether a document was there to judge by.
    pub document: bool,
    /// The status that the provider answered.
    pub status: u16,
}

/// Judges an interaction by its failures; `None` where no error is among them.
#[must_use]
pub fn judge(failures: &[Failure], grounds: Grounds) -> Option<Judgement> {
    let of = |kind| {
        let counts = move |failure: &&Failure| failure.kind == kind && failure.severity == Severity::Error;
        failures.iter().filter(counts).collect::<Vec<_>>()
    };
    // The protocol is a law that both sides know: whoever breaks it is wrong, whatever else is said.
    if let Some(broken) = of(FailureKind::ProviderAgainstProtocol).first() {
        let reason = format!("the provider breaks the protocol of its transport: {}", broken.message);
        return Some(Judgement { verdict: Some(Verdict::Provider), reason });
    }
    let case = Case {
        live_pact: of(FailureKind::PactAgainstProvider),
        live_document: of(FailureKind::ProviderAgainstDocument),
        pact_document: of(FailureKind::PactAgainstDocument),
    };
    if case.live_pact.is_empty() && case.live_document.is_empty() && case.pact_document.is_empty() {
        return None;
    }
    if !grounds.document {
        let reason = "without a document nothing tells whether the consumer or the provider is wrong: ";
        return Some(Judgement { verdict: None, reason: reason.to_owned() + first(&case.live_pact) });
    }
    let (verdict, reason) = case.verdict(grounds.status);
    Some(Judgement { verdict: Some(verdict), reason })
}

/// The errors of each relation.
struct Case<'a> {
    live_pact: Vec<&'a Failure>,
    live_document: Vec<&'a Failure>,
    pact_document: Vec<&'a Failure>,
}

impl Case<'_> {
    fn verdict(&self, status: u16) -> (Verdict, String) {
        let crashed = status >= 500 && self.other_status();
        let kept = self.live_pact.is_empty();
        let served_well = self.live_document.is_empty() && !crashed;
        let asked_well = self.pact_document.is_empty();
        match (kept, served_well, asked_well) {
            (true, _, true) => (
                Verdict::Provider,
                format!(
                    "the live answer keeps the pact and breaks the document: {}",
                    first(&self.live_document)
                ),
            ),
            (true, false, false) => self.both_or_document(),
            (true, true, false) => self.pact_alone(),
            (false, true, false) => (
                Verdict::Consumer,
                format!("the pact asks for what the document never promised: {}", first(&self.pact_document)),
            ),
            (false, false, true) => (Verdict::Provider, self.provider_alone(status)),
            (false, false, false) => (Verdict::Both, self.each_alone(status)),
            (false, true, true) => self.left_open(status),
        }
    }

    fn other_status(&self) -> bool {
        self.live_pact.iter().any(|failure| failure.id == crate::mismatch::STATUS)
    }

    /// Pact and provider agree; do they disagree with the document over the same thing?
    fn both_or_document(&self) -> (Verdict, String) {
        let same = |failure: &&Failure| {
            undocumented_operation(failure)
                // One rule, whether it is broken in the request, in the answer or in both.
                || self.live_document.iter().any(|live| live.document == failure.document)
        };
        if self.pact_document.iter().all(same) {
            let reason = "consumer and provider agree with each other and not with the document: ";
            return (Verdict::Document, reason.to_owned() + first(&self.pact_document));
        }
        (
            Verdict::Both,
            format!(
                "consumer and provider break the document in different places: the pact: {}; the live answer: {}",
                first(&self.pact_document),
                first(&self.live_document)
            ),
        )
    }

    /// The live exchange is fine with everybody, the pact is not fine with the document.
    fn pact_alone(&self) -> (Verdict, String) {
        match self.pact_document.iter().find(|failure| !failure.id.starts_with("request.")) {
            Some(answer) => (
                Verdict::Consumer,
                format!("the pact's example is an answer the document does not allow: {}", answer.message),
            ),
            None => (
                Verdict::Document,
                format!(
                    "the provider serves the pact's request, which the document does not describe: {}",
                    first(&self.pact_document)
                ),
            ),
        }
    }

    fn provider_alone(&self, status: u16) -> String {
        if self.live_document.is_empty() {
            return format!("the provider failed with {status} where pact and document agree on an answer");
        }
        format!(
            "the live answer breaks the pact ({}) and the document ({})",
            first(&self.live_pact),
            first(&self.live_document)
        )
    }

    fn each_alone(&self, status: u16) -> String {
        let live = match self.live_document.first() {
            Some(failure) => format!("the live answer breaks it too: {}", failure.message),
            None => format!("the provider failed with {status}"),
        };
        format!("the pact breaks the document: {}; {live}", first(&self.pact_document))
    }

    /// Only the live answer and the pact disagree, and the document would have either.
    fn left_open(&self, status: u16) -> (Verdict, String) {
        if self.other_status() {
            let reason = format!(
                "the document allows {status}, but in this provider state pact and document agree on \
                 another status: look at the provider state handler"
            );
            return (Verdict::Provider, reason);
        }
        let open: Vec<String> = self.live_pact.iter().map(|failure| open_member(failure)).collect();
        (Verdict::Consumer, format!("the pact relies on what the document leaves open: {}", open.join(", ")))
    }
}

fn undocumented_operation(failure: &Failure) -> bool {
    failure.id == Code::RequestPathOrMethodUnknown.as_str()
}

/// Names what the pact relies on. That the document leaves it open is proven by the live answer,
/// which keeps the document without it.
fn open_member(failure: &Failure) -> String {
    let place = match &failure.instance {
        Some(pointer) if pointer.as_str().is_empty() => "the body as a whole".to_owned(),
        Some(pointer) => format!("{:?}", pointer.as_str()),
        None => failure.location.pointer.to_string(),
    };
    match failure.actual {
        Value::Null => format!("{place} may be missing or null"),
        _ => format!("{place} may have another value"),
    }
}

fn first<'a>(failures: &[&'a Failure]) -> &'a str {
    failures.first().map_or("", |failure| &failure.message)
}

#[cfg(test)]
mod tests;
