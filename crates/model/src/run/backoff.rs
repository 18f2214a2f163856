//! How long to wait before an attempt is tried again.

use std::time::Duration;

/// The longest wait that we choose ourselves.
const LONGEST: Duration = Duration::from_secs(300);

/// The wait before the next attempt: doubles with each one (from `base`, at most five minutes), less up to half of it, so that runs
/// that failed together do not come back together. What the other side asked for (`retry_after`) wins when it is longer.
/// `seed` decides the jitter: the same seed and attempt give the same wait.
#[must_use]
pub fn backoff(base: Duration, attempt: u32, seed: u64, retry_after: Option<Duration>) -> Duration {
    let full = base.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(LONGEST);
    // SplitMix64: well spread, and no randomness that a test could not repeat.
    let mut mixed = seed.wrapping_add(u64::from(attempt).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let part = u32::try_from((mixed ^ (mixed >> 31)) >> 40).unwrap_or(0);
    let chosen = full - full.mul_f64(f64::from(part) / f64::from(1_u32 << 24) / 2.0);
    retry_after.map_or(chosen, |asked| asked.max(chosen))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn s6_waits_are_within_their_bounds_capped_and_jittered(
            base_ms in 1_u64..60_000, attempt in 1_u32..40, seed: u64, asked in proptest::option::of(0_u64..3_600)
        ) {
            let (base, asked) = (Duration::from_millis(base_ms), asked.map(Duration::from_secs));
            let full = base.saturating_mul(1 << (attempt - 1).min(16)).min(LONGEST);
            let wait = backoff(base, attempt, seed, asked);
            let own = backoff(base, attempt, seed, None);
            prop_assert!(own >= full / 2 && own <= full, "{own:?} of {full:?}");
            prop_assert_eq!(wait, asked.map_or(own, |asked| asked.max(own)));
        }
    }

    #[test]
    fn s6_runs_that_failed_together_come_back_apart() {
        let waits: std::collections::BTreeSet<Duration> =
            (0..100).map(|seed| backoff(Duration::from_secs(5), 1, seed, None)).collect();
        assert!(waits.len() > 95, "{} different waits of 100", waits.len());
    }
}
