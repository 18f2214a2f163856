//! One module per operation, named after its code.

pub(crate) mod inventory_sync;
