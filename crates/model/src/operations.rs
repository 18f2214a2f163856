//! The catalogue of operations: one entry per type, one file per entry.

pub mod audit_events_sync;
pub mod backup_schedule_purge;
pub mod backup_schedule_retention;
pub mod backup_schedule_run;
pub mod backup_set_capture;
pub mod backup_set_export;
pub mod backup_set_import;
pub mod backup_set_mirror;
pub mod backup_set_verify;
pub mod baseline_compare;
pub mod baseline_compare_many;
pub mod baseline_follow;
pub mod bulk_action;
pub mod directory_role_definitions_sync;
pub mod drift_generate_findings;
pub mod entra_group_sync;
mod findings;
pub mod inventory_sync;
pub mod operation_runs_retention;
pub mod policy_capture_snapshot;
#[cfg(feature = "testing")]
pub mod probe;
pub mod provider_connection_check;
pub mod restore_drill;
pub mod restore_execute;
pub mod restore_preview;
pub mod restore_rehearse;
pub mod restore_rollout;
pub mod restore_rollout_preview;
pub mod snapshot_gc;

use std::collections::BTreeSet;
use std::time::Duration;

use crate::access::Capability;
use crate::ids::{TenantId, WorkspaceId};
use crate::run::{CountKey, Run, RunRequest};
use crate::settings::Key;

/// A type of operation. Each variant has an entry here and a handler in `ops::registry`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Reads the configuration of a tenant into the inventory.
    InventorySync,
    /// Removes old runs of a workspace.
    OperationRunsRetention,
    /// Cancels or repeats many runs.
    BulkAction,
    /// Reads the groups of a tenant into the directory cache.
    EntraGroupSync,
    /// Reads the role definitions of a tenant into the directory cache.
    DirectoryRoleDefinitionsSync,
    /// Checks the connection of a tenant.
    ProviderConnectionCheck,
    /// Reads who changed what from a tenant's own audit logs.
    AuditEventsSync,
    /// Reads one object fresh.
    PolicyCaptureSnapshot,
    /// Captures versions of policies together.
    BackupSetCapture,
    /// The same, because a schedule says so.
    BackupScheduleRun,
    /// Removes sets that a schedule no longer keeps.
    BackupScheduleRetention,
    /// Removes an archived schedule for good.
    BackupSchedulePurge,
    /// Makes sure that the contents of a set are what was stored.
    BackupSetVerify,
    /// Writes a set to a file.
    BackupSetExport,
    /// Reads a file into a set.
    BackupSetImport,
    /// Commits a set to the Git folder of its tenant.
    BackupSetMirror,
    /// Removes stored contents to which nothing refers.
    SnapshotGc,
    /// Reads the live state of what a restore would touch and freezes the plan.
    RestorePreview,
    /// Carries out the frozen plan of a restore.
    RestoreExecute,
    /// Compares the newest inventory with the one before.
    DriftGenerateFindings,
    /// Carries out the frozen plan of a restore on a simulated copy of the tenant.
    RestoreRehearse,
    /// Puts everything of the latest complete backup back into a simulated copy of the tenant that lost it.
    RestoreDrill,
    /// Carries out the restores of a rollout, ring by ring.
    RestoreRollout,
    /// Checks and previews the restores of a rollout.
    RestoreRolloutPreview,
    /// Holds a tenant against its baselines.
    BaselineCompare,
    /// Does so with all tenants of a baseline.
    BaselineCompareMany,
    /// Makes versions of the baselines that follow a tenant.
    BaselineFollow,
    /// Does what a test asks for.
    #[cfg(feature = "testing")]
    Probe(probe::Probe),
}

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
const DIRECTORY_COUNTS: &[CountKey] = &[
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

impl Operation {
    /// Every type.
    pub const ALL: &'static [Self] = &[
        Self::InventorySync,
        Self::OperationRunsRetention,
        Self::BulkAction,
        Self::EntraGroupSync,
        Self::DirectoryRoleDefinitionsSync,
        Self::ProviderConnectionCheck,
        Self::AuditEventsSync,
        Self::PolicyCaptureSnapshot,
        Self::BackupSetCapture,
        Self::BackupScheduleRun,
        Self::BackupScheduleRetention,
        Self::BackupSchedulePurge,
        Self::BackupSetVerify,
        Self::BackupSetExport,
        Self::BackupSetImport,
        Self::BackupSetMirror,
        Self::SnapshotGc,
        Self::RestorePreview,
        Self::RestoreExecute,
        Self::DriftGenerateFindings,
        Self::RestoreRehearse,
        Self::RestoreDrill,
        Self::RestoreRollout,
        Self::RestoreRolloutPreview,
        Self::BaselineCompare,
        Self::BaselineCompareMany,
        Self::BaselineFollow,
    ];

    /// Its entry.
    #[must_use]
    pub const fn entry(self) -> &'static Entry {
        match self {
            Self::InventorySync => &inventory_sync::ENTRY,
            Self::OperationRunsRetention => &operation_runs_retention::ENTRY,
            Self::BulkAction => &bulk_action::ENTRY,
            Self::EntraGroupSync => &entra_group_sync::ENTRY,
            Self::DirectoryRoleDefinitionsSync => &directory_role_definitions_sync::ENTRY,
            Self::ProviderConnectionCheck => &provider_connection_check::ENTRY,
            Self::AuditEventsSync => &audit_events_sync::ENTRY,
            Self::PolicyCaptureSnapshot => &policy_capture_snapshot::ENTRY,
            Self::BackupSetCapture => &backup_set_capture::ENTRY,
            Self::BackupScheduleRun => &backup_schedule_run::ENTRY,
            Self::BackupScheduleRetention => &backup_schedule_retention::ENTRY,
            Self::BackupSchedulePurge => &backup_schedule_purge::ENTRY,
            Self::BackupSetVerify => &backup_set_verify::ENTRY,
            Self::BackupSetExport => &backup_set_export::ENTRY,
            Self::BackupSetImport => &backup_set_import::ENTRY,
            Self::BackupSetMirror => &backup_set_mirror::ENTRY,
            Self::SnapshotGc => &snapshot_gc::ENTRY,
            Self::RestorePreview => &restore_preview::ENTRY,
            Self::RestoreExecute => &restore_execute::ENTRY,
            Self::DriftGenerateFindings => &drift_generate_findings::ENTRY,
            Self::RestoreRehearse => &restore_rehearse::ENTRY,
            Self::RestoreDrill => &restore_drill::ENTRY,
            Self::RestoreRollout => &restore_rollout::ENTRY,
            Self::RestoreRolloutPreview => &restore_rollout_preview::ENTRY,
            Self::BaselineCompare => &baseline_compare::ENTRY,
            Self::BaselineCompareMany => &baseline_compare_many::ENTRY,
            Self::BaselineFollow => &baseline_follow::ENTRY,
            #[cfg(feature = "testing")]
            Self::Probe(probe) => probe.entry(),
        }
    }

    /// What it takes to look at a run of it: what it takes to start it, but for the connection check, which everybody who sees the
    /// tenant may look at.
    #[must_use]
    pub const fn view_capability(self) -> Capability {
        match self {
            Self::ProviderConnectionCheck => Capability::TenantView,
            other => other.entry().capability,
        }
    }

    /// Whether a run of it speaks of many tenants of its workspace at once: whoever is not entitled to all of them does not see it.
    #[must_use]
    pub const fn speaks_of_every_tenant(self) -> bool {
        matches!(self, Self::RestoreRollout | Self::RestoreRolloutPreview)
    }

    /// Whether a run of it needs a connection that can work: enabled, not expired, of a tenant that is past being a draft. The
    /// connection check needs one that is enabled: whether it works is what it finds out.
    #[must_use]
    pub const fn needs_working_connection(self) -> bool {
        self.entry().needs_connection && !matches!(self, Self::ProviderConnectionCheck)
    }

    /// The stored code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.entry().code
    }

    /// The wish to do again what a run did; `only`: just these of its items. `None` when a run of that type is not repeated, or
    /// its parameters cannot be read.
    #[must_use]
    pub fn again(self, run: &Run, only: Option<&BTreeSet<String>>) -> Option<RunRequest> {
        match self {
            Self::InventorySync => inventory_sync::again(run, only),
            Self::OperationRunsRetention => Some(operation_runs_retention::request(run.workspace_id)),
            Self::BulkAction => bulk_action::again(run, only),
            Self::EntraGroupSync => Some(entra_group_sync::Arguments::stored(&run.context)?.request(run.tenant_id?)),
            Self::DirectoryRoleDefinitionsSync => Some(directory_role_definitions_sync::request(run.tenant_id?)),
            Self::ProviderConnectionCheck => provider_connection_check::again(run),
            Self::AuditEventsSync => Some(audit_events_sync::request(run.tenant_id?)),
            Self::PolicyCaptureSnapshot => {
                Some(policy_capture_snapshot::Arguments::stored(&run.context)?.request(run.tenant_id?))
            }
            Self::BackupSetCapture => backup_set_capture::again(run, only),
            Self::BackupScheduleRun => Some(backup_schedule_run::Arguments::stored(&run.context)?.request(run.tenant_id?)),
            Self::BackupScheduleRetention => Some(backup_schedule_retention::Arguments::stored(&run.context)?.request()),
            // Whether it may be removed is asked of the schedule, not of an earlier run.
            Self::BackupSchedulePurge => None,
            Self::BackupSetVerify => Some(backup_set_verify::Arguments::stored(&run.context)?.request(run.tenant_id?)),
            // What closes or opens the file, and a file that was sent, are gone with the run.
            Self::BackupSetExport | Self::BackupSetImport => None,
            Self::BackupSetMirror => Some(backup_set_mirror::Arguments::stored(&run.context)?.request(run.tenant_id?)),
            Self::SnapshotGc => Some(snapshot_gc::request(run.workspace_id)),
            Self::RestorePreview => Some(restore_preview::Arguments::stored(&run.context)?.request(run.tenant_id?)),
            // What failed of it is retried as a restore of its own, which is previewed and confirmed.
            // What is left of a rollout is confirmed anew.
            Self::RestoreExecute | Self::RestoreRollout => None,
            // Whatever it followed, it looks at the newest inventory.
            Self::DriftGenerateFindings => Some(drift_generate_findings::Arguments::default().request(run.tenant_id?)),
            Self::RestoreRehearse => Some(restore_rehearse::Arguments::stored(&run.context)?.request(run.tenant_id?)),
            Self::RestoreDrill => Some(restore_drill::request(run.tenant_id?)),
            Self::RestoreRolloutPreview => {
                Some(restore_rollout_preview::Arguments::stored(&run.context)?.request(run.workspace_id))
            }
            Self::BaselineCompare => {
                let arguments = baseline_compare::Arguments::stored(&run.context)?;
                Some(baseline_compare::Arguments { after: None, ..arguments }.request(run.tenant_id?))
            }
            Self::BaselineCompareMany => Some(baseline_compare_many::Arguments::stored(&run.context)?.request(run.workspace_id)),
            Self::BaselineFollow => Some(baseline_follow::request(run.tenant_id?, None)),
            #[cfg(feature = "testing")]
            Self::Probe(probe) => probe::again(probe, run, only),
        }
    }

    /// The wish that a schedule with these arguments stands for: in a tenant, or in the workspace. `None` when the type is not
    /// started by schedules there, or the arguments cannot be read.
    #[must_use]
    pub fn scheduled(
        self,
        workspace: WorkspaceId,
        tenant: Option<TenantId>,
        arguments: &serde_json::Value,
    ) -> Option<RunRequest> {
        match (self, tenant) {
            (Self::InventorySync, Some(tenant)) => Some(inventory_sync::Arguments::stored(arguments)?.request(tenant)),
            (Self::EntraGroupSync, Some(tenant)) => Some(entra_group_sync::Arguments::stored(arguments)?.request(tenant)),
            (Self::DirectoryRoleDefinitionsSync, Some(tenant)) => Some(directory_role_definitions_sync::request(tenant)),
            (Self::AuditEventsSync, Some(tenant)) => Some(audit_events_sync::request(tenant)),
            (Self::BaselineCompare, Some(tenant)) => Some(baseline_compare::Arguments::default().request(tenant)),
            (Self::DriftGenerateFindings, Some(tenant)) => Some(drift_generate_findings::Arguments::default().request(tenant)),
            (Self::BackupScheduleRun, Some(tenant)) => Some(backup_schedule_run::Arguments::stored(arguments)?.request(tenant)),
            (Self::RestoreDrill, Some(tenant)) => Some(restore_drill::request(tenant)),
            (Self::OperationRunsRetention, None) => Some(operation_runs_retention::request(workspace)),
            (Self::SnapshotGc, None) => Some(snapshot_gc::request(workspace)),
            #[cfg(feature = "testing")]
            (Self::Probe(probe), _) => Some(probe.request(&serde_json::from_value(arguments.clone()).ok()?)),
            _ => None,
        }
    }

    /// The type of a stored code, older names included.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let named = |op: &Self| op.code() == code || op.entry().older_codes.contains(&code);
        #[cfg(feature = "testing")]
        if let Some(probe) = probe::ALL.iter().copied().find(named) {
            return Some(probe);
        }
        Self::ALL.iter().copied().find(named)
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
            // What a schedule fires waits for as long as it takes; what is reused while active would block what comes after it.
            let waits = !entry.needs_connection || entry.identity == Identity::PerFire;
            assert!(waits || entry.start_deadline.is_some(), "{}: needs a start deadline", entry.code);
            for name in entry.older_codes.iter().chain([&entry.code]) {
                assert!(names.insert(*name), "{name} is used twice");
                assert_eq!(Operation::from_code(name), Some(*operation));
            }
        }
        assert_eq!(Operation::from_code("future_type"), None);
    }
}
