//! A tenant's provider connection.

pub(crate) mod remove;
pub(crate) mod save;
pub(crate) mod show;
pub(crate) mod switch;
