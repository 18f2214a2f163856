//! Settings: of a workspace, of a tenant, of a person.

mod field;
mod form;
mod ratings;

pub use field::Field;
pub use form::{Form, Owner};
pub use ratings::{Asked, Ratings};
