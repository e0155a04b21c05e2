//! The templates that come nearest to a path no template matches: the hint of an unknown path.

use super::template::Template;
use crate::percent::Segment;

/// Hints, at most.
const MAX_HINTS: usize = 3;
/// Segments of the path that are looked at. A longer one is no typing error.
const MAX_SEGMENTS: usize = 32;
/// The cost of a segment that is missing, too many, or another one altogether.
const OTHER: usize = 4;
/// The cost of a segment that a parameter takes: it is allowed, and says little.
const PARAMETER: usize = 2;
/// The cost of a segment too many at the front: the prefix of a server that the document lacks.
const PREFIX: usize = 2;
/// The cost of a slash too many or too few at the end.
const SLASH: usize = 1;

/// The nearest of `templates`, nearest first; none where nothing comes near.
pub(super) fn nearest(path: &str, templates: &[(String, Template)]) -> Vec<String> {
    let segments: Vec<Segment<'_>> =
        path.trim_start_matches('/').split('/').take(MAX_SEGMENTS).map(Segment::new).collect();
    let mut ranked: Vec<(usize, &str)> = templates
        .iter()
        .map(|(text, template)| (distance(&segments, template), text.as_str()))
        // More than half of the path has to be there.
        .filter(|(cost, _)| *cost * 2 < OTHER * segments.len())
        .collect();
    ranked.sort_unstable();
    let best = ranked.first().map_or(0, |(cost, _)| *cost);
    let close = ranked.into_iter().take_while(|(cost, _)| *cost < best + OTHER);
    close.take(MAX_HINTS).map(|(_, text)| text.to_owned()).collect()
}

/// Edit distance, segment by segment.
fn distance(segments: &[Segment<'_>], template: &Template) -> usize {
    let mut row = vec![0];
    for pattern in &template.segments {
        let left = row.last().copied().unwrap_or_default();
        row.push(left + gap(pattern.literal()));
    }
    for segment in segments {
        let extra = gap(Some(segment.bytes()));
        let mut diagonal = row[0];
        row[0] += PREFIX;
        for (column, pattern) in template.segments.iter().enumerate() {
            let cost = match pattern.literal() {
                Some(text) => spelling(segment.bytes(), text),
                None if pattern.capture(segment).is_some() => PARAMETER,
                None => OTHER,
            };
            let best =
                (diagonal + cost).min(row[column] + gap(pattern.literal())).min(row[column + 1] + extra);
            diagonal = std::mem::replace(&mut row[column + 1], best);
        }
    }
    row.last().copied().unwrap_or_default()
}

/// The cost of a segment that one side lacks.
fn gap(text: Option<&[u8]>) -> usize {
    if text == Some(b"") { SLASH } else { OTHER }
}

/// 0 for the same text, 1 for the same in another case or with the same ends, else [`OTHER`].
fn spelling(sent: &[u8], text: &[u8]) -> usize {
    if sent == text {
        return 0;
    }
    let front = sent.iter().zip(text).take_while(|(a, b)| a == b).count();
    let back = sent.iter().rev().zip(text.iter().rev()).take_while(|(a, b)| a == b).count();
    let alike = sent.eq_ignore_ascii_case(text) || 2 * (front + back) > sent.len().max(text.len());
    if alike { 1 } else { OTHER }
}
