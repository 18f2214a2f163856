//! Who asks, and whether they may.

mod across;
pub(crate) mod at_provider;
pub(crate) mod browser;
pub(crate) mod consent_state;
pub(crate) mod cookies;
pub(crate) mod csrf;
pub mod deeds;
pub(crate) mod extract;
pub(crate) mod form;
pub(crate) mod invited;
pub mod limit;
mod manages_tenant;
pub(crate) mod multipart;
mod of_run;
pub mod operates;
pub mod password;
pub(crate) mod random;
pub(crate) mod upload;

pub use across::AcrossTenants;
pub use extract::{
    Authorized, Guard, InTenant, Looks, LooksInTenant, Manages, ManagesRun, Member, OnRun, Public, SeesIn, SignedIn,
};
pub use form::{Form, Payload};
pub use invited::Invited;
pub use manages_tenant::ManagesTenant;
pub use of_run::OfRun;
pub use operates::{Door, GlassTo, InGlass, Operates, OperatesTo};
