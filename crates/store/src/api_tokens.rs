//! API tokens: made by a person for a program of theirs, for one workspace. `create` gives the secret, once; `find` turns it into
//! the person with the token's limits, which `access` asks in every scope; `list` and `revoke` are for pages.

mod create;
mod find;
mod list;
mod revoke;
mod row;
mod secret;

use crate::open::Store;

/// API tokens.
#[derive(Debug, Clone, Copy)]
pub struct ApiTokens<'a>(pub(crate) &'a Store);

impl Store {
    /// API tokens.
    #[must_use]
    pub const fn api_tokens(&self) -> ApiTokens<'_> {
        ApiTokens(self)
    }
}
