//! What the catalogue says of a type, and what follows from a run of it.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::access::Capability;
use crate::run::{CountKey, Run, RunRequest};
use crate::settings::Key;

/// When a second start is the same run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// Reused while queued or running: the partial unique index on (scope, identity).
    WhileActive,
    /// One click, one run; a new click is a new run: the table `run_start_keys`.
    PerClick,
    /// At most one, ever, for each fire of a schedule: the ledger `schedule_fires`.
    PerFire,
    /// At most one, ever, for a record and its execution number: the unique column `once_key`.
    PerRecord,
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
    /// How long it may wait for a worker while nothing but the want of one holds it back. `None`: for ever.
    pub start_deadline: Option<Duration>,
    /// How long an attempt may take.
    pub execution_deadline: Duration,
    /// How often it may be claimed.
    pub max_attempts: u32,
    /// Claimed as if it had waited so many minutes longer, so that a low one is not passed over for ever.
    pub priority: i32,
    /// What `total` and `processed` count, as a plural noun.
    pub unit: &'static str,
    /// The figures that it reports.
    pub counts: &'static [CountKey],
    /// What follows when it ends, if anything: started in the transaction that completes it.
    pub follow_ups: &'static [FollowUp],
}

/// The figures of both syncs of the directory cache.
pub(super) const DIRECTORY_COUNTS: &[CountKey] = &[
    CountKey::Total,
    CountKey::Processed,
    CountKey::Succeeded,
    CountKey::Failed,
    CountKey::Skipped,
    CountKey::Items,
    CountKey::Created,
    CountKey::Updated,
    CountKey::Unchanged,
    CountKey::Deleted,
    CountKey::Requests,
    CountKey::Throttled,
    CountKey::Bytes,
];

/// A wish, or nothing, for some resource types.
pub type OfTypes = fn(&Run, &BTreeSet<String>) -> Option<RunRequest>;

/// What follows a run that ended.
#[derive(Debug, Clone, Copy)]
pub struct FollowUp {
    /// A wish, or nothing.
    pub wish: fn(&Run) -> Option<RunRequest>,
    /// Only where that setting was chosen, for the tenant or above it.
    pub only_with: Option<Key>,
    /// Not where another value of that setting than its default was chosen, for the tenant or above it.
    pub unless: Option<Key>,
    /// Only where an earlier run read a type of the tenant completely: before that there is nothing to compare with.
    pub with_earlier_inventory: bool,
    /// Only where the tenant is held against a baseline.
    pub with_baseline: bool,
    /// Only where a baseline follows the tenant.
    pub with_followers: bool,
    /// In place of the wish: one for the resource types that audit events name which the run brought, and that were read before them.
    pub of_types: Option<OfTypes>,
}

impl FollowUp {
    /// Whatever the settings say.
    #[must_use]
    pub const fn always(wish: fn(&Run) -> Option<RunRequest>) -> Self {
        Self {
            wish,
            only_with: None,
            unless: None,
            with_earlier_inventory: false,
            with_baseline: false,
            with_followers: false,
            of_types: None,
        }
    }
}
