//! How fresh the cache is.

use std::time::Duration;

use crate::codes::codes;
use crate::ids::RunId;
use crate::time::Moment;

/// A cache whose last complete sync is older than this is stale.
pub const STALE_AFTER: Duration = Duration::from_secs(30 * 86_400);

codes! {
    /// What the cache holds.
    DirectoryKind {
        /// Groups.
        Groups = "groups",
        /// Role definitions of the directory.
        RoleDefinitions = "role_definitions",
    }
}

codes! {
    /// What a selector offers: groups and role definitions of the directory cache, and objects of the inventory.
    SelectorKind {
        /// Groups.
        Groups = "groups",
        /// Role definitions of the directory.
        RoleDefinitions = "role_definitions",
        /// Assignment filters.
        AssignmentFilters = "assignment_filters",
        /// Scope tags.
        ScopeTags = "scope_tags",
    }
}

impl SelectorKind {
    /// What of the cache it offers; `None` when it is of the inventory.
    #[must_use]
    pub const fn cached(self) -> Option<DirectoryKind> {
        match self {
            Self::Groups => Some(DirectoryKind::Groups),
            Self::RoleDefinitions => Some(DirectoryKind::RoleDefinitions),
            Self::AssignmentFilters | Self::ScopeTags | Self::Unknown => None,
        }
    }

    /// The resource type of the inventory that it offers; `None` when it is of the cache.
    #[must_use]
    pub const fn resource_type(self) -> Option<&'static str> {
        match self {
            Self::AssignmentFilters => Some("assignment_filter"),
            Self::ScopeTags => Some("scope_tag"),
            Self::Groups | Self::RoleDefinitions | Self::Unknown => None,
        }
    }

    /// One of them, in words.
    #[must_use]
    pub const fn one(self) -> &'static str {
        match self {
            Self::Groups => "group",
            Self::RoleDefinitions => "role definition",
            Self::AssignmentFilters => "assignment filter",
            Self::ScopeTags => "scope tag",
            Self::Unknown => "object",
        }
    }
}

impl From<DirectoryKind> for SelectorKind {
    fn from(kind: DirectoryKind) -> Self {
        match kind {
            DirectoryKind::Groups => Self::Groups,
            DirectoryKind::RoleDefinitions => Self::RoleDefinitions,
            DirectoryKind::Unknown => Self::Unknown,
        }
    }
}

/// What is known of one kind of object of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DirectoryState {
    /// When a sync last came to its end.
    pub complete_at: Option<Moment>,
    /// When all objects were last read, not only what had changed.
    pub full_at: Option<Moment>,
    /// The run that last came to its end; `None` once it is no longer recorded.
    pub run: Option<RunId>,
    /// Objects that are there, as of then.
    pub objects: i64,
    /// When a sync was last tried.
    pub attempted_at: Option<Moment>,
    /// Why the latest one failed, if it did: a failure code.
    pub failure_code: Option<String>,
}

/// How fresh it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Nothing was ever read to its end.
    Never,
    /// Synced then.
    Fresh(Moment),
    /// Synced then, too long ago to go by.
    Stale(Moment),
}

impl DirectoryState {
    /// How fresh it is.
    #[must_use]
    pub fn freshness(&self, now: Moment) -> Freshness {
        match self.complete_at {
            None => Freshness::Never,
            Some(at) if now.since(at) > STALE_AFTER => Freshness::Stale(at),
            Some(at) => Freshness::Fresh(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_is_stale_after_thirty_days() {
        let now = Moment::parse("2026-11-21T10:00:00Z").unwrap();
        let at =
            |days: u64| DirectoryState { complete_at: Some(now.minus(Duration::from_secs(days * 86_400))), ..Default::default() };
        assert_eq!(DirectoryState::default().freshness(now), Freshness::Never);
        assert!(matches!(at(30).freshness(now), Freshness::Fresh(_)));
        assert!(matches!(at(31).freshness(now), Freshness::Stale(_)));
    }
}
