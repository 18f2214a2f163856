//! Wishes that are made of what is stored: of an earlier run, and of a schedule's arguments.

use std::collections::BTreeSet;

#[cfg(feature = "testing")]
use super::probe;
use super::{
    Operation, alerts_deliver, audit_events_sync, backup_schedule_retention, backup_schedule_run, backup_set_capture,
    backup_set_mirror, backup_set_verify, baseline_compare, baseline_compare_many, baseline_follow, bulk_action,
    directory_role_definitions_sync, drift_generate_findings, entra_group_sync, inventory_sync, operation_runs_retention,
    policy_capture_snapshot, provider_connection_check, report_generate, restore_drill, restore_preview, restore_rehearse,
    restore_rollout_preview, snapshot_gc,
};
use crate::ids::{TenantId, WorkspaceId};
use crate::run::{Run, RunRequest};

impl Operation {
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
            Self::ReportGenerate => {
                Some(report_generate::Arguments::stored(&run.context)?.request(run.workspace_id, run.tenant_id))
            }
            // Its name is typed again.
            Self::TenantDelete => None,
            Self::AlertsDeliver => Some(alerts_deliver::Arguments::stored(&run.context)?.again().request(run.workspace_id)),
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
            (Self::ReportGenerate, _) => Some(report_generate::Arguments::stored(arguments)?.request(workspace, tenant)),
            (Self::OperationRunsRetention, None) => Some(operation_runs_retention::request(workspace)),
            (Self::SnapshotGc, None) => Some(snapshot_gc::request(workspace)),
            #[cfg(feature = "testing")]
            (Self::Probe(probe), _) => Some(probe.request(&serde_json::from_value(arguments.clone()).ok()?)),
            _ => None,
        }
    }
}
