//! What stands below the contracts: what else went wrong, what no contract uses, and the sum.

use std::io;

use super::{BROKEN, FAINT, HEAD, KEPT, Page, UNKNOWN};
use crate::report::{Coverage, Operation, Outcome, Trouble, plural, printable, words};

/// Paths of unused operations that are shown where not all are asked for.
const PATHS: usize = 6;

impl Page<'_> {
    /// Troubles that no interaction has shown.
    pub(super) fn other_troubles(&mut self) -> io::Result<()> {
        for trouble in self.report.errors.iter().filter(|it| it.interaction.is_none()) {
            let word = self.paint(UNKNOWN, "could not tell");
            self.line(0, &format!("{word}: {}", printable(&trouble.message)))?;
            self.last_output(trouble)?;
            if let Some(hint) = &trouble.hint {
                self.line(2, &format!("hint: {}", printable(hint)))?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn last_output(&mut self, trouble: &Trouble) -> io::Result<()> {
        if !trouble.output.is_empty() {
            self.line(2, "its last output:")?;
        }
        for line in &trouble.output {
            let text = self.paint(FAINT, line);
            self.line(4, &text)?;
        }
        Ok(())
    }

    pub(super) fn coverage(&mut self) -> io::Result<()> {
        for coverage in &self.report.coverage {
            let Coverage { document, operations, used, unused, .. } = coverage;
            let text = format!(
                "{}  {used} of {operations} operations are used by a contract",
                self.paint(HEAD, document)
            );
            self.line(0, &text)?;
            self.operations("unused", unused)?;
            writeln!(self.out)?;
        }
        Ok(())
    }

    /// Traffic in numbers, what of it was not judged, and what nobody asked for.
    pub(super) fn traffic(&mut self) -> io::Result<()> {
        for traffic in &self.report.traffic {
            let whose = traffic.provider.as_ref().map_or(String::new(), |name| format!(" of {name}"));
            let heading = format!(
                "{}  {}",
                self.paint(HEAD, &format!("traffic{whose}")),
                self.paint(FAINT, &format!("against {}", traffic.document))
            );
            self.line(0, &heading)?;
            self.line(2, &words::passed(traffic))?;
            for line in words::left_out(traffic) {
                let text = self.paint(FAINT, &line);
                self.line(2, &text)?;
            }
            self.line(2, &words::seen(traffic))?;
            self.operations("never", &traffic.unseen)?;
            writeln!(self.out)?;
        }
        Ok(())
    }

    /// Operations by path, a few of them or all.
    fn operations(&mut self, word: &str, operations: &[Operation]) -> io::Result<()> {
        let paths = words::by_path(operations);
        let shown = if self.look.verbose { paths.len() } else { PATHS.min(paths.len()) };
        for (path, methods) in &paths[..shown] {
            let text = self.paint(FAINT, &format!("{word}  {path}  {}", methods.join(" ")));
            self.line(2, &text)?;
        }
        if shown < paths.len() {
            let shown_operations: usize = paths[..shown].iter().map(|(_, methods)| methods.len()).sum();
            let rest = operations.len() - shown_operations;
            let text = self.paint(FAINT, &format!("{word}  and {rest} more; --verbose shows them"));
            self.line(2, &text)?;
        }
        Ok(())
    }

    pub(super) fn summary(&mut self) -> io::Result<()> {
        let summary = &self.report.summary;
        let style = match summary.outcome {
            Outcome::Kept => KEPT,
            Outcome::Broken => BROKEN,
            Outcome::Unknown => UNKNOWN,
        };
        let mut parts = Vec::new();
        let contracts_alone = self.report.documents.is_empty() && self.report.traffic.is_empty();
        if summary.contracts > 0 || contracts_alone {
            parts.push(plural(summary.contracts, "contract"));
            parts.push(self.counts(summary.interactions, summary.kept, summary.broken, summary.unknown));
        }
        if !self.report.documents.is_empty() {
            parts.push(plural(self.report.documents.len(), "document"));
        }
        parts.extend(self.report.traffic.iter().map(words::passed));
        if !contracts_alone {
            parts.extend(Some(words::tally(summary.findings)).filter(|it| !it.is_empty()));
        }
        let word = self.paint(style, words::outcome(summary.outcome));
        let text = format!("{word}: {} in {}", parts.join(", "), words::seconds(summary.duration_ms));
        self.line(0, &text)
    }
}
