//! A bounded queue from the traffic to the judges. Whoever puts something in never waits, and seldom has to wake
//! anybody: a judge that was woken lingers until there is more to do.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a judge that was woken waits for more. To wake one for each exchange would cost the traffic more than
/// all else that is done here, and nobody waits for a judgement.
const LINGER: Duration = Duration::from_millis(2);
/// Items for which nobody lingers.
const ENOUGH: usize = 64;

pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    capacity: usize,
}

struct State<T> {
    waiting: VecDeque<T>,
    /// Judges that wait for something to do. Nobody is woken where nobody sleeps.
    idle: usize,
    /// Judges that wait for more.
    lingering: usize,
    closed: bool,
}

impl<T> Queue<T> {
    pub fn new(capacity: usize) -> Self {
        let state = State { waiting: VecDeque::new(), idle: 0, lingering: 0, closed: false };
        Self { state: Mutex::new(state), changed: Condvar::new(), capacity }
    }

    /// Puts `item` in, unless the queue is full or closed: then it comes back.
    pub fn push(&self, item: T) -> Result<(), T> {
        let mut state = self.lock();
        if state.closed || state.waiting.len() >= self.capacity {
            return Err(item);
        }
        state.waiting.push_back(item);
        // While one lingers, nobody else has to begin.
        let enough = state.waiting.len() >= ENOUGH.min(self.capacity);
        let wake = enough && state.idle + state.lingering > 0 || state.idle > 0 && state.lingering == 0;
        drop(state);
        if wake {
            self.changed.notify_one();
        }
        Ok(())
    }

    /// The next item, waited for; none once the queue is closed and empty.
    pub fn pop(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if let Some(item) = state.waiting.pop_front() {
                return Some(item);
            }
            if state.closed {
                return None;
            }
            state.idle += 1;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
            state = self.linger(state);
        }
    }

    /// Waits until there is enough to do, or there was time for it.
    fn linger<'q>(&'q self, mut state: MutexGuard<'q, State<T>>) -> MutexGuard<'q, State<T>> {
        let until = Instant::now() + LINGER;
        state.lingering += 1;
        while !state.closed && state.waiting.len() < ENOUGH.min(self.capacity) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.lingering -= 1;
        state
    }

    /// Takes nothing any more; what is in it is still handed out.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Takes out all that waits.
    pub fn empty(&self) -> VecDeque<T> {
        std::mem::take(&mut self.lock().waiting)
    }

    pub fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing is done under the lock that can be left half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::*;

    #[test]
    fn it_takes_no_more_than_it_holds() {
        let queue = Queue::new(2);
        assert_eq!((queue.push(1), queue.push(2), queue.push(3)), (Ok(()), Ok(()), Err(3)));
        assert_eq!(queue.pop(), Some(1));
        assert_eq!(queue.push(4), Ok(()));
        queue.close();
        assert_eq!(queue.push(5), Err(5));
        assert_eq!((queue.pop(), queue.pop(), queue.pop()), (Some(2), Some(4), None));
    }

    #[test]
    fn whoever_waits_is_woken() {
        let queue = Arc::new(Queue::new(1000));
        let takers: Vec<_> = (0..3)
            .map(|_| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || std::iter::from_fn(|| queue.pop()).sum::<u64>())
            })
            .collect();
        for number in 1..=1000 {
            assert!(queue.push(number).is_ok());
        }
        queue.close();
        let sum: u64 = takers.into_iter().map(|taker| taker.join().unwrap()).sum();
        assert_eq!(sum, 500_500);
    }
}
