//! Who asks, and whether they may.

pub(crate) mod cookies;
pub(crate) mod csrf;
pub(crate) mod extract;
pub(crate) mod form;
pub mod limit;
pub mod password;
pub(crate) mod random;

pub use extract::{Authorized, Guard, InTenant, Member, OfRun, Public, SignedIn};
pub use form::{Form, Payload};
