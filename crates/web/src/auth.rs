//! Who asks, and whether they may.

pub(crate) mod cookies;
pub(crate) mod csrf;
pub mod deeds;
pub(crate) mod extract;
pub(crate) mod form;
pub(crate) mod invited;
pub mod limit;
pub mod password;
pub(crate) mod random;

pub use extract::{Authorized, Guard, InTenant, Manages, ManagesRun, Member, OfRun, OnRun, Public, SignedIn};
pub use form::{Form, Payload};
pub use invited::Invited;
