//! What this worker holds, by tag: what it has to say of itself to keep it.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

#[derive(Debug, Default)]
pub(super) struct Held(Mutex<HashSet<String>>);

impl Held {
    pub fn add(&self, tag: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(tag.to_owned());
    }

    pub fn remove(&self, tag: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(tag);
    }

    pub fn tags(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
