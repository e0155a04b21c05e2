//! Who seems to be dead, and who is. The times that workers leave on Redis say how long nobody has heard of one;
//! that is not enough where the clock was set forward, or where nobody could reach Redis. Such a worker says that
//! it lives as soon as it can: only whose time stays what it is, look after look, is dead.

use std::collections::HashMap;

use crate::queue::Stamp;

/// Looks after which a time has to have changed. Workers speak as often as they look.
const LOOKS: u32 = 3;

/// The times that seemed to be over when it was looked last, and how often they were seen.
#[derive(Debug, Default)]
pub(super) struct Suspects(HashMap<String, (String, u32)>);

impl Suspects {
    /// Of the entries whose time seems to be over now: those whose time is, in their order.
    pub fn convict(&mut self, seen: Vec<Stamp>) -> Vec<Stamp> {
        let before = std::mem::take(&mut self.0);
        let mut convicted = Vec::new();
        for (tag, time) in seen {
            let looks = match before.get(&tag) {
                Some((same, looks)) if *same == time => looks + 1,
                _ => 1,
            };
            if looks >= LOOKS {
                convicted.push((tag.clone(), time.clone()));
            }
            self.0.insert(tag, (time, looks));
        }
        convicted
    }

    /// What was seen says nothing any more.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamps(of: &[(&str, &str)]) -> Vec<Stamp> {
        of.iter().map(|&(tag, time)| (tag.to_owned(), time.to_owned())).collect()
    }

    #[test]
    fn whose_time_stays_is_dead() {
        let mut suspects = Suspects::default();
        for _ in 1..LOOKS {
            assert_eq!(suspects.convict(stamps(&[("dead", "1"), ("alive", "1")])), []);
        }
        let last = suspects.convict(stamps(&[("dead", "1"), ("alive", "2"), ("new", "1")]));
        assert_eq!(last, stamps(&[("dead", "1")]));
    }

    #[test]
    fn looks_before_redis_was_lost_do_not_count() {
        let mut suspects = Suspects::default();
        for _ in 1..LOOKS {
            suspects.convict(stamps(&[("a", "1")]));
        }
        suspects.forget();
        assert_eq!(suspects.convict(stamps(&[("a", "1")])), []);
    }
}
