//! Which exchanges are judged where not all are: by chance, so that a client that alternates between two
//! requests is not judged by one of them alone.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// Chooses a share of all exchanges.
pub(super) struct Sample {
    /// The share, as a part of `u64::MAX`.
    below: u64,
    chance: RandomState,
}

impl Sample {
    pub fn new(share: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "such a cast saturates, and nobody asks for a share that fine"
        )]
        let below = (share * u64::MAX as f64) as u64;
        Self { below, chance: RandomState::new() }
    }

    /// Whether the `number`th exchange is chosen.
    pub fn chooses(&self, number: u64) -> bool {
        self.below == u64::MAX || self.chance.hash_one(number) < self.below
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_chooses_the_share_and_no_pattern() {
        let all = Sample::new(1.0);
        assert!((0..1000).all(|number| all.chooses(number)));
        let half = Sample::new(0.5);
        let chosen = |step| (0..20_000).step_by(step).filter(|number| half.chooses(*number)).count();
        // Of 20,000 and 10,000 throws of a coin, ten standard deviations from the middle.
        assert!((9_300..=10_700).contains(&chosen(1)), "{}", chosen(1));
        assert!((4_500..=5_500).contains(&chosen(2)), "{}", chosen(2));
    }
}
