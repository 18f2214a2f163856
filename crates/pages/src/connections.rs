//! A tenant's provider connection.

mod detail;
mod form;
mod permissions;
mod remove;
mod state;

pub use detail::Detail;
pub use form::{Form, Input, Mode};
pub use remove::Remove;
