//! Which handler does which operation. A type without one does not compile.

use model::operations::Operation;

use crate::context::Context;
use crate::halt::Halt;
#[cfg(feature = "testing")]
use crate::operations::probe;
use crate::operations::{
    alerts_deliver, audit_events_sync, backup_schedule_purge, backup_schedule_retention, backup_schedule_run, backup_set_capture,
    backup_set_export, backup_set_import, backup_set_mirror, backup_set_verify, baseline_compare, baseline_compare_many,
    baseline_follow, bulk_action, directory_role_definitions_sync, drift_generate_findings, entra_group_sync, inventory_sync,
    operation_runs_retention, policy_capture_snapshot, provider_connection_check, report_generate, restore_drill,
    restore_execute, restore_preview, restore_rehearse, restore_rollout, restore_rollout_preview, snapshot_gc, tenant_delete,
};

/// Does the work of a run to its end. How it ended follows from its figures and failures.
pub(crate) async fn execute(operation: Operation, context: &mut Context) -> Result<(), Halt> {
    match operation {
        Operation::InventorySync => inventory_sync::run(context).await,
        Operation::AlertsDeliver => alerts_deliver::run(context).await,
        Operation::OperationRunsRetention => operation_runs_retention::run(context).await,
        Operation::BaselineCompare => baseline_compare::run(context).await,
        Operation::BaselineCompareMany => baseline_compare_many::run(context).await,
        Operation::BaselineFollow => baseline_follow::run(context).await,
        Operation::BulkAction => bulk_action::run(context).await,
        Operation::EntraGroupSync => entra_group_sync::run(context).await,
        Operation::DirectoryRoleDefinitionsSync => directory_role_definitions_sync::run(context).await,
        Operation::ProviderConnectionCheck => provider_connection_check::run(context).await,
        Operation::PolicyCaptureSnapshot => policy_capture_snapshot::run(context).await,
        Operation::AuditEventsSync => audit_events_sync::run(context).await,
        Operation::BackupSetCapture => backup_set_capture::run(context).await,
        Operation::BackupScheduleRun => backup_schedule_run::run(context).await,
        Operation::BackupScheduleRetention => backup_schedule_retention::run(context).await,
        Operation::BackupSchedulePurge => backup_schedule_purge::run(context).await,
        Operation::BackupSetVerify => backup_set_verify::run(context).await,
        Operation::BackupSetExport => backup_set_export::run(context).await,
        Operation::BackupSetImport => backup_set_import::run(context).await,
        Operation::BackupSetMirror => backup_set_mirror::run(context).await,
        Operation::ReportGenerate => report_generate::run(context).await,
        Operation::SnapshotGc => snapshot_gc::run(context).await,
        Operation::TenantDelete => tenant_delete::run(context).await,
        Operation::RestorePreview => restore_preview::run(context).await,
        Operation::RestoreExecute => restore_execute::run(context).await,
        Operation::DriftGenerateFindings => drift_generate_findings::run(context).await,
        Operation::RestoreRehearse => restore_rehearse::run(context).await,
        Operation::RestoreDrill => restore_drill::run(context).await,
        Operation::RestoreRollout => restore_rollout::run(context).await,
        Operation::RestoreRolloutPreview => restore_rollout_preview::run(context).await,
        #[cfg(feature = "testing")]
        Operation::Probe(_) => probe::run(context).await,
    }
}
