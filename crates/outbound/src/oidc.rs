//! OpenID Connect, the part of whoever relies on a provider: authorisation code with PKCE.
//!
//! What is accepted is narrow on purpose: one issuer, compared letter by letter with the configured one (so no templates for many
//! tenants); tokens signed with RSA or P-256 by a key that the issuer publishes; times by our own clock. Tokens, codes and the secret
//! stand in no message and no log line.

mod claims;
mod discovery;
mod keys;
mod provider;
mod token;

pub use discovery::InvalidIssuer;
pub use provider::{Provider, Registration, limits};
