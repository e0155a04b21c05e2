//! Tasks that were taken back: those that may still come, and those that are here.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// Ids that are remembered, at most, as Celery does: the oldest are forgotten.
const REMEMBERED: usize = 50_000;

/// Bytes of an id that is remembered, at most.
const LONGEST: usize = 512;

#[derive(Clone, Debug, Default)]
pub(super) struct Revoked(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    ids: HashSet<String>,
    order: VecDeque<String>,
    /// By id; two messages may have the same.
    here: HashMap<String, Vec<Arc<Signals>>>,
}

#[derive(Debug, Default)]
struct Signals {
    taken_back: CancellationToken,
    ended: CancellationToken,
}

/// A task that is here, until this is dropped.
#[derive(Debug)]
pub(super) struct Ticket {
    revoked: Revoked,
    id: String,
    signals: Arc<Signals>,
}

impl Revoked {
    /// Notes tasks that are taken back; those that run are ended where that is wanted.
    pub fn add(&self, ids: Vec<String>, terminate: bool) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids.into_iter().filter(|id| id.len() <= LONGEST) {
            for signals in state.here.get(&id).into_iter().flatten() {
                signals.taken_back.cancel();
                if terminate {
                    signals.ended.cancel();
                }
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

    /// Says that a task is here, to hear when it is taken back.
    pub fn watch(&self, id: &str) -> Ticket {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let signals = Arc::new(Signals::default());
        if state.ids.contains(id) {
            signals.taken_back.cancel();
        }
        state.here.entry(id.to_owned()).or_default().push(Arc::clone(&signals));
        Ticket { revoked: self.clone(), id: id.to_owned(), signals }
    }
}

impl Ticket {
    /// Completes when the task is not to begin any more.
    pub async fn taken_back(&self) {
        self.signals.taken_back.cancelled().await;
    }

    /// Completes when the task is to end.
    pub async fn ended(&self) {
        self.signals.ended.cancelled().await;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = self.revoked.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(same) = state.here.get_mut(&self.id) else { return };
        same.retain(|signals| !Arc::ptr_eq(signals, &self.signals));
        if same.is_empty() {
            state.here.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_taken_back(ticket: &Ticket) -> bool {
        ticket.signals.taken_back.is_cancelled()
    }

    #[test]
    fn what_is_taken_back_does_not_begin_and_is_ended() {
        let revoked = Revoked::default();
        let here = revoked.watch("here");
        revoked.add(vec!["here".to_owned(), "comes".to_owned()], false);
        assert!(is_taken_back(&here) && !here.signals.ended.is_cancelled());
        assert!(is_taken_back(&revoked.watch("comes")) && !is_taken_back(&revoked.watch("other")));
        revoked.add(vec!["here".to_owned()], true);
        assert!(here.signals.ended.is_cancelled());
    }

    #[test]
    fn one_of_two_with_the_same_id_may_end_before_the_other() {
        let revoked = Revoked::default();
        let (first, second) = (revoked.watch("a"), revoked.watch("a"));
        drop(first);
        revoked.add(vec!["a".to_owned()], true);
        assert!(second.signals.ended.is_cancelled());
        drop(second);
        assert!(revoked.0.lock().expect("nobody panicked").here.is_empty());
    }

    #[test]
    fn the_oldest_are_forgotten_and_endless_ones_never_kept() {
        let revoked = Revoked::default();
        revoked.add(vec!["x".repeat(LONGEST + 1)], false);
        revoked.add((0..=REMEMBERED).map(|number| number.to_string()).collect(), false);
        assert!(!is_taken_back(&revoked.watch("0")) && is_taken_back(&revoked.watch("1")));
        assert!(!is_taken_back(&revoked.watch(&"x".repeat(LONGEST + 1))));
    }
}
