//! Restores of a tenant: the list, the steps of the wizard, the record and its items.

pub(crate) mod approval;
pub(crate) mod change;
pub(crate) mod check;
pub(crate) mod choose;
pub(crate) mod drill;
pub(crate) mod execute;
pub(crate) mod item;
pub(crate) mod list;
pub(crate) mod map;
pub(crate) mod new;
pub(crate) mod plan;
pub(crate) mod preview;
pub(crate) mod rehearsal;
pub(crate) mod show;

mod sent;
mod shown;
