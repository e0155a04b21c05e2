//! The report as one page that needs nothing else: no script, font or picture from elsewhere, and none
//! of its own where scripts are off. Searched and filtered in place; dark or light as the reader is.

mod contracts;
mod evidence;
mod filters;
mod others;

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::grouped::Grouped;
use super::{Outcome, Report, printable, words};

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { report, grouped: Grouped::of(report) };
    out.write_all(page.whole().into_string().as_bytes())
}

/// A report that is being shown.
struct Page<'a> {
    report: &'a Report,
    grouped: Grouped<'a>,
}

impl Page<'_> {
    fn whole(&self) -> Markup {
        let verb = words::verb(self.report.verb);
        let outcome = words::outcome(self.report.summary.outcome);
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy());
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    // A browser would ask for one.
                    link rel="icon" href="data:,";
                    title { (outcome) " – countersign " (verb) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#findings" { "Skip to the findings" }
                    (self.head())
                    (filters::bar(self))
                    main #findings tabindex="-1" {
                        (self.contracts())
                        (self.documents())
                        (self.changes())
                        (self.troubles())
                        (self.traffic())
                        (self.coverage())
                        p #nothing hidden { "Nothing here is like that." }
                    }
                    footer { p { "countersign " (env!("CARGO_PKG_VERSION")) } }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        }
    }

    fn head(&self) -> Markup {
        let summary = &self.report.summary;
        html! {
            header.(tone(summary.outcome)) {
                p.mark { (seal(summary.outcome)) "countersign " (words::verb(self.report.verb)) }
                h1 { (words::outcome(summary.outcome)) }
                p.numbers { (words::numbers(self.report)) " in " (words::seconds(summary.duration_ms)) }
                // One contract has a bar of its own.
                @if self.report.contracts.len() != 1 {
                    (bar(&[("kept", summary.kept), ("broken", summary.broken), ("unknown", summary.unknown)]))
                }
            }
        }
    }
}

/// What may be loaded: this page's own style and script, and nothing else from anywhere.
fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// The class that gives an outcome its colour.
fn tone(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Kept => "kept",
        Outcome::Broken => "broken",
        Outcome::Unknown => "unknown",
    }
}

/// A stamp that says at a glance how it stands.
fn seal(outcome: Outcome) -> Markup {
    let sign = match outcome {
        Outcome::Kept => "M10.5 16.5l4 4 7.5-9",
        Outcome::Broken => "M11.5 11.5l9 9m0-9l-9 9",
        Outcome::Unknown => "M12.5 13a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1-1.5 2m0 3.3v.2",
    };
    html! {
        svg.seal viewBox="0 0 32 32" width="32" height="32" fill="none" stroke="currentColor" aria-hidden="true" {
            circle cx="16" cy="16" r="14.5" stroke-width="2" {}
            circle cx="16" cy="16" r="11" stroke-dasharray="1.5 2" {}
            path d=(sign) stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round" {}
        }
    }
}

/// Shares of a whole, as a bar. The numbers stand beside it: nobody has to see it.
fn bar(shares: &[(&str, usize)]) -> Markup {
    let whole: usize = shares.iter().map(|(_, count)| count).sum();
    let ends = shares.iter().scan(0, |end, (_, count)| {
        *end += count;
        Some(*end)
    });
    html! {
        @if whole > 0 {
            svg.bar viewBox={ "0 0 " (whole) " 1" } preserveAspectRatio="none" aria-hidden="true" {
                @for ((class, count), end) in shares.iter().zip(ends) {
                    rect.(class) x=(end - count) y="0" width=(count) height="1" {}
                }
            }
        }
    }
}

/// `text` of somebody else's: nothing in it may be taken for a part of the page or turn its lines around.
fn said(text: &str) -> Markup {
    html! { (printable(text)) }
}
