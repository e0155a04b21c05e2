//! Turns: providers that share a service which runs already are replayed one after another, because
//! each would see what the other leaves in it.

use std::collections::{BTreeMap, BTreeSet};

use tokio::sync::{Mutex, MutexGuard};

use super::Assignment;
use crate::service::instead;

/// One lock for every service that runs already, by its URL.
pub(super) struct Turns(BTreeMap<String, Mutex<()>>);

/// Held while it is one's turn.
pub(super) struct Turn<'a> {
    _held: Vec<MutexGuard<'a, ()>>,
}

impl Turns {
    pub fn of(assignments: &[Assignment]) -> Self {
        Self(assignments.iter().flat_map(shared).map(|url| (url, Mutex::default())).collect())
    }

    /// Waits until nobody else uses what `assignment` shares.
    pub async fn wait(&self, assignment: &Assignment) -> Turn<'_> {
        let mut held = Vec::new();
        // In the order of the URLs, as everybody does, so that no two wait for each other.
        for url in shared(assignment) {
            if let Some(lock) = self.0.get(&url) {
                held.push(lock.lock().await);
            }
        }
        Turn { _held: held }
    }
}

fn shared(assignment: &Assignment) -> BTreeSet<String> {
    assignment.services.iter().filter_map(instead).collect()
}
