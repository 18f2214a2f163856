//! The check of a tenant's connection.

pub(crate) mod show;
pub(crate) mod start;
