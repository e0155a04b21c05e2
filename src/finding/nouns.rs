//! The nouns of the other rooms in the report's own types, whose names are stable.

use countersign_openapi::Position;
use countersign_verify::FailureKind;

use super::{Between, Location, Severity, Verdict};
use crate::report::Direction;

impl From<&Position> for Location {
    fn from(position: &Position) -> Self {
        Self { file: position.file.to_string(), pointer: position.pointer.to_string(), line: position.line }
    }
}

impl From<countersign_openapi::Severity> for Severity {
    fn from(severity: countersign_openapi::Severity) -> Self {
        match severity {
            countersign_openapi::Severity::Error => Self::Error,
            countersign_openapi::Severity::Warning => Self::Warning,
            countersign_openapi::Severity::Info => Self::Info,
        }
    }
}

impl From<countersign_verify::Verdict> for Verdict {
    fn from(verdict: countersign_verify::Verdict) -> Self {
        match verdict {
            countersign_verify::Verdict::Consumer => Self::Consumer,
            countersign_verify::Verdict::Provider => Self::Provider,
            countersign_verify::Verdict::Document => Self::Document,
            countersign_verify::Verdict::Both => Self::Both,
        }
    }
}

impl From<FailureKind> for Between {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::PactAgainstProvider => Self::PactAndProvider,
            FailureKind::ProviderAgainstDocument => Self::DocumentAndProvider,
            FailureKind::ProviderAgainstProtocol => Self::ProtocolAndProvider,
            FailureKind::PactAgainstDocument => Self::DocumentAndPact,
        }
    }
}

impl From<countersign_verify::Direction> for Direction {
    fn from(direction: countersign_verify::Direction) -> Self {
        match direction {
            countersign_verify::Direction::ToProvider => Self::ToProvider,
            countersign_verify::Direction::FromProvider => Self::FromProvider,
        }
    }
}
