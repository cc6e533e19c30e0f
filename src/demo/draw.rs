//! Chance with a seed: the same on every machine.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

/// A source of chance.
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// The same seed gives the same draws.
    pub fn new(seed: u64) -> Draw {
        Draw(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high.max(low))
    }

    /// True in `percent` of a hundred draws.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    /// One of several; `None` when there is none.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.0.random_range(0..of.len())) }
    }

    /// One of several by weight.
    pub fn weighted<T: Clone>(&mut self, of: &[(T, u32)]) -> Option<T> {
        let total: u32 = of.iter().map(|(_, weight)| weight).sum();
        if total == 0 {
            return None;
        }
        let mut at = self.0.random_range(0..total);
        for (value, weight) in of {
            if at < *weight {
                return Some(value.clone());
            }
            at -= weight;
        }
        None
    }

    /// A word by weight; empty when there is none.
    pub fn word(&mut self, of: &BTreeMap<String, u32>) -> String {
        let all: Vec<(&String, u32)> = of.iter().map(|(word, weight)| (word, *weight)).collect();
        self.weighted(&all).cloned().unwrap_or_default()
    }

    /// An id that sorts by `at`, in the form of UUID v7.
    pub fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        let mut bytes = [0_u8; 16];
        bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        let random: [u8; 10] = self.0.random();
        bytes[6..].copy_from_slice(&random);
        bytes[6] = 0x70 | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        Uuid::from_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_the_same_draws_and_another_gives_others() {
        let draws = |seed| {
            let mut draw = Draw::new(seed);
            (0..20).map(|_| draw.between(0, 1_000)).collect::<Vec<_>>()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
    }

    #[test]
    fn weights_are_kept_and_ids_sort_by_time() {
        let mut draw = Draw::new(7);
        let heads = (0..1_000).filter(|_| draw.weighted(&[(true, 9), (false, 1)]) == Some(true)).count();
        assert!((850..950).contains(&heads), "{heads}");
        let (early, late) = (draw.id(DateTime::UNIX_EPOCH), draw.id(Utc::now()));
        assert!(early < late && late.get_version_num() == 7);
    }
}
