//! Rollouts: a source restored to many tenants, ring by ring.

pub(crate) mod confirm;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod show;

mod shown;
