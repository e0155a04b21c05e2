//! Why a verb could not do its work at all: what, why, and the way out, on standard error.

use std::fmt;
use std::io::Write;

use anstyle::{AnsiColor, Style};
use countersign_openapi::LoadError;

use crate::config::ConfigError;
use crate::reading::way_out;
use crate::report::printable;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default();

/// What went wrong and what to do about it.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hint: Option<String>,
}

impl Failure {
    pub fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The failure to read a document `named` so.
    pub fn unread(named: impl fmt::Display, error: &LoadError) -> Self {
        let message = format!("failed to load the document {named}: {error}");
        Self { message, hint: way_out(error) }
    }

    /// Says it to the user.
    pub fn tell(&self) {
        let mut stderr = anstream::stderr().lock();
        let error = writeln!(stderr, "{ERROR}error{ERROR:#}: {}", printable(&self.message));
        let hint =
            self.hint.iter().try_for_each(|hint| writeln!(stderr, "{HINT}hint{HINT:#}: {}", printable(hint)));
        // Nobody is left to tell where standard error is closed; the exit code says it still.
        let _ = error.and(hint);
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self { message: format!("failed to read the configuration: {error}"), hint: error.hint() }
    }
}
