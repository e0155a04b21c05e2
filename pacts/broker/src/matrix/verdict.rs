//! Whether it may go: yes, no, or could not tell, and why.

use super::query::Query;
use super::reason::{self, Reason, Speaker};
use super::walk::Found;
use crate::model::Model;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// None is "could not tell": something that has to be verified was not.
    pub deployable: Option<bool>,
    /// Every reason on a line of its own.
    pub reason: String,
    pub counts: Counts,
    pub notices: Vec<Notice>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub success: usize,
    pub failed: usize,
    pub unknown: usize,
    /// In none of the others.
    pub ignored: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub kind: NoticeKind,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    Success,
    Info,
    Warning,
    Error,
}

impl NoticeKind {
    /// As the `type` of a notice is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// So many are told one by one: whoever mends these asks again anyway.
const TOLD: usize = 20;

pub(super) fn verdict(model: &Model, query: &Query, found: &Found<'_, '_>) -> Verdict {
    let mut counts = Counts::default();
    for row in &found.rows {
        match row.success() {
            _ if row.ignored => counts.ignored += 1,
            Some(true) => counts.success += 1,
            Some(false) => counts.failed += 1,
            None => counts.unknown += 1,
        }
    }
    let mut problems = gaps(model, found);
    let absent = problems.iter().any(|reason| matches!(reason, Reason::NoSuchVersion { .. }));
    counts.unknown += problems.iter().filter(|it| matches!(it, Reason::NothingSelected { .. })).count();
    let judged = found.rows.iter().filter(|row| !row.ignored);
    // What is broken comes before what is not known.
    problems.extend(judged.clone().filter(|row| row.success() == Some(false)).map(Reason::Failed));
    problems.extend(judged.filter(|row| row.success().is_none()).map(Reason::Unverified));

    let deployable =
        if absent || counts.failed > 0 { Some(false) } else { (counts.unknown == 0).then_some(true) };
    let speaker = Speaker { model, sides: &found.sides };
    let (reason, mut notices) = match deployable {
        Some(true) => told(vec![reason::fine(counts.success)], NoticeKind::Success),
        Some(false) => told(first(&problems, &speaker), NoticeKind::Error),
        None => told(first(&problems, &speaker), NoticeKind::Warning),
    };
    notices.extend(about_ignoring(model, query, counts.ignored));
    Verdict { deployable, reason, counts, notices }
}

/// Selectors that found nothing, where no row says so already.
fn gaps<'a>(model: &Model, found: &'a Found<'_, '_>) -> Vec<Reason<'a>> {
    let considered = found.gaps.iter().filter(|gap| !found.ignored.has(gap.pacticipant));
    let reason = |gap: &'a super::select::Gap<'_>| {
        let pacticipant = gap.pacticipant;
        match &gap.wish.version {
            Some(number) if model.version_of(pacticipant, number).is_none() => {
                Some(Reason::NoSuchVersion { pacticipant, number })
            }
            _ => {
                let said =
                    |row: &super::Row<'_>| row.provider == pacticipant && row.provider_version.is_none();
                let wish = gap.wish;
                (!found.rows.iter().any(said)).then_some(Reason::NothingSelected { pacticipant, wish })
            }
        }
    };
    considered.filter_map(reason).collect()
}

fn first(problems: &[Reason<'_>], speaker: &Speaker<'_>) -> Vec<String> {
    let mut texts: Vec<String> = problems.iter().take(TOLD).map(|reason| speaker.say(reason)).collect();
    if let more @ 1.. = problems.len().saturating_sub(TOLD) {
        texts.push(format!("There are {more} more such reasons."));
    }
    texts
}

fn told(texts: Vec<String>, kind: NoticeKind) -> (String, Vec<Notice>) {
    (texts.join("\n"), texts.into_iter().map(|text| Notice { kind, text }).collect())
}

fn about_ignoring(model: &Model, query: &Query, rows: usize) -> Vec<Notice> {
    let mut notices = Vec::new();
    if rows > 0 {
        let text = format!("{rows} of the pairs were ignored, as it was asked for.");
        notices.push(Notice { kind: NoticeKind::Info, text });
    }
    for selector in query.ignore.iter().take(TOLD) {
        let (name, version) = (&selector.pacticipant, &selector.wish.version);
        let text = match (model.find(name), version) {
            (None, _) => format!("{name} is to be ignored, but there is no such pacticipant."),
            (Some(known), Some(number)) if model.version_of(known.id, number).is_none() => {
                format!("Version {number} of {name} is to be ignored, but there is no such version.")
            }
            _ => continue,
        };
        notices.push(Notice { kind: NoticeKind::Warning, text });
    }
    notices
}
