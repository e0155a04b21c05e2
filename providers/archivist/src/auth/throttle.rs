//! The brake on guessing passwords: a few failures of one user name from one client, then a wait.
//!
//! It lives in memory, bounded: a restart forgives, and several instances each count for themselves.
//! That is the price of not letting strangers write to the database.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const FAILURES: usize = 5;
const WINDOW: Duration = Duration::from_mins(15);
/// Pairs of user name and client that are remembered, at most.
const CAPACITY: usize = 10_000;

type Key = (String, IpAddr);

/// Counts attempts as failures until they prove to be none, so that guesses made at the same moment
/// do not all slip through before the first of them has failed.
#[derive(Clone, Debug, Default)]
pub struct Throttle {
    attempts: Arc<Mutex<HashMap<Key, Vec<Instant>>>>,
}

impl Throttle {
    /// Lets an attempt through, or says how long to wait.
    pub fn admit(&self, username: &str, client: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut attempts = self.lock();
        let key = (username.to_owned(), client);
        if !attempts.contains_key(&key) && attempts.len() >= CAPACITY {
            make_room(&mut attempts, now);
        }
        let times = attempts.entry(key).or_default();
        times.retain(|time| now.saturating_duration_since(*time) < WINDOW);
        match times.first() {
            Some(first) if times.len() >= FAILURES => Err((*first + WINDOW).saturating_duration_since(now)),
            _ => {
                times.push(now);
                Ok(())
            }
        }
    }

    /// The attempt was no failure: the password was right.
    pub fn succeeded(&self, username: &str, client: IpAddr) {
        self.lock().remove(&(username.to_owned(), client));
    }

    /// The attempt could not be judged: the service failed, not the client.
    pub fn take_back(&self, username: &str, client: IpAddr) {
        if let Some(times) = self.lock().get_mut(&(username.to_owned(), client)) {
            times.pop();
        }
    }

    #[cfg(any(test, feature = "provider-states"))]
    pub fn exhaust(&self, username: &str, client: IpAddr) {
        self.lock().insert((username.to_owned(), client), vec![Instant::now(); FAILURES]);
    }

    #[cfg(any(test, feature = "provider-states"))]
    pub fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Vec<Instant>>> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets what has run out, or else the pair that was heard of the longest ago.
fn make_room(attempts: &mut HashMap<Key, Vec<Instant>>, now: Instant) {
    let recent =
        |times: &[Instant]| times.last().is_some_and(|last| now.saturating_duration_since(*last) < WINDOW);
    attempts.retain(|_, times| recent(times));
    if attempts.len() >= CAPACITY {
        let oldest = attempts.iter().min_by_key(|(_, times)| times.last().copied());
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            attempts.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn exhausted(now: Instant) -> Throttle {
        let throttle = Throttle::default();
        for _ in 0..FAILURES {
            throttle.admit("operator", HERE, now).unwrap();
        }
        throttle
    }

    #[test]
    fn the_sixth_attempt_waits_for_the_first_to_run_out() {
        let start = Instant::now();
        let throttle = exhausted(start);
        let later = start + Duration::from_mins(1);
        assert_eq!(throttle.admit("operator", HERE, later), Err(Duration::from_mins(14)));
        assert_eq!(throttle.admit("operator", HERE, start + WINDOW), Ok(()));
    }

    #[test]
    fn others_are_not_held_up() {
        let now = Instant::now();
        let throttle = exhausted(now);
        assert_eq!(throttle.admit("operator", THERE, now), Ok(()));
        assert_eq!(throttle.admit("another", HERE, now), Ok(()));
    }

    #[test]
    fn success_forgives_and_a_fault_does_not_count() {
        let now = Instant::now();
        let throttle = exhausted(now);
        throttle.take_back("operator", HERE);
        assert_eq!(throttle.admit("operator", HERE, now), Ok(()));
        assert!(throttle.admit("operator", HERE, now).is_err());
        throttle.succeeded("operator", HERE);
        assert_eq!(throttle.admit("operator", HERE, now), Ok(()));
    }

    #[test]
    fn strangers_cannot_fill_the_memory() {
        let start = Instant::now();
        let throttle = Throttle::default();
        for n in 0..=CAPACITY {
            throttle.admit(&n.to_string(), HERE, start).unwrap();
        }
        assert_eq!(throttle.lock().len(), CAPACITY);
        throttle.admit("operator", HERE, start + WINDOW).unwrap();
        assert_eq!(throttle.lock().len(), 1, "what has run out goes first");
    }
}
