//! Moments and clocks. Nothing else reads the wall clock (`clippy.toml`).

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An instant in UTC with microseconds, because PostgreSQL keeps no more: a value compares equal after a round trip
/// through either database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(jiff::Timestamp);

/// The text was not an instant, or out of range (years -9999 to 9999).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid instant")]
pub struct InvalidMoment;

impl Moment {
    /// Microseconds since 1970-01-01T00:00:00Z; out of range values are clamped to the representable range.
    #[must_use]
    pub fn from_micros(micros: i64) -> Self {
        let clamped = micros.clamp(jiff::Timestamp::MIN.as_microsecond() + 1, jiff::Timestamp::MAX.as_microsecond() - 1);
        Self(jiff::Timestamp::from_microsecond(clamped).unwrap_or(jiff::Timestamp::UNIX_EPOCH))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0.as_microsecond()
    }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.as_second()
    }

    /// This moment moved forward.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self::from_micros(self.micros().saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
    }

    /// This moment moved back.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self::from_micros(self.micros().saturating_sub(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.micros() - earlier.micros()).unwrap_or(0))
    }

    /// Fixed-width RFC 3339 in UTC with six fraction digits: sorts as text in the order of time.
    #[must_use]
    pub fn to_fixed_text(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
    }

    /// Reads any RFC 3339 text (Graph sends 0 to 7 fraction digits); finer parts than microseconds are cut.
    ///
    /// # Errors
    /// [`InvalidMoment`] when the text is no instant.
    pub fn parse(text: &str) -> Result<Self, InvalidMoment> {
        text.parse::<jiff::Timestamp>().map(|t| Self::from_micros(t.as_microsecond())).map_err(|_| InvalidMoment)
    }

    /// For people, in UTC: `2026-11-21 09:05:07`.
    #[must_use]
    pub fn to_utc_words(self) -> String {
        self.0.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_fixed_text())
    }
}

impl TryFrom<String> for Moment {
    type Error = InvalidMoment;
    fn try_from(text: String) -> Result<Self, InvalidMoment> {
        Self::parse(&text)
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_fixed_text()
    }
}

/// A duration in the words of the interface: `2 m 14 s`, `850 ms`, `3 h 5 m`.
#[must_use]
pub fn duration_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => format!("{} ms", duration.as_millis()),
        1..60 => format!("{seconds} s"),
        60..3600 => format!("{} m {} s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{} h {} m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

/// Tells the time. Everything that decides by time takes one, so that tests can hold it still.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present moment.
    fn now(&self) -> Moment;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Moment {
        Moment::from_micros(jiff::Timestamp::now().as_microsecond())
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// A clock that shows `start`.
    #[must_use]
    pub fn at(start: Moment) -> Self {
        Self(AtomicI64::new(start.micros()))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Moment {
        Moment::from_micros(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_sorts_like_time_and_survives_a_round_trip() {
        let a = Moment::parse("2025-02-13T10:17:06Z").unwrap();
        let b = Moment::parse("2025-02-13T10:17:06.1234567Z").unwrap();
        assert_eq!(b.to_fixed_text(), "2025-02-13T10:17:06.123456Z");
        assert!(a < b && a.to_fixed_text() < b.to_fixed_text());
        assert_eq!(Moment::parse(&b.to_fixed_text()), Ok(b));
        assert_eq!(b.since(a), Duration::from_micros(123_456));
        assert_eq!(a.since(b), Duration::ZERO);
        assert!(Moment::parse("yesterday").is_err());
    }

    #[test]
    fn durations_read_like_speech() {
        assert_eq!(duration_words(Duration::from_millis(850)), "850 ms");
        assert_eq!(duration_words(Duration::from_secs(134)), "2 m 14 s");
        assert_eq!(duration_words(Duration::from_secs(11_100)), "3 h 5 m");
    }
}
