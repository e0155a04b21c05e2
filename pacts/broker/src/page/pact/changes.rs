//! What is different between two pacts, interaction by interaction.

use maud::{Markup, html};
use serde_json::Value;

use super::values::short;
use crate::diff::{Difference, differences};
use crate::page::words::said;

/// Differences that are shown.
const MOST: usize = 200;

pub fn show(before: &Value, after: &Value) -> Markup {
    let found = differences(before, after);
    let left = found.len().saturating_sub(MOST);
    let shown = &found[..found.len() - left];
    html! {
        @if shown.is_empty() { p { "Only the order or the writing." } }
        @for group in shown.chunk_by(|one, other| one.interaction == other.interaction) {
            article.item {
                h3 { (group[0].interaction.as_deref().map_or_else(|| "The pact itself".to_owned(), said)) }
                @if let [Difference { path, before, after, .. }] = group && path.is_empty() {
                    @match (before, after) {
                        (None, _) => { p { strong { "new" } } }
                        _ => { p { strong { "gone" } } }
                    }
                } @else {
                    dl.changes { @for difference in group { (one(difference)) } }
                }
            }
        }
        @if left > 0 { p.note { (left) " more differences are not shown." } }
    }
}

fn one(difference: &Difference) -> Markup {
    html! {
        div {
            dt { code { (said(&difference.path)) } }
            @if let Some(before) = &difference.before { dd { "was " del { (short(before)) } } }
            @else { dd { "was not there" } }
            @if let Some(after) = &difference.after { dd { "is " ins { (short(after)) } } }
            @else { dd { "is gone" } }
        }
    }
}
