//! The platform's pages, for operators of the installation.

pub(crate) mod audit;
pub(crate) mod door;
pub(crate) mod glass;
pub(crate) mod health;
pub(crate) mod inside;
pub(crate) mod operators;
pub(crate) mod owner;
pub(crate) mod welcome;
pub(crate) mod workers;
pub(crate) mod workspaces;
