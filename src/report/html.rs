//! The report as one page that needs nothing else: no script, font or picture from elsewhere, and none
//! of its own where scripts are off. Searched and filtered in place; dark or light as the reader is.

mod contracts;
mod evidence;
mod filters;
pub(crate) mod frame;
mod others;

use std::io::{self, Write};

use maud::{Markup, html};

use super::grouped::Grouped;
use super::{Report, words};
use frame::{Frame, STYLE, bar, said, seal, tone};

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
        let title = format!("{outcome} – countersign {verb}");
        let frame = Frame { title: &title, style: STYLE, script: Some(SCRIPT) };
        frame.around(&html! {
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
        })
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
