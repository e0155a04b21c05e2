//! `x-stability-level`: how firm a part of a document is. A draft may change as it likes.

use serde_json::Value;

/// From loose to firm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Draft,
    Alpha,
    Beta,
    Stable,
}

/// What became of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Same,
    Up,
    Down,
    /// One of the two is no level.
    Invalid,
}

impl Level {
    /// Reads a level; none where there is none. The error is of what is no level.
    pub fn read(value: Option<&Value>) -> Result<Option<Self>, ()> {
        let Some(value) = value else { return Ok(None) };
        match value.as_str() {
            Some("draft") => Ok(Some(Self::Draft)),
            Some("alpha") => Ok(Some(Self::Alpha)),
            Some("beta") => Ok(Some(Self::Beta)),
            Some("stable") => Ok(Some(Self::Stable)),
            _ => Err(()),
        }
    }

    /// Whether nobody may rely on it.
    pub fn is_loose(self) -> bool {
        self < Self::Beta
    }
}

/// What has no level is as firm as what is in use: it may become beta or stable, and no less.
pub(super) fn compare_levels(base: Option<&Value>, revised: Option<&Value>) -> Step {
    let (Ok(base), Ok(revised)) = (Level::read(base), Level::read(revised)) else {
        return if base == revised { Step::Same } else { Step::Invalid };
    };
    match (base, revised) {
        (Some(base), Some(revised)) if base < revised => Step::Up,
        (Some(base), Some(revised)) if base > revised => Step::Down,
        (None, Some(level)) if level.is_loose() => Step::Down,
        (Some(level), None) if level.is_loose() => Step::Up,
        _ => Step::Same,
    }
}
