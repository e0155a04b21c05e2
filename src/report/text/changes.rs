//! What no interaction shows: changes from one document to another, and traffic that breaks one. By
//! operation, as a changelog goes.

use std::io;

use super::{FAINT, HEAD, Page};
use crate::finding::Finding;
use crate::report::grouped::Group;
use crate::report::{Compared, plural, printable, words};

impl Page<'_> {
    pub(super) fn elsewhere(&mut self) -> io::Result<()> {
        if !self.look.quiet {
            self.documents()?;
        }
        for group in std::mem::take(&mut self.grouped.elsewhere) {
            self.group(&group)?;
        }
        Ok(())
    }

    fn documents(&mut self) -> io::Result<()> {
        let report = self.report;
        for document in &report.documents {
            let Compared { file, operations, .. } = document;
            let operations = plural(*operations, "operation");
            let named = [document.title.as_deref(), document.version.as_deref()];
            let named = named.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let text = format!(
                "{:<9} {}  {}",
                words::standing(document.standing),
                self.paint(HEAD, file),
                self.paint(FAINT, format!("{named}, {operations}").trim_start_matches(", ")),
            );
            self.line(0, &text)?;
        }
        if report.documents.is_empty() { Ok(()) } else { writeln!(self.out) }
    }

    fn group(&mut self, group: &Group<'_>) -> io::Result<()> {
        let counts = |it: &&&Finding| !self.look.quiet || it.breaks();
        let findings: Vec<&Finding> = group.findings.iter().filter(counts).copied().collect();
        if findings.is_empty() {
            return Ok(());
        }
        let what = group.operation.unwrap_or(words::WHOLE);
        let whose = group.provider.map_or(String::new(), |provider| format!("  {}", printable(provider)));
        let heading = format!("{}{}", self.paint(HEAD, what), self.paint(FAINT, &whose));
        self.line(0, &heading)?;
        self.findings(2, &findings)?;
        writeln!(self.out)
    }
}
