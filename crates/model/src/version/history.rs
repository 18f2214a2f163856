//! The changes of a tenant: what to list of them, and the tenant as it was.

use super::{Mark, PolicyVersion};
use crate::codes::codes;
use crate::ids::InventoryItemId;
use crate::resource_types::Platform;
use crate::time::Moment;

codes! {
    /// What a list of changes may be narrowed to.
    ChangeKind {
        /// Seen for the first time.
        FirstSeen = "first_seen",
        /// The settings changed.
        Settings = "settings",
        /// The assignments changed.
        Assignments = "assignments",
        /// The scope tags changed.
        ScopeTags = "scope_tags",
        /// It disappeared.
        Disappeared = "disappeared",
        /// It was there again.
        Reappeared = "reappeared",
    }
}

impl ChangeKind {
    /// Words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::FirstSeen => "First seen",
            Self::Settings => "Settings changed",
            Self::Assignments => "Assignments changed",
            Self::ScopeTags => "Scope tags changed",
            Self::Disappeared => "Disappeared",
            Self::Reappeared => "Was there again",
            Self::Unknown => "Unknown change",
        }
    }
}

/// Which changes of a tenant to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VersionFilter {
    /// Only objects of these types (keys); empty means all.
    pub types: Vec<String>,
    /// Only this kind of change.
    pub kind: Option<ChangeKind>,
    /// Only changes that are by this actor, or were made with this application, as far as is known; case and accents aside.
    pub actor: Option<String>,
    /// Only changes that were observed from then on.
    pub since: Option<Moment>,
    /// Only changes that were observed before then.
    pub until: Option<Moment>,
    /// Only pinned ones.
    pub pinned: bool,
}

/// A change of a tenant, with what it is a change of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantVersion {
    /// The version.
    pub version: PolicyVersion,
    /// Key of the type of its object.
    pub resource_type: String,
    /// Microsoft's id of its object.
    pub object_id: String,
    /// The latest number of its object.
    pub latest: i64,
}

/// Which objects to list of a tenant as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PastFilter {
    /// Only these types (keys); empty means all.
    pub types: Vec<String>,
    /// Only names (of today) that contain this text, ASCII case aside.
    pub text: Option<String>,
}

/// An object as it was at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastItem {
    /// Our id.
    pub item_id: InventoryItemId,
    /// Key of its resource type.
    pub resource_type: String,
    /// Its platform.
    pub platform: Platform,
    /// What it was called then.
    pub name: String,
    /// The number of the version that it was in.
    pub number: i64,
    /// When that version was observed.
    pub captured_at: Moment,
    /// The latest number of it.
    pub latest: i64,
    /// Whether the latest version says that it disappeared.
    pub gone: bool,
}

/// The changes around an instant; moments at which a change was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Around {
    /// The first of the tenant.
    pub first: Option<Moment>,
    /// The latest one before the instant.
    pub previous: Option<Moment>,
    /// The earliest one after it.
    pub next: Option<Moment>,
    /// The latest of the tenant.
    pub last: Option<Moment>,
}

/// How many changes were observed on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeDay {
    /// Its beginning, in UTC.
    pub from: Moment,
    /// Changes; what the first sync of a type found is none.
    pub changes: i64,
}

/// The beginning of the calendar that ends with today, in UTC, and its days: 52 whole weeks from a Monday, and the present one so far.
#[must_use]
pub fn calendar(now: Moment) -> (Moment, usize) {
    const DAY: i64 = 86_400;
    let today = now.seconds().div_euclid(DAY);
    // The first of January 1970 was a Thursday.
    let weekday = (today + 3).rem_euclid(7);
    let from = today - weekday - 52 * 7;
    (Moment::from_micros(from * DAY * 1_000_000), usize::try_from(52 * 7 + weekday + 1).unwrap_or(0))
}

impl TenantVersion {
    /// What people wrote on it, if anything.
    #[must_use]
    pub const fn mark(&self) -> Option<&Mark> {
        self.version.mark.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_begins_with_a_monday_and_ends_with_today() {
        for (now, days) in [("2026-11-21T23:59:59Z", 370), ("2026-11-22T00:00:00Z", 371), ("2026-11-23T00:00:00Z", 365)] {
            let (from, found) = calendar(Moment::parse(now).unwrap());
            assert_eq!(found, days, "{now}");
            let last = from.plus(std::time::Duration::from_secs(86_400 * (days as u64 - 1)));
            assert_eq!(last.to_fixed_text()[..10], now[..10]);
        }
        assert_eq!(calendar(Moment::parse("2026-11-21T10:00:00Z").unwrap()).0, Moment::parse("2025-11-17T00:00:00Z").unwrap());
    }
}
