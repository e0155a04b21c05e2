//! What was found: each finding with what the two sides say, whom it hits, and the way out.

use std::io;

use super::{BROKEN, FAINT, Page, UNKNOWN};
use crate::finding::{Finding, Severity};
use crate::report::{printable, words};

/// Characters up to which two values are set one above the other.
const COLUMN: usize = 48;

impl Page<'_> {
    pub(super) fn findings(&mut self, indent: usize, findings: &[&Finding]) -> io::Result<()> {
        for finding in findings {
            self.heading(indent, finding)?;
            if finding.accepted.is_some() {
                self.accepted(indent + 2, finding)?;
                continue;
            }
            // A change that breaks nobody is a line of a changelog, and not a case.
            if finding.severity != Severity::Info || !finding.between.is_change() {
                self.evidence(indent + 2, finding)?;
            }
            if let Some(met) = &finding.met {
                let text = self.paint(FAINT, &words::met(met));
                self.line(indent + 2, &text)?;
            }
            self.affected(indent + 2, finding)?;
            if let Some(hint) = &finding.hint {
                self.line(indent + 2, &format!("hint: {}", printable(hint)))?;
            }
        }
        Ok(())
    }

    fn heading(&mut self, indent: usize, finding: &Finding) -> io::Result<()> {
        let style = match (&finding.accepted, finding.severity) {
            (None, Severity::Error) => BROKEN,
            (None, Severity::Warning) => UNKNOWN,
            (Some(_), _) | (None, Severity::Info) => FAINT,
        };
        let word = words::weight(finding);
        let id = self.paint(FAINT, &format!("[{}]", finding.id));
        let text = format!("{}: {} {id}", self.paint(style, word), printable(&finding.message));
        self.line(indent, &text)
    }

    /// What each of the two says, and where it says so.
    fn evidence(&mut self, indent: usize, finding: &Finding) -> io::Result<()> {
        let sides = words::sides(finding);
        let silent = words::silent(finding);
        let said = sides.map(|side| {
            let what = if silent { String::new() } else { words::said(finding, &side) };
            (format!("{} says", side.who), what, side.place)
        });
        let widest = said.iter().map(|(_, what, _)| what.chars().count()).max().unwrap_or_default();
        let width = if widest <= COLUMN { widest } else { 0 };
        for (who, what, place) in said {
            let text = match place {
                Some(place) if silent => {
                    format!("{:<15}{}", who.trim_end_matches(" says"), self.paint(FAINT, &place))
                }
                None if silent => continue,
                Some(place) => format!("{who:<15}{what:<width$}  {}", self.paint(FAINT, &place)),
                None => format!("{who:<15}{what}"),
            };
            self.line(indent, &text)?;
        }
        Ok(())
    }

    fn affected(&mut self, indent: usize, finding: &Finding) -> io::Result<()> {
        let Some(affects) = &finding.affects else { return Ok(()) };
        if affects.is_empty() {
            let text = self.paint(FAINT, words::NOBODY);
            return self.line(indent, &text);
        }
        for affected in affects {
            let whom = words::affected(affected);
            let place = self.paint(FAINT, &words::place(&affected.location));
            self.line(indent, &format!("{} {}  {place}", words::affects(finding), printable(&whom)))?;
        }
        Ok(())
    }

    fn accepted(&mut self, indent: usize, finding: &Finding) -> io::Result<()> {
        let Some(accepted) = &finding.accepted else { return Ok(()) };
        let text = self.paint(FAINT, &words::acceptance(accepted));
        self.line(indent, &text)
    }
}
