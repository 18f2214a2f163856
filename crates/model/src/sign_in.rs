//! Signing in by a provider that others run (OpenID Connect): what it says of a person, and what that gives them here.

mod mapping;
mod problem;
mod provider;

pub use mapping::{Mapped, Mapping, Wanted};
pub use problem::Problem;
pub use provider::{Asked, Consent, IdentityProvider, Promise, ProviderName, Returned};

/// The longest subject that is accepted, in bytes (OpenID Connect Core 1.0, section 2: at most 255 ASCII characters).
pub const MAX_SUBJECT: usize = 255;

/// What a provider says of a person, after everything about its answer was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who says it: the issuer's address, exactly as configured.
    pub issuer: String,
    /// What the issuer calls the person, for ever; the only thing that a person is recognised by.
    pub subject: String,
    /// Their mail address, where one was told that looks like one; lower case.
    pub email: Option<String>,
    /// Whether the issuer says that the address is theirs.
    pub email_verified: bool,
    /// What they are called; empty when nothing was told.
    pub name: String,
    /// The groups that they are in.
    pub groups: Vec<String>,
}
