//! What the demo shows: invented people, workspaces and tenants.

pub(crate) mod history;
pub(crate) mod seed;
pub(crate) mod state;
pub(crate) mod tenants;
