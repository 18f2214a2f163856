//! Links between objects: what an object uses, what uses it, a drawing of both, and what leads nowhere.

mod about;
mod draw;
mod graph;
mod list;
mod references;

pub use graph::Graph;
pub use list::{Links, Listed};
pub use references::{Found, References};

pub(crate) use about::{used_by, uses};
