//! The catalogue of operations: one entry per type, one file per entry.

pub mod inventory_sync;

use std::time::Duration;

use crate::access::Capability;
use crate::run::CountKey;

/// A type of operation. Each variant has an entry here and a handler in `ops::registry`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Reads the configuration of a tenant into the inventory.
    InventorySync,
}

/// When a second start is the same run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// Reused while queued or running.
    WhileActive,
}

/// What the catalogue says of a type.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The stored code.
    pub code: &'static str,
    /// Older names that are understood when read.
    pub older_codes: &'static [&'static str],
    /// Words for people.
    pub label: &'static str,
    /// What it takes to start it, and to look at it.
    pub capability: Capability,
    /// When a second start is the same run.
    pub identity: Identity,
    /// What the identity is made of, for people.
    pub identity_inputs: &'static [&'static str],
    /// Whether it writes to the tenant, so that it holds the tenant's one write lane.
    pub write_lane: bool,
    /// Whether it needs an enabled provider connection.
    pub needs_connection: bool,
    /// How long it may wait for a worker.
    pub start_deadline: Option<Duration>,
    /// How long an attempt may take.
    pub execution_deadline: Duration,
    /// How often it may be claimed.
    pub max_attempts: u32,
    /// Greater is claimed first.
    pub priority: i32,
    /// The figures that it reports.
    pub counts: &'static [CountKey],
}

impl Operation {
    /// Every type.
    pub const ALL: &'static [Self] = &[Self::InventorySync];

    /// Its entry.
    #[must_use]
    pub const fn entry(self) -> &'static Entry {
        match self {
            Self::InventorySync => &inventory_sync::ENTRY,
        }
    }

    /// The stored code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.entry().code
    }

    /// The type of a stored code, older names included.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|op| op.code() == code || op.entry().older_codes.contains(&code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_entry_is_complete_and_no_name_is_used_twice() {
        let mut names = BTreeSet::new();
        for operation in Operation::ALL {
            let entry = operation.entry();
            assert!(!entry.label.is_empty() && !entry.counts.is_empty() && !entry.identity_inputs.is_empty());
            assert!(entry.max_attempts > 0 && entry.capability != Capability::Unknown);
            assert!(!entry.needs_connection || entry.start_deadline.is_some(), "{}: needs a start deadline", entry.code);
            for name in entry.older_codes.iter().chain([&entry.code]) {
                assert!(names.insert(*name), "{name} is used twice");
                assert_eq!(Operation::from_code(name), Some(*operation));
            }
        }
        assert_eq!(Operation::from_code("future_type"), None);
    }
}
