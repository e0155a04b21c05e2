//! What is claimed to be covered, against its targets: first what is missing.

use maud::{Markup, html};

use super::phase::name;
use crate::phases::model::{Coverage, Covered, Entry};
use crate::report::html::frame::{bar, said};
use crate::report::plural;

pub fn section(coverage: &[Coverage]) -> Markup {
    html! {
        @if !coverage.is_empty() {
            section.group #coverage {
                h2 { "Coverage" }
                @for it in coverage { (kind(it)) }
            }
        }
    }
}

fn kind(coverage: &Coverage) -> Markup {
    let of = |is: fn(Covered) -> bool| coverage.entries.iter().filter(move |it| is(it.state));
    let missing: Vec<&Entry> = of(|it| !matches!(it, Covered::Covered | Covered::NotAsked)).collect();
    html! {
        article.item.(class(coverage)) {
            h3 { (said(&coverage.kind)) }
            p.numbers { (share(coverage)) }
            (bar(&[("kept", coverage.covered), ("broken", coverage.asked - coverage.covered)]))
            @if !missing.is_empty() { ul.tests { @for it in missing { (entry(it)) } } }
            (drawer("covered", &of(|it| it == Covered::Covered).collect::<Vec<_>>()))
            (drawer("not asked of this run", &of(|it| it == Covered::NotAsked).collect::<Vec<_>>()))
        }
    }
}

/// Claims that need nobody, out of the way.
fn drawer(what: &str, entries: &[&Entry]) -> Markup {
    html! {
        @if !entries.is_empty() {
            details {
                summary { (plural(entries.len(), "claim")) " " (what) }
                ul.tests { @for it in entries { (entry(it)) } }
            }
        }
    }
}

fn entry(entry: &Entry) -> Markup {
    let (class, word) = match entry.state {
        Covered::Covered => ("kept", "covered"),
        Covered::Failed => ("broken", "failed"),
        Covered::Skipped => ("unknown", "skipped"),
        Covered::NotRun => ("unknown", "not run"),
        Covered::NoTest => ("broken", "no test"),
        Covered::NotAsked => ("given", "not asked"),
    };
    html! {
        li {
            span.word.(class) { (word) } " " (said(&entry.name))
            @if let Some(why) = &entry.why { span.why { (said(why)) } }
            @if !entry.tests.is_empty() { ul { @for it in &entry.tests { li { (name(it)) } } } }
        }
    }
}

/// Such as `9 of 10 covered: 90 % of 90 % asked for`.
fn share(coverage: &Coverage) -> Markup {
    html! {
        (coverage.covered) " of " (coverage.asked) " covered"
        @if let Some(percent) = coverage.percent() { ": " (format!("{percent:.0} %")) }
        @if let Some(target) = coverage.target { ", of " (target) " % asked for" }
    }
}

fn class(coverage: &Coverage) -> &'static str {
    match (coverage.percent(), coverage.target) {
        (Some(percent), Some(target)) if percent < target => "broken",
        (Some(_), _) => "kept",
        (None, _) => "unknown",
    }
}
