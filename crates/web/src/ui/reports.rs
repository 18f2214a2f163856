//! Reports of a workspace.

pub(crate) mod keep;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod schedules;
