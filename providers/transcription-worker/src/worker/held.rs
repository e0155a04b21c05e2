//! What this worker holds, by tag: what it has to say of itself to keep it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Clone, Debug, Default)]
pub(super) struct Held(Arc<Mutex<HashSet<String>>>);

/// That a tag is held, until this is dropped.
#[derive(Debug)]
pub(super) struct Hold {
    held: Held,
    tag: String,
}

impl Held {
    pub fn hold(&self, tag: &str) -> Hold {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(tag.to_owned());
        Hold { held: self.clone(), tag: tag.to_owned() }
    }

    pub fn tags(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.held.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.tag);
    }
}
