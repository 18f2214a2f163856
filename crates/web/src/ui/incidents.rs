//! Incidents: the same cause in many tenants of a workspace.

pub(crate) mod decide;
pub(crate) mod show;
