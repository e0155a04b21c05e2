//! Which show of the station a recording may belong to, by title, date and duration.
//!
//! Each of the three tells from 0 to 1; what is not known tells nothing. The score is half the title's, three
//! tenths the date's and two tenths the duration's, so that no one of them links a recording by itself.

use archivist_cablecast::Show as StationShow;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::Show;

/// From this score on, the one best show is linked when a recording without a link is published.
pub const GOOD: f64 = 0.7;
const TITLE: f64 = 0.5;
const DATE: f64 = 0.3;
const DURATION: f64 = 0.2;

/// Dates as far apart as this have nothing to do with each other.
const DAYS: f64 = 7.0;
/// So have durations that differ by this part of the longer one.
const DIFFERENCE: f64 = 0.25;

/// What is known of a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    pub title: String,
    pub date: Option<NaiveDate>,
    /// Seconds.
    pub duration: Option<f64>,
}

impl Recording {
    /// The date stands in the title or, where it does not, in the path.
    pub fn new(title: &str, path: &str, duration: Option<f64>) -> Self {
        Self { title: title.to_owned(), date: date(title).or_else(|| date(path)), duration }
    }
}

/// How well a show fits, and why.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Suggestion {
    pub show: Show,
    #[schemars(range(min = 0, max = 1))]
    pub score: f64,
    /// How alike the titles are: the operators' or the public one, whichever fits better.
    #[schemars(range(min = 0, max = 1))]
    pub title: f64,
    /// 1 on the same day, 0 from a week on; null where the recording tells no date.
    #[schemars(range(min = 0, max = 1))]
    pub date: Option<f64>,
    /// 1 for equal, 0 from a quarter of the longer on; null where one has none.
    #[schemars(range(min = 0, max = 1))]
    pub duration: Option<f64>,
}

/// Every show with its score, the best first; of equal ones that with the lower id.
pub fn suggest<'a>(
    recording: &Recording,
    shows: impl IntoIterator<Item = &'a StationShow>,
) -> Vec<Suggestion> {
    let mut suggestions: Vec<_> = shows.into_iter().map(|show| judge(recording, show)).collect();
    suggestions.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.show.id.cmp(&b.show.id)));
    suggestions
}

/// The show that is linked without a person: good, and better than every other.
pub fn sure(suggestions: &[Suggestion]) -> Option<&Suggestion> {
    let best = suggestions.first().filter(|best| best.score >= GOOD)?;
    suggestions.get(1).is_none_or(|next| next.score < best.score).then_some(best)
}

fn judge(recording: &Recording, show: &StationShow) -> Suggestion {
    let alike = |title: &str| alikeness(&recording.title, title);
    let title = show.cg_title.as_deref().map_or(0.0, alike).max(alike(&show.title));
    let date = recording.date.map(|date| nearness(date, show.event_date.date_naive()));
    let run_time = (show.total_run_time > 0).then(|| f64::from(show.total_run_time));
    let duration = recording.duration.zip(run_time).and_then(|(a, b)| closeness(a, b));
    let score = TITLE * title + DATE * date.unwrap_or_default() + DURATION * duration.unwrap_or_default();
    Suggestion { show: show.into(), score: score.clamp(0.0, 1.0), title, date, duration }
}

/// By the pairs of letters that two titles share, whatever their case and punctuation.
fn alikeness(a: &str, b: &str) -> f64 {
    let (a, b) = (words(a), words(b));
    if a.is_empty() || b.is_empty() { 0.0 } else { strsim::sorensen_dice(&a, &b).clamp(0.0, 1.0) }
}

fn words(title: &str) -> String {
    let lower = title.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn nearness(a: NaiveDate, b: NaiveDate) -> f64 {
    let days = i32::try_from(a.signed_duration_since(b).num_days().abs()).unwrap_or(i32::MAX);
    (1.0 - f64::from(days) / DAYS).max(0.0)
}

fn closeness(a: f64, b: f64) -> Option<f64> {
    let longer = a.max(b);
    let known = a > 0.0 && b > 0.0 && longer.is_finite();
    known.then(|| (1.0 - (a - b).abs() / (DIFFERENCE * longer)).max(0.0))
}

/// The first date in a text, written as 2026-05-12 or 20260512, with whatever single sign between its parts.
fn date(text: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).collect();
    let parse = |year: &str, month: &str, day: &str| {
        let whole = (year.len(), month.len(), day.len()) == (4, 2, 2);
        let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        NaiveDate::from_ymd_opt(year, month, day).filter(|_| whole && (1900..2200).contains(&year))
    };
    (0..parts.len()).find_map(|at| match parts[at..] {
        [all, ..] if all.len() == 8 => parse(&all[..4], &all[4..6], &all[6..]),
        [year, month, day, ..] => parse(year, month, day),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
