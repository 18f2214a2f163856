//! Passwords of local accounts: Argon2id, off the threads that serve requests, and no faster for people that do not exist.

use std::sync::{Arc, OnceLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

use crate::error::Error;

/// A password has at least this many characters.
pub const MIN_LENGTH: usize = 12;
/// A password has at most this many characters.
pub const MAX_LENGTH: usize = 256;
/// The most bytes that so many characters can have: what is longer is not looked at.
pub const MAX_BYTES: usize = 4 * MAX_LENGTH;
/// How many passwords are checked at once; each takes 19 MiB and tens of milliseconds.
const AT_ONCE: usize = 2;

/// Why a password was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Shorter than [`MIN_LENGTH`].
    #[error("the password needs at least {MIN_LENGTH} characters")]
    TooShort,
    /// Longer than [`MAX_LENGTH`].
    #[error("the password has more than {MAX_LENGTH} characters")]
    TooLong,
    /// What everybody tries first.
    #[error("the password must not be the mail address")]
    MailAddress,
    /// The machine has no memory or no randomness.
    #[error("the password cannot be hashed on this machine")]
    Hashing,
}

impl PasswordError {
    /// As a sentence beside the field.
    pub(crate) fn sentence(self) -> String {
        match self {
            Self::TooShort => format!("A password has at least {MIN_LENGTH} characters."),
            Self::TooLong => format!("A password has at most {MAX_LENGTH} characters."),
            Self::MailAddress => "The mail address is no password: choose something else.".to_owned(),
            Self::Hashing => "The password cannot be kept on this machine.".to_owned(),
        }
    }
}

/// The parameters that OWASP recommends for Argon2id: 19 MiB, two passes, one lane.
fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(19_456, 2, 1, None).map_err(|_| PasswordError::Hashing)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a new password, in PHC form. Takes tens of milliseconds: not on a thread that serves requests.
///
/// # Errors
/// [`PasswordError`] says what is wrong with the password; it never holds it.
pub fn hash_password(password: &SecretString) -> Result<SecretString, PasswordError> {
    let text = password.expose_secret();
    if text.chars().count() < MIN_LENGTH {
        return Err(PasswordError::TooShort);
    }
    if text.chars().count() > MAX_LENGTH {
        return Err(PasswordError::TooLong);
    }
    hash(text)
}

/// As [`hash_password`], for a person with that mail address, which must not be the password.
///
/// # Errors
/// As [`hash_password`].
pub fn hash_password_of(email: &str, password: &SecretString) -> Result<SecretString, PasswordError> {
    if password.expose_secret().trim().to_lowercase() == email {
        return Err(PasswordError::MailAddress);
    }
    hash_password(password)
}

fn hash(text: &str) -> Result<SecretString, PasswordError> {
    let hash = argon2()?.hash_password(text.as_bytes()).map_err(|_| PasswordError::Hashing)?;
    Ok(SecretString::from(hash.to_string()))
}

/// Checks passwords, a few at a time.
#[derive(Debug, Clone)]
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    /// A hash of nothing that anybody knows: what the password of an unknown person is compared with.
    nobody: Arc<OnceLock<Option<SecretString>>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), nobody: Arc::default() }
    }
}

impl Passwords {
    /// Whether the password belongs to the hash. Without a hash (an unknown person, or one without a local password) the answer
    /// is no, after as much work as with one.
    ///
    /// # Errors
    /// When the machine cannot hash.
    pub(crate) async fn check(&self, stored: Option<SecretString>, password: SecretString) -> Result<bool, Error> {
        let failed = || Error::Internal("a password could not be checked".into());
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| failed())?;
        let nobody = Arc::clone(&self.nobody);
        let work = move || {
            let known = stored.is_some();
            let stored = stored.or_else(|| nobody.get_or_init(|| hash("nobody's password").ok()).clone())?;
            let parsed = PasswordHash::new(stored.expose_secret()).ok()?;
            let matches = argon2().ok()?.verify_password(password.expose_secret().as_bytes(), &parsed).is_ok();
            drop(turn);
            Some(matches && known)
        };
        tokio::task::spawn_blocking(work).await.ok().flatten().ok_or_else(failed)
    }

    /// The hash of a person's new password, or what is wrong with it.
    ///
    /// # Errors
    /// When the machine cannot hash.
    pub(crate) async fn hash(&self, email: &str, password: SecretString) -> Result<Result<SecretString, PasswordError>, Error> {
        let failed = || Error::Internal("a password could not be hashed".into());
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| failed())?;
        let email = email.to_owned();
        let work = move || {
            let hashed = hash_password_of(&email, &password);
            drop(turn);
            hashed
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(Err(PasswordError::Hashing)) | Err(_) => Err(failed()),
            Ok(hashed) => Ok(hashed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[test]
    fn a_hash_has_the_agreed_parameters_and_its_own_salt() {
        let (a, b) = (hash_password(&secret("correct horse")).unwrap(), hash_password(&secret("correct horse")).unwrap());
        assert!(a.expose_secret().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_ne!(a.expose_secret(), b.expose_secret());
    }

    #[test]
    fn a_short_password_is_refused() {
        assert_eq!(hash_password(&secret("elevenchars")).unwrap_err(), PasswordError::TooShort);
        assert!(hash_password(&secret("zwölf Zeichen")).is_ok());
        assert!(hash_password(&secret(&"é".repeat(256))).is_ok());
        assert_eq!(hash_password(&secret(&"x".repeat(257))).unwrap_err(), PasswordError::TooLong);
        let of_ada = |text| hash_password_of("ada@example.test", &secret(text)).map(drop);
        assert_eq!(of_ada(" Ada@Example.TEST"), Err(PasswordError::MailAddress));
        assert_eq!(of_ada("ada@example.test!"), Ok(()));
    }

    #[tokio::test]
    async fn only_the_right_password_of_a_known_person_is_accepted() {
        let passwords = Passwords::default();
        let stored = hash_password(&secret("correct horse")).unwrap();
        assert!(passwords.check(Some(stored.clone()), secret("correct horse")).await.unwrap());
        assert!(!passwords.check(Some(stored), secret("correct horsf")).await.unwrap());
        assert!(!passwords.check(None, secret("nobody's password")).await.unwrap());
    }
}
