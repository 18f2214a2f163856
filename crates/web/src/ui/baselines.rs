//! Baselines: the list, one of them, and what people do with them.

pub(crate) mod act;
pub(crate) mod change;
pub(crate) mod follow;
pub(crate) mod gaps;
pub(crate) mod list;
pub(crate) mod show;
