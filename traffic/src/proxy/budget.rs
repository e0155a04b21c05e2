//! Copies of bodies for judging, and the memory that all of them share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::exchange::Absence;

/// Bytes that may still be taken.
#[derive(Debug)]
pub(super) struct Budget(AtomicUsize);

impl Budget {
    pub fn new(bytes: usize) -> Arc<Self> {
        Arc::new(Self(AtomicUsize::new(bytes)))
    }

    fn take(&self, bytes: usize) -> bool {
        self.0.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(bytes)).is_ok()
    }

    fn give_back(&self, bytes: usize) {
        self.0.fetch_add(bytes, Relaxed);
    }
}

/// A body as far as it has passed, or why there is none.
pub(super) struct Copy {
    bytes: Vec<u8>,
    /// What of the budget is held, until the copy is dropped.
    held: usize,
    budget: Arc<Budget>,
    limit: usize,
    lost: Option<Loss>,
}

/// Why a copy was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    TooLarge,
    NoMemory,
}

impl Copy {
    /// An empty copy of at most `limit` bytes.
    pub fn new(budget: &Arc<Budget>, limit: usize) -> Self {
        Self { bytes: Vec::new(), held: 0, budget: Arc::clone(budget), limit, lost: None }
    }

    /// Adds what passed.
    pub fn add(&mut self, data: &[u8]) {
        if self.lost.is_some() || data.is_empty() {
            return;
        }
        if self.bytes.len() + data.len() > self.limit {
            return self.lose(Loss::TooLarge);
        }
        self.bytes.reserve(data.len());
        let more = self.bytes.capacity() - self.held;
        if more > 0 {
            if !self.budget.take(more) {
                return self.lose(Loss::NoMemory);
            }
            self.held += more;
        }
        self.bytes.extend_from_slice(data);
    }

    fn lose(&mut self, loss: Loss) {
        self.lost = Some(loss);
        self.bytes = Vec::new();
        self.budget.give_back(std::mem::take(&mut self.held));
    }

    /// Whether there was no memory for it.
    pub fn lacks_memory(&self) -> bool {
        self.lost == Some(Loss::NoMemory)
    }

    /// The bytes, whose part of the budget is held on to until the copy itself is dropped.
    pub fn take_bytes(&mut self) -> Result<Vec<u8>, Absence> {
        match self.lost {
            None => Ok(std::mem::take(&mut self.bytes)),
            Some(Loss::TooLarge) => Err(Absence::TooLarge),
            // An exchange that lacks memory is not judged at all.
            Some(Loss::NoMemory) => Err(Absence::Cut),
        }
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        self.budget.give_back(self.held);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_given_back() {
        let budget = Budget::new(1000);
        let mut copy = Copy::new(&budget, 600);
        copy.add(&[1; 500]);
        let mut other = Copy::new(&budget, 600);
        other.add(&[2; 501]);
        assert!(other.lacks_memory());
        copy.add(&[1; 101]);
        assert_eq!(copy.take_bytes(), Err(Absence::TooLarge));
        assert_eq!(budget.0.load(Relaxed), 1000);

        let mut third = Copy::new(&budget, 1000);
        third.add(&[3; 400]);
        third.add(&[4; 100]);
        let bytes = third.take_bytes().unwrap();
        assert_eq!((bytes.len(), bytes[399], bytes[400]), (500, 3, 4));
        assert!(budget.0.load(Relaxed) <= 500, "it is held while the copy lives");
        drop(third);
        assert_eq!(budget.0.load(Relaxed), 1000);
    }
}
