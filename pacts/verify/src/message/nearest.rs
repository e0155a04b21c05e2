//! Of several messages that may be the expected one: the one that is it, or comes nearest.

use countersign_openapi::Severity;

use crate::outcome::Failure;

/// What the nearest message so far fails in.
#[derive(Debug, Default)]
pub(crate) struct Nearest(Option<Vec<Failure>>);

impl Nearest {
    /// Considers one more message, which fails in `failures`. Of two that come as near, the later counts.
    pub fn offer(&mut self, failures: Vec<Failure>) {
        if self.0.as_deref().is_none_or(|known| errors(&failures) <= errors(known)) {
            self.0 = Some(failures);
        }
    }

    /// Whether one of them is the expected one.
    pub fn is_it(&self) -> bool {
        self.0.as_deref().is_some_and(|failures| errors(failures) == 0)
    }

    /// What it fails in; nothing where no message came at all.
    pub fn failures(self) -> Option<Vec<Failure>> {
        self.0
    }
}

fn errors(failures: &[Failure]) -> usize {
    failures.iter().filter(|failure| failure.severity == Severity::Error).count()
}
