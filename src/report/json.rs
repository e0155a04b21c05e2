//! The report as JSON, for programs: the shape of `docs/report.schema.json`.

use std::io::{self, Write};

use super::Report;

/// Writes the report as one indented JSON value and a line feed.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)
}
