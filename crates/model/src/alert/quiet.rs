//! Quiet hours: a time of day, in a zone, in which nothing is sent.

use serde::{Deserialize, Serialize};

use crate::schedule::{TimeOfDay, Zone};
use crate::time::Moment;

/// A minute, in microseconds.
const MINUTE: i64 = 60_000_000;
/// The longest time that can be quiet, in minutes: two days and a change of the clocks, where that takes the one minute that is not.
const LONGEST: i64 = 50 * 60;

/// From when until when nothing is sent, each day; over midnight where the end is before the beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// The first quiet minute.
    pub from: TimeOfDay,
    /// The first minute that is not.
    pub until: TimeOfDay,
    /// By whose clock.
    zone: String,
}

/// Why something is no quiet time, in words for the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoQuietHours {
    /// A time cannot be read.
    #[error("quiet hours are written as 22:00, from 00:00 to 23:59")]
    Time,
    /// They would be of no length, or for ever.
    #[error("quiet hours end at another time than they begin")]
    Empty,
    /// The zone is not known.
    #[error("that time zone is not known")]
    Zone,
}

impl QuietHours {
    /// Reads them.
    ///
    /// # Errors
    /// [`NoQuietHours`] in words for the form.
    pub fn parse(from: &str, until: &str, zone: &str) -> Result<Self, NoQuietHours> {
        let time = |text: &str| TimeOfDay::parse(text).map_err(|_| NoQuietHours::Time);
        let (from, until) = (time(from)?, time(until)?);
        if from == until {
            return Err(NoQuietHours::Empty);
        }
        let zone = Zone::parse(zone).map_err(|_| NoQuietHours::Zone)?.name().to_owned();
        Ok(Self { from, until, zone })
    }

    /// The name of the zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// The first moment at which it is not quiet any more, if it is quiet now. A zone that is not known any more keeps nothing back.
    #[must_use]
    pub fn ends(&self, now: Moment) -> Option<Moment> {
        let zone = Zone::parse(&self.zone).ok()?;
        if !self.is_quiet(&zone, now) {
            return None;
        }
        // Minute by minute, by the clock of the zone: an hour that comes twice or not at all needs no thought then.
        let minute = now.micros().div_euclid(MINUTE) * MINUTE;
        (1..=LONGEST).map(|n| Moment::from_micros(minute + n * MINUTE)).find(|at| !self.is_quiet(&zone, *at))
    }

    fn is_quiet(&self, zone: &Zone, at: Moment) -> bool {
        let Ok(local) = TimeOfDay::parse(&zone.show(at, "%H:%M")) else { return false };
        if self.from < self.until { self.from <= local && local < self.until } else { local >= self.from || local < self.until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    #[test]
    fn nights_go_over_midnight_and_end_by_the_clock_of_the_zone() {
        let night = QuietHours::parse("22:00", "07:00", "Europe/Berlin").unwrap();
        assert_eq!(night.ends(at("2026-03-10T20:59:00Z")), None);
        assert_eq!(night.ends(at("2026-03-10T21:00:00Z")), Some(at("2026-03-11T06:00:00Z")));
        assert_eq!(night.ends(at("2026-03-11T05:59:59Z")), Some(at("2026-03-11T06:00:00Z")));
        assert_eq!(night.ends(at("2026-03-11T06:00:00Z")), None);
        // The clocks go forward in this night: it is an hour shorter.
        assert_eq!(night.ends(at("2026-03-28T23:00:00Z")), Some(at("2026-03-29T05:00:00Z")));
    }

    #[test]
    fn an_end_inside_the_hour_that_comes_twice_is_the_first_moment_that_is_not_quiet() {
        let night = QuietHours::parse("22:00", "02:30", "Europe/Berlin").unwrap();
        // 02:30 comes at 00:30Z, and once more at 01:30Z: from 02:00 on it is quiet again until then.
        assert_eq!(night.ends(at("2026-10-25T00:10:00Z")), Some(at("2026-10-25T00:30:00Z")));
        assert_eq!(night.ends(at("2026-10-25T00:40:00Z")), None);
        assert_eq!(night.ends(at("2026-10-25T01:10:00Z")), Some(at("2026-10-25T01:30:00Z")));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        assert_eq!(QuietHours::parse("24:00", "07:00", "UTC"), Err(NoQuietHours::Time));
        assert_eq!(QuietHours::parse("07:00", "07:00", "UTC"), Err(NoQuietHours::Empty));
        assert_eq!(QuietHours::parse("07:00", "08:00", "Mars/Olympus"), Err(NoQuietHours::Zone));
    }

    proptest! {
        #[test]
        fn quiet_ends_when_its_length_and_an_hour_are_over_at_the_latest_and_is_over_then(
            from in 0_u32..1440, until in 0_u32..1440, seconds in 1_700_000_000_i64..1_900_000_000, zone in 0_usize..4
        ) {
            // Where it is quiet but for less than an hour, a change of the clocks may take that away.
            let length = (until + 1440 - from) % 1440;
            prop_assume!(length > 0 && length <= 1380);
            let words = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
            let zone = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"][zone];
            let quiet = QuietHours::parse(&words(from), &words(until), zone).unwrap();
            let now = Moment::from_micros(seconds * 1_000_000);
            if let Some(end) = quiet.ends(now) {
                let longest = std::time::Duration::from_secs(u64::from(length) * 60 + 3600);
                prop_assert!(end > now && end.since(now) <= longest);
                prop_assert_eq!(quiet.ends(end), None);
            }
        }
    }
}
