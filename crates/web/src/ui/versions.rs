//! The changes of a tenant, and the tenant as it was.

pub(crate) mod events;
pub(crate) mod history;
pub(crate) mod past;
