//! The time that a report is about.

use std::time::Duration;

use crate::time::Moment;

/// Days of a period, at most.
pub const MOST_DAYS: u32 = 366;
/// Days of a period where nothing else is asked for.
pub const USUAL_DAYS: u32 = 30;

const DAY: Duration = Duration::from_secs(86_400);

/// From a moment on, until before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// From then on.
    pub from: Moment,
    /// Until before then.
    pub until: Moment,
}

/// The period ends before it begins, or is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period has 1 to {MOST_DAYS} days and begins before it ends")]
pub struct BadPeriod;

impl Period {
    /// A period.
    ///
    /// # Errors
    /// [`BadPeriod`].
    pub fn new(from: Moment, until: Moment) -> Result<Self, BadPeriod> {
        let fits = from < until && until.since(from) <= DAY * MOST_DAYS;
        if fits { Ok(Self { from, until }) } else { Err(BadPeriod) }
    }

    /// The last days before a moment.
    #[must_use]
    pub fn before(until: Moment, days: u32) -> Self {
        Self { from: until.minus(DAY * days.clamp(1, MOST_DAYS)), until }
    }

    /// Whether a moment is in it.
    #[must_use]
    pub fn has(self, moment: Moment) -> bool {
        self.from <= moment && moment < self.until
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> String {
        format!("{} to {}", super::at(self.from), super::at(self.until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_goes_forward_and_is_no_longer_than_a_year() {
        let (from, day) = (Moment::from_micros(1_000), Duration::from_secs(86_400));
        assert_eq!(Period::new(from, from), Err(BadPeriod));
        assert!(Period::new(from, from.plus(day * 366)).is_ok());
        assert_eq!(Period::new(from, from.plus(day * 367)), Err(BadPeriod));
        let period = Period::before(from.plus(day * 3), 3);
        assert!(period.has(from) && !period.has(period.until));
    }
}
