//! What belongs to no area.

pub(crate) mod asset;
pub(crate) mod health;
pub(crate) mod start;
