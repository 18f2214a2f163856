//! Rollouts of the workspace: `shapes` says how they are written and what is sent, `act` does it.

pub(crate) mod act;
pub(crate) mod shapes;
