//! The inventory of a tenant.

pub(crate) mod item;
pub(crate) mod list;
pub(crate) mod sync;
pub(crate) mod version;
