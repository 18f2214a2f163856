//! One module per operation type.
pub(crate) mod audit_events_sync;
mod backup;
pub(crate) mod backup_schedule_purge;
pub(crate) mod backup_schedule_retention;
pub(crate) mod backup_schedule_run;
mod backup_secrets;
pub(crate) mod backup_set_capture;
pub(crate) mod backup_set_export;
pub(crate) mod backup_set_import;
pub(crate) mod backup_set_mirror;
pub(crate) mod backup_set_verify;
pub(crate) mod bulk_action;
mod directory;
pub(crate) mod directory_role_definitions_sync;
pub(crate) mod drift_generate_findings;
pub(crate) mod entra_group_sync;
pub(crate) mod inventory_sync;
pub(crate) mod operation_runs_retention;
pub(crate) mod policy_capture_snapshot;
#[cfg(feature = "testing")]
pub(crate) mod probe;
pub(crate) mod provider_connection_check;
pub(crate) mod restore_execute;
mod restore_live;
pub(crate) mod restore_preview;
mod restore_wanted;
pub(crate) mod snapshot_gc;
