//! The book of deviations: each once, in bounded memory, whatever strangers send.

use std::collections::HashMap;

use countersign_openapi::{Code, Place, Position, Severity, Violation};

use crate::deviation::Deviation;
use crate::exchange::Origin;

/// Deviations that are kept of one operation, and of requests without one, at most.
const MAX_PER_OPERATION: usize = 100;
/// Deviations that are kept of a document, at most.
const MAX_DEVIATIONS: usize = 10_000;

/// What makes two violations one deviation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub code: Code,
    pub severity: Severity,
    /// The number of the operation in the document.
    pub operation: Option<usize>,
    pub shape: Option<String>,
    pub place: Place,
    pub subject: Option<String>,
    pub rule: Position,
    pub keyword: Option<String>,
}

impl Key {
    pub fn of(violation: &Violation, operation: Option<usize>, shape: Option<String>) -> Self {
        Self {
            code: violation.code,
            severity: violation.severity,
            operation,
            shape,
            place: crate::deviation::general(&violation.at),
            subject: subject(violation),
            rule: violation.rule.clone(),
            keyword: violation.keyword.clone(),
        }
    }
}

/// What an answer had that the document does not declare: each status and each type is a deviation of its
/// own.
fn subject(violation: &Violation) -> Option<String> {
    match (violation.code, &violation.actual) {
        (Code::ResponseStatusUnknown, Some(status)) => Some(status.to_string()),
        (
            Code::ResponseContentTypeIncompatible | Code::RequestContentTypeIncompatible,
            Some(serde_json::Value::String(kind)),
        ) => kind.split(';').next().map(|essence| essence.trim().to_ascii_lowercase()),
        _ => None,
    }
}

/// What became of a violation that was entered.
#[derive(Debug, PartialEq)]
pub(crate) enum Entered {
    /// Nobody had met it before.
    New(Box<Deviation>),
    Known,
    /// There is no room left for new ones.
    NoRoom,
}

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: HashMap<Key, Deviation>,
    per_operation: HashMap<Option<usize>, usize>,
    /// Violations that were not entered since there was no room.
    left_out: u64,
    /// Whether one of them weighs as an error.
    left_out_error: bool,
}

impl Ledger {
    /// Enters what one exchange showed once more. `describe` makes the deviation with this exchange as its
    /// example; of several, the first one stands, in whatever order they are judged.
    pub fn enter(&mut self, key: Key, origin: &Origin, describe: impl FnOnce() -> Deviation) -> Entered {
        if let Some(known) = self.entries.get_mut(&key) {
            known.count += 1;
            if *origin < known.first.origin {
                let count = known.count;
                *known = Deviation { count, ..describe() };
            }
            return Entered::Known;
        }
        let of_operation = self.per_operation.entry(key.operation).or_default();
        if *of_operation >= MAX_PER_OPERATION || self.entries.len() >= MAX_DEVIATIONS {
            self.left_out += 1;
            self.left_out_error |= key.severity == Severity::Error;
            return Entered::NoRoom;
        }
        *of_operation += 1;
        let deviation = describe();
        self.entries.insert(key, deviation.clone());
        Entered::New(Box::new(deviation))
    }

    /// How many violations were not entered since there was no room, and whether one is an error.
    pub fn left_out(&self) -> (u64, bool) {
        (self.left_out, self.left_out_error)
    }

    /// All deviations: by operation in the order of the document, those without one first.
    pub fn sorted(&self) -> Vec<Deviation> {
        let mut entries: Vec<(&Key, &Deviation)> = self.entries.iter().collect();
        entries.sort_by(|(one, _), (other, _)| {
            let weight = |key: &Key| (key.operation, key.severity, key.code);
            let place = |key: &'_ Key| (key.shape.clone(), key.place.clone(), key.subject.clone());
            let rule = |key: &'_ Key| (key.rule.clone(), key.keyword.clone());
            weight(one)
                .cmp(&weight(other))
                .then_with(|| place(one).cmp(&place(other)))
                .then_with(|| rule(one).cmp(&rule(other)))
        });
        entries.into_iter().map(|(_, deviation)| deviation.clone()).collect()
    }

    /// How many exchanges showed a deviation, summed by id and weight.
    pub fn sums(&self) -> Vec<(Code, Severity, u64)> {
        let mut sums: Vec<(Code, Severity, u64)> = Vec::new();
        for deviation in self.entries.values() {
            let known = sums.iter_mut().find(|sum| (sum.0, sum.1) == (deviation.code, deviation.severity));
            match known {
                Some((_, _, count)) => *count += deviation.count,
                None => sums.push((deviation.code, deviation.severity, deviation.count)),
            }
        }
        sums.sort_unstable();
        sums
    }
}
