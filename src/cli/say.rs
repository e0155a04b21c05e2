//! What verbs without a report say: lines on standard output, made harmless.

use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};
use countersign_broker::client::Notice;
use serde_json::Value;

use super::failure::Failure;
use crate::report::printable;

/// Says a line; nobody is left to tell where standard output is closed.
pub fn say(line: &str) {
    let _ = writeln!(anstream::stdout(), "{}", printable(line));
}

/// Says what the broker wants people to read.
pub fn notices(notices: &[Notice]) {
    for notice in notices {
        let style: Style = match &*notice.kind {
            "success" => AnsiColor::Green.on_default(),
            "warning" | "prompt" => AnsiColor::Yellow.on_default(),
            "error" | "danger" => AnsiColor::Red.on_default(),
            _ => Style::new(),
        };
        for line in notice.text.lines() {
            let _ = writeln!(anstream::stdout(), "{style}{}{style:#}", printable(line));
        }
    }
}

/// Says a value as JSON.
pub fn json(value: &Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(Failure::new)?;
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("failed to write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// What a value says under a name, or a dash.
pub fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().filter(|it| !it.is_empty()).unwrap_or("-")
}

/// Says rows in columns, the first row as their heads.
pub fn table(rows: &[Vec<String>]) {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        say(cells.join("  ").trim_end());
    }
}
