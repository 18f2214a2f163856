//! Taking a tenant into use, step by step.

mod application;
mod begin;
mod consent;
mod delete;
mod list;
mod portal;
mod script;
mod wizard;

pub use begin::{Begin, Input};
pub use consent::{Consent, Said};
pub use delete::Delete;
pub use list::List;
pub use wizard::Wizard;
