//! Monitoring → Operations.

pub(crate) mod bulk;
pub(crate) mod cancel;
pub(crate) mod export;
pub(crate) mod force;
pub(crate) mod list;
pub(crate) mod of_tenant;
pub(crate) mod pause;
pub(crate) mod queue;
pub(crate) mod retry;
pub(crate) mod show;

pub(super) mod days;
pub(super) mod rows;
