//! People who can sign in.

use crate::ids::UserId;

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// What they sign in with, lower case.
    pub email: String,
    /// What they are called.
    pub name: String,
}

/// A mail address that cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a mail address: it needs one @ with text around it, no spaces, at most 254 characters")]
pub struct InvalidEmail;

/// The form in which a mail address is stored and compared: trimmed, lower case.
///
/// # Errors
/// [`InvalidEmail`] unless it has one `@` with text on both sides, no white space or control character, and at most 254 characters.
pub fn normal_email(text: &str) -> Result<String, InvalidEmail> {
    let email = text.trim().to_lowercase();
    let parts: Vec<&str> = email.split('@').collect();
    let odd = email.len() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control());
    if odd || parts.len() != 2 || parts.iter().any(|part| part.is_empty()) { Err(InvalidEmail) } else { Ok(email) }
}
