//! The inventory of a tenant.

pub(crate) mod capture;
pub(crate) mod item;
pub(crate) mod list;
pub(crate) mod mark;
pub(crate) mod names;
pub(crate) mod search;
pub(crate) mod sync;
pub(crate) mod version;
