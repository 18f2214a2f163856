//! A tenant's schedules.

pub(crate) mod change;
pub(crate) mod edit;
pub(crate) mod shapes;
pub(crate) mod show;
