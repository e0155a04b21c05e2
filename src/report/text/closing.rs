//! What stands below the contracts: what else went wrong, what no contract uses, and the sum.

use std::io;

use super::{BROKEN, FAINT, HEAD, KEPT, Page, UNKNOWN};
use crate::report::{Coverage, Outcome, Trouble, plural, printable, words};

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
            let paths = by_path(coverage);
            let shown = if self.look.verbose { paths.len() } else { PATHS.min(paths.len()) };
            for (path, methods) in &paths[..shown] {
                let text = self.paint(FAINT, &format!("unused  {path}  {}", methods.join(" ")));
                self.line(2, &text)?;
            }
            if shown < paths.len() {
                let shown_operations: usize = paths[..shown].iter().map(|(_, methods)| methods.len()).sum();
                let rest = unused.len() - shown_operations;
                let text = self.paint(FAINT, &format!("unused  and {rest} more; --verbose shows them"));
                self.line(2, &text)?;
            }
            writeln!(self.out)?;
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
        if summary.contracts > 0 || self.report.documents.is_empty() {
            parts.push(plural(summary.contracts, "contract"));
            parts.push(self.counts(summary.interactions, summary.kept, summary.broken, summary.unknown));
        }
        if !self.report.documents.is_empty() {
            parts.push(plural(self.report.documents.len(), "document"));
            parts.extend(Some(words::tally(summary.findings)).filter(|it| !it.is_empty()));
        }
        let word = self.paint(style, words::outcome(summary.outcome));
        let text = format!("{word}: {} in {}", parts.join(", "), words::seconds(summary.duration_ms));
        self.line(0, &text)
    }
}

fn by_path(coverage: &Coverage) -> Vec<(&str, Vec<&str>)> {
    let mut paths: Vec<(&str, Vec<&str>)> = Vec::new();
    for operation in &coverage.unused {
        match paths.iter_mut().find(|(path, _)| *path == operation.path) {
            Some((_, methods)) => methods.push(&operation.method),
            None => paths.push((&operation.path, vec![&operation.method])),
        }
    }
    paths
}
