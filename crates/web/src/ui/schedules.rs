//! A tenant's schedules.

pub(crate) mod change;
pub(crate) mod edit;
pub(crate) mod list;
pub(crate) mod purge;
pub(crate) mod retention;
pub(crate) mod run;
pub(crate) mod show;
