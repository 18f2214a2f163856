//! Quiet hours: a time of day, in a zone, in which nothing is sent.

use serde::{Deserialize, Serialize};

use crate::schedule::{Cadence, TimeOfDay, Timetable, Zone};
use crate::time::Moment;

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

    /// When they end, if it is quiet at that moment. A zone that is not known any more keeps nothing back.
    #[must_use]
    pub fn ends(&self, now: Moment) -> Option<Moment> {
        let zone = Zone::parse(&self.zone).ok()?;
        let local = TimeOfDay::parse(&zone.show(now, "%H:%M")).ok()?;
        let quiet = if self.from < self.until {
            self.from <= local && local < self.until
        } else {
            local >= self.from || local < self.until
        };
        let daily = Cadence::Daily { at: self.until };
        if quiet { Timetable::new(&daily, &zone).next_after(now).map(|next| next.at) } else { None }
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
    fn what_is_no_time_is_refused() {
        assert_eq!(QuietHours::parse("24:00", "07:00", "UTC"), Err(NoQuietHours::Time));
        assert_eq!(QuietHours::parse("07:00", "07:00", "UTC"), Err(NoQuietHours::Empty));
        assert_eq!(QuietHours::parse("07:00", "08:00", "Mars/Olympus"), Err(NoQuietHours::Zone));
    }

    proptest! {
        #[test]
        fn quiet_always_ends_within_a_day_and_a_bit_and_is_over_then(
            from in 0_u32..1440, until in 0_u32..1440, seconds in 1_700_000_000_i64..1_900_000_000, zone in 0_usize..4
        ) {
            prop_assume!(from != until);
            let words = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
            let zone = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"][zone];
            let quiet = QuietHours::parse(&words(from), &words(until), zone).unwrap();
            let now = Moment::from_micros(seconds * 1_000_000);
            if let Some(end) = quiet.ends(now) {
                prop_assert!(end > now && end.since(now) <= std::time::Duration::from_secs(26 * 3600));
                // Where a change of the clocks takes the end away, the next one is the end.
                let after = quiet.ends(end);
                prop_assert!(after.is_none_or(|next| next > end));
            }
        }
    }
}
