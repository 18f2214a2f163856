//! How moments are shown to a person.

use super::{Key, Level, Stored, Value};
use crate::schedule::Zone;
use crate::time::Moment;

/// How days and times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateFormat {
    /// `21 Nov 2026, 14:05`
    #[default]
    DayMonth,
    /// `Nov 21, 2026, 2:05 PM`
    MonthDay,
    /// `2026-11-21 14:05`
    Iso,
}

impl DateFormat {
    /// The format of a stored code; anything unknown is the default.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        match code {
            "month_day" => Self::MonthDay,
            "iso" => Self::Iso,
            _ => Self::DayMonth,
        }
    }

    const fn minute(self) -> &'static str {
        match self {
            Self::DayMonth => "%-d %b %Y, %H:%M %Z",
            Self::MonthDay => "%b %-d, %Y, %-I:%M %p %Z",
            Self::Iso => "%Y-%m-%d %H:%M %Z",
        }
    }

    const fn second(self) -> &'static str {
        match self {
            Self::DayMonth => "%-d %b, %H:%M:%S %Z",
            Self::MonthDay => "%b %-d, %-I:%M:%S %p %Z",
            Self::Iso => "%Y-%m-%d %H:%M:%S %Z",
        }
    }
}

/// How moments are shown to a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Times {
    /// In whose clocks; `None` when nobody chose: UTC, which a browser may turn into its own zone.
    pub zone: Option<Zone>,
    /// How they are written; `None` when nobody chose.
    pub format: Option<DateFormat>,
}

impl Times {
    /// As the person chose, else as the workspace did.
    #[must_use]
    pub fn of(stored: &Stored) -> Self {
        let chosen = |key| {
            let found = stored.find(key, Level::Person.path());
            found.from.map(|_| found.value)
        };
        let format = chosen(Key::DateFormat).and_then(|value| match value {
            Value::Choice(code) => Some(DateFormat::from_code(code)),
            _ => None,
        });
        Self { zone: chosen(Key::TimeZone).map(|value| value.zone()), format }
    }

    /// Whether anything was chosen, so that a browser leaves the words as they are.
    #[must_use]
    pub const fn chosen(&self) -> bool {
        self.zone.is_some() || self.format.is_some()
    }

    /// Day and minute.
    #[must_use]
    pub fn minute(&self, moment: Moment) -> String {
        self.zone().show(moment, self.format.unwrap_or_default().minute())
    }

    /// With seconds, for timelines.
    #[must_use]
    pub fn second(&self, moment: Moment) -> String {
        self.zone().show(moment, self.format.unwrap_or_default().second())
    }

    fn zone(&self) -> Zone {
        self.zone.clone().unwrap_or(Zone::utc())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_the_person_chose_with_the_rules_of_that_day() {
        let (winter, summer) = (Moment::parse("2026-11-21T13:05:07Z").unwrap(), Moment::parse("2026-07-01T22:05:07Z").unwrap());
        let times = |rows: &[(Level, &str, &str)]| Times::of(&Stored::read(rows.iter().copied()));
        assert_eq!(times(&[]).minute(winter), "21 Nov 2026, 13:05 UTC");
        let berlin = times(&[(Level::Workspace, "time_zone", "Europe/Berlin")]);
        assert_eq!(
            (berlin.minute(winter), berlin.minute(summer)),
            ("21 Nov 2026, 14:05 CET".into(), "2 Jul 2026, 00:05 CEST".into())
        );
        let own = times(&[
            (Level::Workspace, "time_zone", "Europe/Berlin"),
            (Level::Person, "time_zone", "America/New_York"),
            (Level::Person, "date_format", "month_day"),
        ]);
        assert_eq!(own.minute(winter), "Nov 21, 2026, 8:05 AM EST");
        assert_eq!(own.second(summer), "Jul 1, 6:05:07 PM EDT");
        assert!(own.chosen() && !times(&[(Level::Tenant, "time_zone", "Asia/Tokyo")]).chosen());
        assert_eq!(times(&[(Level::Person, "date_format", "iso")]).second(winter), "2026-11-21 13:05:07 UTC");
    }
}
