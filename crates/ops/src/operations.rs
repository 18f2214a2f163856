//! One module per operation type.
pub(crate) mod bulk_action;
mod directory;
pub(crate) mod directory_role_definitions_sync;
pub(crate) mod entra_group_sync;
pub(crate) mod inventory_sync;
pub(crate) mod operation_runs_retention;
#[cfg(feature = "testing")]
pub(crate) mod probe;
pub(crate) mod provider_connection_check;
