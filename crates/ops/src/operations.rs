//! One module per operation type.
pub(crate) mod bulk_action;
pub(crate) mod inventory_sync;
pub(crate) mod operation_runs_retention;
#[cfg(feature = "testing")]
pub(crate) mod probe;
