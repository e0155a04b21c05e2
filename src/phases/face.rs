//! The faces of the report: one value, a file each.

use std::io::{self, Write};

use super::model::PhaseReport;
use super::{page, suites};

/// A face of the report, and the file that `--report` writes it into.
pub struct Face {
    pub file: &'static str,
    pub render: fn(&PhaseReport, &mut dyn Write) -> io::Result<()>,
}

/// Every face for `--report`.
pub static FACES: [Face; 3] = [
    Face { file: "phases.json", render: json },
    Face { file: "phases.xml", render: suites::render },
    Face { file: "phases.html", render: page::render },
];

fn json(report: &PhaseReport, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)
}

/// The JSON Schema of phases.json.
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(PhaseReport)
}
