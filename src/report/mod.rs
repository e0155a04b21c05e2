//! One report, several formats. A format is a file here with `render(&Report, &mut dyn Write)` and a
//! line in [`Format`].

mod github;
mod grouped;
pub(crate) mod html;
mod json;
pub(crate) mod junit;
mod keyed;
mod markdown;
mod model;
mod printable;
mod sarif;
mod subject;
mod summary;
mod text;
pub(crate) mod words;

use std::io::{self, Write};

pub use model::{
    Compared, Contract, Coverage, Direction, Interaction, LeftOut, Message, Operation, Outcome, Parts,
    Report, Rule, Standing, Summary, Tally, Traffic, Trouble, VERSION, Verb, milliseconds,
};
pub use printable::{plural, printable};
pub use text::Look;

/// What a report can be written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs; `countersign schema` prints its JSON Schema.
    Json,
    /// For the test pages of CI systems, as XML.
    Junit,
    /// For code scanners and editors: SARIF 2.1.0.
    Sarif,
    /// For GitHub Actions: annotations of files and lines.
    Github,
    /// For a page to read, such as a changelog.
    Markdown,
    /// For a browser: one page that needs nothing else.
    Html,
    /// For the summary of a job on GitHub: short, and added to the file's end.
    Summary,
}

impl Format {
    /// Writes `report` in this format; `look` is heeded by text alone.
    pub fn render(self, report: &Report, out: &mut dyn Write, look: Look) -> io::Result<()> {
        match self {
            Self::Text => text::render(report, out, look),
            Self::Json => json::render(report, out),
            Self::Junit => junit::render(report, out),
            Self::Sarif => sarif::render(report, out),
            Self::Github => github::render(report, out),
            Self::Markdown => markdown::render(report, out),
            Self::Html => html::render(report, out),
            Self::Summary => summary::render(report, out),
        }
    }

    /// Whether it is added to the end of a file that is there, in place of what stands in it.
    #[must_use]
    pub fn adds(self) -> bool {
        self == Self::Summary
    }
}

/// The JSON Schema of the JSON format.
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Report)
}
