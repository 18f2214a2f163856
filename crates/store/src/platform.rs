//! The platform plane: operators of the installation, how it is, and break-glass.
//!
//! What is read of workspaces here is names and counts. Rows of a workspace are read through a `GlassScope` alone (`inside`), with
//! that workspace's reach.

mod glass;
mod health;
mod inside;
mod operators;
mod sessions;
mod told;
mod trail;
mod workspaces;

pub use glass::OpenGlass;
pub use inside::{GlassMember, GlassRun, GlassTenant, GlassTrail};
pub use operators::{Credential, OperatorRecord};
pub use sessions::{OPERATOR_SESSION_ABSOLUTE, OPERATOR_SESSION_IDLE};
pub use workspaces::FirstOwner;

use crate::open::Store;

/// The installation, for its operators.
#[derive(Debug, Clone, Copy)]
pub struct Platform<'a>(pub(crate) &'a Store);

/// Break-glass.
#[derive(Debug, Clone, Copy)]
pub struct Glass<'a>(pub(crate) &'a Store);

impl Store {
    /// The installation, for its operators.
    #[must_use]
    pub const fn platform(&self) -> Platform<'_> {
        Platform(self)
    }

    /// Break-glass.
    #[must_use]
    pub const fn glass(&self) -> Glass<'_> {
        Glass(self)
    }
}
