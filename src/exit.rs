//! The exit codes: the one answer a script reads.

use std::process::ExitCode;

use crate::report::Outcome;

/// How a run of `countersign` ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Every contract that was looked at is kept, and there was at least one.
    Kept = 0,
    /// At least one contract is broken. Something else may not have been told; broken weighs more.
    Broken = 1,
    /// Nothing was found broken, but not everything could be looked at: a wrong flag, a file that
    /// cannot be read, a provider that did not start, nothing to verify at all.
    CouldNotTell = 2,
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Kept => Self::Kept,
            Outcome::Broken => Self::Broken,
            Outcome::Unknown => Self::CouldNotTell,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
