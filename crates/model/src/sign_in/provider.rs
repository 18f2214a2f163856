//! A provider, as the pages meet it. What is behind it leaves the machine; pages only know this.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use secrecy::SecretString;

use super::{Identity, Mapping, Problem};

/// An answer that takes a while.
pub type Promise<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;

/// What an operator calls a provider: it stands in addresses, and at what it gave (`oidc:<name>`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderName(String);

impl ProviderName {
    /// A name of 1 to 32 lower-case letters, digits and hyphens.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        ((1..=32).contains(&text.len()) && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How memberships are marked that came from it.
    #[must_use]
    pub fn source(&self) -> String {
        format!("oidc:{}", self.0)
    }
}

impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an operator decided about a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its name.
    pub name: ProviderName,
    /// What the button says after "Sign in with".
    pub label: String,
    /// Whether a mail address that it says to be verified opens the account of that address.
    pub trust_email: bool,
    /// Which group gives what.
    pub mapping: Vec<Mapping>,
}

/// What goes along when the browser is sent to the provider.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Comes back with the answer.
    pub state: String,
    /// Comes back in the token.
    pub nonce: String,
    /// SHA-256 of the verifier is what the provider sees first; the verifier itself only goes with the code.
    pub verifier: SecretString,
}

/// What the browser came back with.
#[derive(Debug, Clone)]
pub struct Returned {
    /// The code to be exchanged for the token.
    pub code: SecretString,
    /// The issuer, where the provider names itself (RFC 9207).
    pub issuer: Option<String>,
    /// What went along.
    pub nonce: String,
    /// The verifier.
    pub verifier: SecretString,
}

/// A provider. Implemented where calls may leave the machine; called by nothing but the pages of sign-in.
pub trait IdentityProvider: Send + Sync + fmt::Debug {
    /// What an operator decided about it.
    fn consent(&self) -> &Consent;

    /// Where to send the browser.
    fn address<'a>(&'a self, asked: &'a Asked) -> Promise<'a, String>;

    /// Who it is that came back.
    fn identity<'a>(&'a self, returned: &'a Returned) -> Promise<'a, Identity>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_into_an_address() {
        assert_eq!(ProviderName::new("entra-2").unwrap().source(), "oidc:entra-2");
        for bad in ["", "Entra", "a/b", "a b", "é", &"a".repeat(33)] {
            assert_eq!(ProviderName::new(bad), None, "{bad}");
        }
    }
}
