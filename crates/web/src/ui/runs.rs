//! Monitoring → Operations.

pub(crate) mod cancel;
pub(crate) mod list;
pub(crate) mod of_tenant;
pub(crate) mod show;

pub(super) mod days;
pub(super) mod rows;
