//! Tasks that were taken back: those that may still come, and those that run.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// Ids that are remembered, at most: the oldest are forgotten.
const REMEMBERED: usize = 50_000;

#[derive(Debug, Default)]
pub(super) struct Revoked(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    ids: HashSet<String>,
    order: VecDeque<String>,
    running: HashMap<String, CancellationToken>,
}

impl Revoked {
    /// Notes tasks that are taken back; those that run are ended where that is wanted.
    pub fn add(&self, ids: Vec<String>, terminate: bool) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            if let (Some(running), true) = (state.running.get(&id), terminate) {
                running.cancel();
            }
            if state.ids.insert(id.clone()) {
                state.order.push_back(id);
            }
            if state.order.len() > REMEMBERED {
                let oldest = state.order.pop_front().unwrap_or_default();
                state.ids.remove(&oldest);
            }
        }
    }

    /// A token that is cancelled when the task is to end; nothing where it is not to begin.
    pub fn begin(&self, id: &str) -> Option<CancellationToken> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.ids.contains(id) {
            return None;
        }
        let token = CancellationToken::new();
        state.running.insert(id.to_owned(), token.clone());
        Some(token)
    }

    pub fn end(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).running.remove(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_does_not_begin_and_is_ended() {
        let revoked = Revoked::default();
        let running = revoked.begin("runs").expect("nobody took it back");
        revoked.add(vec!["runs".to_owned(), "waits".to_owned()], false);
        assert!(!running.is_cancelled() && revoked.begin("waits").is_none());
        revoked.add(vec!["runs".to_owned()], true);
        assert!(running.is_cancelled());
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let revoked = Revoked::default();
        revoked.add((0..=REMEMBERED).map(|number| number.to_string()).collect(), false);
        assert!(revoked.begin("0").is_some() && revoked.begin("1").is_none());
    }
}
