//! The catalogue of operations: one entry per type, one file per entry.

pub mod alerts_deliver;
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
mod entry;
mod findings;
pub mod inventory_sync;
pub mod operation_runs_retention;
pub mod policy_capture_snapshot;
#[cfg(feature = "testing")]
pub mod probe;
pub mod provider_connection_check;
pub mod report_generate;
pub mod restore_drill;
pub mod restore_execute;
pub mod restore_preview;
pub mod restore_rehearse;
pub mod restore_rollout;
pub mod restore_rollout_preview;
pub mod snapshot_gc;
pub mod tenant_delete;
mod wishes;

use entry::DIRECTORY_COUNTS;
pub use entry::{Entry, FollowUp, Identity, OfTypes};

use crate::access::Capability;

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
    /// Writes a report and keeps it.
    ReportGenerate,
    /// Removes an archived tenant for good.
    TenantDelete,
    /// Sends a message about what happened.
    AlertsDeliver,
    /// Does what a test asks for.
    #[cfg(feature = "testing")]
    Probe(probe::Probe),
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
        Self::ReportGenerate,
        Self::TenantDelete,
        Self::AlertsDeliver,
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
            Self::ReportGenerate => &report_generate::ENTRY,
            Self::TenantDelete => &tenant_delete::ENTRY,
            Self::AlertsDeliver => &alerts_deliver::ENTRY,
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

    /// Whether a run of it that is of no one tenant speaks of many tenants of its workspace at once: whoever is not entitled to all
    /// of them does not see it.
    #[must_use]
    pub const fn speaks_of_every_tenant(self) -> bool {
        matches!(self, Self::RestoreRollout | Self::RestoreRolloutPreview | Self::ReportGenerate)
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
