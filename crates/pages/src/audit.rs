//! The audit log.

mod filter;
mod list;
mod phrase;
mod sentence;

pub use filter::{Actor, Filter};
pub use list::List;
pub use sentence::sentence;
