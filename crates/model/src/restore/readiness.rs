//! How much of a backup would come back, by a drill.

/// How much of a backup came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Readiness {
    /// Objects of the backup.
    pub objects: i64,
    /// Those of them that a restore may put back; the others cannot be restored.
    pub restorable: i64,
    /// Those that were read back as they were.
    pub verified: i64,
}

impl Readiness {
    /// From 0 to 100: what came back of everything in the backup, rounded down, so that 100 means all of it.
    #[must_use]
    pub const fn score(self) -> i64 {
        share(self.verified, self.objects)
    }

    /// The same of what a restore may put back.
    #[must_use]
    pub const fn of_restorable(self) -> i64 {
        share(self.verified, self.restorable)
    }
}

const fn share(part: i64, all: i64) -> i64 {
    if all <= 0 || part <= 0 {
        return 0;
    }
    if part >= all { 100 } else { part.saturating_mul(100) / all }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_means_all_of_it_and_nothing_is_nought() {
        let of = |objects, restorable, verified| {
            let found = Readiness { objects, restorable, verified };
            (found.score(), found.of_restorable())
        };
        assert_eq!(of(0, 0, 0), (0, 0));
        assert_eq!(of(1_000, 1_000, 999), (99, 99));
        assert_eq!(of(1_000, 999, 999), (99, 100));
        assert_eq!(of(3, 3, 3), (100, 100));
        assert_eq!(of(200, 100, 1), (0, 1));
    }
}
