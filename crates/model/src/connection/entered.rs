//! What people paste for a credential, made clean or refused with a hint.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

/// The longest client secret that is taken, in bytes. Microsoft's have 40 characters.
pub const MAX_SECRET: usize = 512;

/// What is wrong with what was entered. Its words never hold what was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryProblem {
    /// Nothing but white space.
    #[error("Enter the client secret's value.")]
    Empty,
    /// A space or line break inside.
    #[error("The secret has a space or a line break inside; copy its value again.")]
    Space,
    /// A GUID: the portal shows the secret's id beside its value.
    #[error("This looks like the secret's ID, not its value. The value is shown once, when the secret is made.")]
    LooksLikeId,
    /// Characters that no secret has, or too many.
    #[error("This cannot be a client secret: it has up to 512 visible characters.")]
    Odd,
    /// The client id is no GUID.
    #[error(
        "Enter the application (client) ID: 32 hexadecimal digits with hyphens, as the app registration's overview shows it."
    )]
    ClientId,
    /// A token file's name that is none.
    #[error("Enter the name of a token file, without a folder: letters, digits, hyphens, dots and underscores.")]
    TokenFile,
}

/// A client secret as it was pasted: white space around it is dropped.
///
/// # Errors
/// [`EntryProblem`] in words for the form.
pub fn client_secret(pasted: &SecretString) -> Result<SecretString, EntryProblem> {
    let text = pasted.expose_secret().trim();
    if text.is_empty() {
        return Err(EntryProblem::Empty);
    }
    if text.chars().any(char::is_whitespace) {
        return Err(EntryProblem::Space);
    }
    if Uuid::parse_str(text).is_ok() {
        return Err(EntryProblem::LooksLikeId);
    }
    if text.len() > MAX_SECRET || text.chars().any(char::is_control) {
        return Err(EntryProblem::Odd);
    }
    Ok(SecretString::from(text))
}

/// An application (client) id as it was pasted, in the form that Microsoft writes.
///
/// # Errors
/// [`EntryProblem::ClientId`].
pub fn client_id(pasted: &str) -> Result<String, EntryProblem> {
    let text = pasted.trim();
    let hyphenated = text.len() == 36;
    Uuid::parse_str(text).ok().filter(|id| hyphenated && !id.is_nil()).map(|id| id.to_string()).ok_or(EntryProblem::ClientId)
}

/// The name of a file that another issuer's token is read from: a name, never a path. In which folder it lies says the configuration of
/// the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFileName(String);

impl TokenFileName {
    /// Reads a name: 1 to 100 letters, digits, `-`, `_` and `.`, not beginning with a dot.
    ///
    /// # Errors
    /// [`EntryProblem::TokenFile`].
    pub fn parse(typed: &str) -> Result<Self, EntryProblem> {
        let name = typed.trim();
        let fits = (1..=100).contains(&name.len())
            && !name.starts_with('.')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if fits { Ok(Self(name.to_owned())) } else { Err(EntryProblem::TokenFile) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenFileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_trimmed_and_what_is_none_gets_a_hint() {
        let of = |text: &str| client_secret(&SecretString::from(text)).map(|secret| secret.expose_secret().to_owned());
        assert_eq!(of(" \r\n3Nu8Q~abc.def-GHI_~\u{a0}\n").as_deref(), Ok("3Nu8Q~abc.def-GHI_~"));
        assert_eq!(of(" \t"), Err(EntryProblem::Empty));
        assert_eq!(of("3Nu8Q~ab c"), Err(EntryProblem::Space));
        assert_eq!(of("3Nu8Q~ab\nc"), Err(EntryProblem::Space));
        assert_eq!(of("6f9619ff-8b86-d011-b42d-00c04fc964ff"), Err(EntryProblem::LooksLikeId));
        assert_eq!(of(&"x".repeat(513)), Err(EntryProblem::Odd));
        assert_eq!(of("abc\u{7}"), Err(EntryProblem::Odd));
    }

    #[test]
    fn client_ids_and_file_names_are_what_they_should_be() {
        assert_eq!(client_id(" 6F9619FF-8B86-D011-B42D-00C04FC964FF ").as_deref(), Ok("6f9619ff-8b86-d011-b42d-00c04fc964ff"));
        for bad in ["", "contoso", "6f9619ff8b86d011b42d00c04fc964ff", "00000000-0000-0000-0000-000000000000"] {
            assert_eq!(client_id(bad), Err(EntryProblem::ClientId), "{bad}");
        }
        assert_eq!(TokenFileName::parse(" azure-identity-token ").unwrap().as_str(), "azure-identity-token");
        for bad in ["", ".", "..", ".hidden", "../etc/passwd", "/etc/passwd", "a/b", "a\\b", "a\0b", "tokén", &"x".repeat(101)] {
            assert_eq!(TokenFileName::parse(bad), Err(EntryProblem::TokenFile), "{bad}");
        }
    }
}
