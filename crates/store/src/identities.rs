//! People whom a provider vouches for.

mod admit;
mod attempt;
mod mapping;

pub use attempt::SIGN_IN_OPEN;

use crate::open::Store;

/// People whom a provider vouches for.
#[derive(Debug, Clone, Copy)]
pub struct Identities<'a>(pub(crate) &'a Store);

impl Store {
    /// People whom a provider vouches for.
    #[must_use]
    pub const fn identities(&self) -> Identities<'_> {
        Identities(self)
    }
}
