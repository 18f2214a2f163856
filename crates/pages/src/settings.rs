//! Settings: of a workspace, of a tenant, of a person.

mod field;
mod form;

pub use field::Field;
pub use form::{Form, Owner};
