//! The workspace and its tenants, and what is chosen in the frame of every page.

pub(crate) mod home;
pub(crate) mod switch;
pub(crate) mod tenant;
pub(crate) mod theme;

mod complete;
