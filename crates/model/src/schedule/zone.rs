//! Time zones by their names in the IANA database.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::time::Moment;

/// A time zone, e.g. `Europe/Berlin`. The rules are the machine's, or those built into the program where it has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

/// There is no time zone of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone of that name; give one of the IANA database, such as Europe/Berlin")]
pub struct UnknownZone;

impl Zone {
    /// The time zone of a name; upper and lower case do not matter.
    ///
    /// # Errors
    /// [`UnknownZone`].
    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        let known = if name.len() > 100 { None } else { TimeZone::get(name.trim()).ok() };
        known.filter(|zone| zone.iana_name().is_some()).map(Self).ok_or(UnknownZone)
    }

    /// Coordinated Universal Time.
    #[must_use]
    pub const fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The names of all zones, sorted: about 600.
    #[must_use]
    pub fn all() -> Vec<String> {
        let mut names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        names.sort();
        names
    }

    /// A moment as the clocks of the zone show it, in a format of `strftime`.
    #[must_use]
    pub fn show(&self, moment: Moment, format: &str) -> String {
        let at = jiff::Timestamp::from_microsecond(moment.micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        at.to_zoned(self.0.clone()).strftime(format).to_string()
    }

    pub(super) const fn rules(&self) -> &TimeZone {
        &self.0
    }
}

impl TryFrom<String> for Zone {
    type Error = UnknownZone;

    fn try_from(name: String) -> Result<Self, UnknownZone> {
        Self::parse(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_database_are_zones() {
        assert_eq!(Zone::parse(" europe/berlin ").unwrap().name(), "Europe/Berlin");
        assert_eq!(Zone::parse("UTC").unwrap().name(), "UTC");
        for name in ["", "Berlin", "+01:00", "Europe/Atlantis", "../etc/passwd", "Local", &"x".repeat(10_000)] {
            assert_eq!(Zone::parse(name), Err(UnknownZone), "{name:.40}");
        }
        let all = Zone::all();
        assert!(all.len() > 400 && all.iter().any(|name| name == "Pacific/Apia"), "{}", all.len());
    }
}
