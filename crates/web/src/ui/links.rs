//! Links between objects.

pub(crate) mod graph;
pub(crate) mod references;
pub(crate) mod usage;
pub(crate) mod uses;
