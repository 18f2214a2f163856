//! Incidents: the same cause in many tenants of a workspace.

mod list;
mod one;

pub use list::List;
pub use one::One;
