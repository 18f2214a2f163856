//! How often a schedule is due.

use std::fmt;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use serde::{Deserialize, Serialize};

/// How often. Stored as JSON: `{"kind":"daily","at":"02:30"}`, `{"kind":"weekly","days":["monday"],"at":"02:30"}`,
/// `{"kind":"cron","text":"*/15 * * * *"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cadence {
    /// Once a day.
    Daily {
        /// At this time.
        at: TimeOfDay,
    },
    /// On some days of the week.
    Weekly {
        /// On these.
        days: Days,
        /// At this time.
        at: TimeOfDay,
    },
    /// As a cron pattern says.
    Cron {
        /// The pattern.
        text: CronText,
    },
}

/// Why something is no cadence, in words for whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCadence {
    /// No time of day.
    #[error("a time of day is written as 02:30, from 00:00 to 23:59")]
    Time,
    /// No day of the week.
    #[error("choose at least one day of the week")]
    Days,
    /// The pattern is longer than [`CronText::MAX`] characters.
    #[error("a cron pattern has at most {max} characters", max = CronText::MAX)]
    TooLong,
    /// The pattern has not five fields.
    #[error("a cron pattern has five fields: minute, hour, day of the month, month, day of the week")]
    Fields,
    /// The pattern cannot be read.
    #[error("the cron pattern cannot be read: {0}")]
    Pattern(String),
    /// The pattern fits no day that there is.
    #[error("no day fits that cron pattern, so it would never be due")]
    Never,
}

/// A time of day, to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay {
    pub(super) hour: u8,
    pub(super) minute: u8,
}

impl TimeOfDay {
    /// Reads `02:30`.
    ///
    /// # Errors
    /// [`InvalidCadence::Time`].
    pub fn parse(text: &str) -> Result<Self, InvalidCadence> {
        let two = |text: &str| (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten();
        let parts = text.trim().split_once(':').and_then(|(hour, minute)| Some((two(hour)?, two(minute)?)));
        match parts {
            Some((hour, minute)) if hour < 24 && minute < 60 => Ok(Self { hour, minute }),
            _ => Err(InvalidCadence::Time),
        }
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = InvalidCadence;

    fn try_from(text: String) -> Result<Self, InvalidCadence> {
        Self::parse(&text)
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names of the days")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// All of them, Monday first.
    pub const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Monday => "Monday",
            Self::Tuesday => "Tuesday",
            Self::Wednesday => "Wednesday",
            Self::Thursday => "Thursday",
            Self::Friday => "Friday",
            Self::Saturday => "Saturday",
            Self::Sunday => "Sunday",
        }
    }
}

/// Some days of the week, at least one, Monday first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Weekday>", into = "Vec<Weekday>")]
pub struct Days(Vec<Weekday>);

impl Days {
    /// These days, in order, each once.
    ///
    /// # Errors
    /// [`InvalidCadence::Days`] without any.
    pub fn of(days: impl IntoIterator<Item = Weekday>) -> Result<Self, InvalidCadence> {
        let mut days: Vec<Weekday> = days.into_iter().collect();
        days.sort();
        days.dedup();
        if days.is_empty() { Err(InvalidCadence::Days) } else { Ok(Self(days)) }
    }

    /// The days.
    #[must_use]
    pub fn as_slice(&self) -> &[Weekday] {
        &self.0
    }
}

impl TryFrom<Vec<Weekday>> for Days {
    type Error = InvalidCadence;

    fn try_from(days: Vec<Weekday>) -> Result<Self, InvalidCadence> {
        Self::of(days)
    }
}

impl From<Days> for Vec<Weekday> {
    fn from(days: Days) -> Self {
        days.0
    }
}

/// A cron pattern of five fields that fits at least one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CronText(String);

impl CronText {
    /// The longest pattern, in characters.
    pub const MAX: usize = 100;

    /// Reads a pattern: minute, hour, day of the month, month, day of the week; numbers, names of months and days, `*`, lists,
    /// ranges and steps. Where both days are given, either of them fits.
    ///
    /// # Errors
    /// [`InvalidCadence`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidCadence> {
        if text.chars().count() > Self::MAX {
            return Err(InvalidCadence::TooLong);
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.split(' ').count() != 5 {
            return Err(InvalidCadence::Fields);
        }
        let cron = parse(&text).map_err(|error| InvalidCadence::Pattern(error.to_string()))?;
        let begin = jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
        match begin.map(|begin| cron.find_next_occurrence(&begin, true)) {
            Ok(Ok(_)) => Ok(Self(text)),
            _ => Err(InvalidCadence::Never),
        }
    }

    /// The pattern.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CronText {
    type Error = InvalidCadence;

    fn try_from(text: String) -> Result<Self, InvalidCadence> {
        Self::parse(&text)
    }
}

impl From<CronText> for String {
    fn from(text: CronText) -> Self {
        text.0
    }
}

pub(super) fn parse(text: &str) -> Result<Cron, croner::errors::CronError> {
    CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build().parse(text)
}

impl Cadence {
    /// In words: `Every day at 02:30`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Daily { at } => format!("Every day at {at}"),
            Self::Weekly { days, at } => {
                let names: Vec<&str> = days.0.iter().map(|day| day.name()).collect();
                match names.as_slice() {
                    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"] => format!("Every workday at {at}"),
                    [one] => format!("Every {one} at {at}"),
                    [first @ .., last] => format!("Every {} and {last} at {at}", first.join(", ")),
                    [] => String::new(),
                }
            }
            Self::Cron { text } => format!("Cron {}", text.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cadence_is_stored_and_read_again_the_same() {
        let at = TimeOfDay::parse("02:30").unwrap();
        let all = [
            (Cadence::Daily { at }, r#"{"kind":"daily","at":"02:30"}"#, "Every day at 02:30"),
            (
                Cadence::Weekly { days: Days::of([Weekday::Thursday, Weekday::Monday, Weekday::Monday]).unwrap(), at },
                r#"{"kind":"weekly","days":["monday","thursday"],"at":"02:30"}"#,
                "Every Monday and Thursday at 02:30",
            ),
            (
                Cadence::Cron { text: CronText::parse(" */15  * * * *").unwrap() },
                r#"{"kind":"cron","text":"*/15 * * * *"}"#,
                "Cron */15 * * * *",
            ),
        ];
        for (cadence, stored, words) in all {
            assert_eq!(serde_json::to_string(&cadence).unwrap(), stored);
            assert_eq!(serde_json::from_str::<Cadence>(stored).unwrap(), cadence);
            assert_eq!(cadence.words(), words);
        }
        for bad in [
            r#"{"kind":"daily","at":"24:00"}"#,
            r#"{"kind":"weekly","days":[],"at":"02:30"}"#,
            r#"{"kind":"cron","text":"never"}"#,
            r#"{"kind":"yearly"}"#,
        ] {
            assert!(serde_json::from_str::<Cadence>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_wrong_pattern_is_told_what_is_wrong() {
        let error = |text: &str| CronText::parse(text).unwrap_err();
        assert_eq!(error(""), InvalidCadence::Fields);
        assert_eq!(error("* * * *"), InvalidCadence::Fields);
        assert_eq!(error("0 * * * * *"), InvalidCadence::Fields);
        assert_eq!(error("0 0 30 2 *"), InvalidCadence::Never);
        assert_eq!(error(&"*".repeat(101)), InvalidCadence::TooLong);
        assert!(matches!(error("60 * * * *"), InvalidCadence::Pattern(_)));
        assert!(matches!(error("a b c d e"), InvalidCadence::Pattern(_)));
        assert!(CronText::parse("0 0 29 2 *").is_ok() && CronText::parse("0 6 * jan-mar mon,fri").is_ok());
    }

    #[test]
    fn a_time_of_day_is_two_figures_and_two() {
        for bad in ["", "2:30", "02:60", "24:00", "0230", "02:3", "-1:00", "+2:30", "02:30:00"] {
            assert_eq!(TimeOfDay::parse(bad), Err(InvalidCadence::Time), "{bad}");
        }
    }
}
