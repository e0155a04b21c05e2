//! Who was verified with whom, and whether a version may go to where the others are.
//!
//! A [`Query`] selects versions; an [`Answer`] has a [`Row`] for each pact of a selected consumer version
//! with each selected provider version, and the [`Verdict`] over all of them. The semantics are the Pact
//! Broker's; where ours differ, `DIFFERENCES.md` says how and why.
//!
//! The walk starts at the selected versions and follows their pacts and results, so what a question costs
//! depends on its answer, not on how much the broker holds.

mod nested;
mod query;
mod reason;
mod select;
mod verdict;
mod walk;

pub use query::{LatestBy, Page, Query, Selector, Wish};
pub use verdict::{Counts, Notice, NoticeKind, Verdict};

use crate::draft::Refusal;
use crate::model::{Model, PacticipantId, Publication, Verification, VersionId};

/// A pact, a version of its provider, and what that version found.
#[derive(Clone, Copy, Debug)]
pub struct Row<'m> {
    pub consumer: VersionId,
    pub provider: PacticipantId,
    /// None where no version of the provider is selected, or where any will do and none verified it.
    pub provider_version: Option<VersionId>,
    pub publication: &'m Publication,
    /// None where it was never verified by this version.
    pub verification: Option<&'m Verification>,
    pub ignored: bool,
}

impl Row<'_> {
    /// None is unknown.
    #[must_use]
    pub fn success(&self) -> Option<bool> {
        self.verification.map(|verification| verification.result.success)
    }
}

#[derive(Debug)]
pub struct Answer<'m> {
    /// What is shown: filtered by `success`, and cut to the page or the limit.
    pub rows: Vec<Row<'m>>,
    /// How many rows there are before the cut.
    pub total: usize,
    /// Over every row, whatever is shown.
    pub verdict: Verdict,
}

/// Answers a query. It is refused where it names what is not there, or asks for two things at once.
pub fn answer<'m>(model: &'m Model, query: &Query) -> Result<Answer<'m>, Refusal> {
    query.check(model)?;
    let found = walk::walk(model, query)?;
    let verdict = verdict::verdict(model, query, &found);
    let mut rows = match query.latest_by {
        Some(_) => found.rows,
        None => walk::with_history(model, &found.rows)?,
    };
    if !query.success.is_empty() {
        rows.retain(|row| query.success.contains(&row.success()));
    }
    walk::sort(model, &mut rows);
    let total = rows.len();
    Ok(Answer { rows: query.page.cut(rows), total, verdict })
}

/// The rows that [`answer`] shows.
pub fn rows<'m>(model: &'m Model, query: &Query) -> Result<Vec<Row<'m>>, Refusal> {
    answer(model, query).map(|answer| answer.rows)
}

/// The verdict that [`answer`] gives.
pub fn verdict(model: &Model, query: &Query) -> Result<Verdict, Refusal> {
    answer(model, query).map(|answer| answer.verdict)
}

#[cfg(test)]
mod tests;
