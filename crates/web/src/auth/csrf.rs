//! Tokens against forged forms: derived from a secret that only the browser with the cookie has.
//!
//! Each page gets another text for the same secret (a nonce is mixed in), so that nothing secret stays the same in compressed
//! answers that somebody else can provoke.

use secrecy::{ExposeSecret as _, SecretString};

use super::random::{hex, random};
use crate::error::Error;

/// Length of the nonce in bytes.
const NONCE: usize = 8;
const CONTEXT: &str = "TenantAtlas 2026 form token v1";

fn derive(secret: &SecretString, nonce: &[u8]) -> blake3::Hash {
    let key = blake3::derive_key(CONTEXT, secret.expose_secret().as_bytes());
    blake3::keyed_hash(&key, nonce)
}

/// A token for the forms of one page: nonce and keyed hash, in hexadecimal, 80 characters.
///
/// # Errors
/// When the machine has no randomness.
pub(crate) fn token(secret: &SecretString) -> Result<String, Error> {
    let nonce: [u8; NONCE] = random()?;
    Ok(format!("{}{}", hex(&nonce), derive(secret, &nonce).to_hex()))
}

/// Whether the token was made for that secret. Compares in constant time.
pub(crate) fn verify(secret: &SecretString, token: &str) -> bool {
    let Some((nonce, hash)) = token.split_at_checked(NONCE * 2) else { return false };
    let (Some(nonce), Ok(hash)) = (unhex(nonce), blake3::Hash::from_hex(hash)) else { return false };
    derive(secret, &nonce) == hash
}

fn unhex(text: &str) -> Option<[u8; NONCE]> {
    let mut bytes = [0_u8; NONCE];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_session_only() {
        let (mine, theirs) = (SecretString::from("a".repeat(64)), SecretString::from("b".repeat(64)));
        let token = token(&mine).unwrap();
        assert!(verify(&mine, &token));
        assert!(!verify(&theirs, &token));
        for bad in ["", "00", &token[1..], &token.replace(|c: char| c.is_ascii_digit(), "f"), "é".repeat(40).as_str()] {
            assert!(bad == token || !verify(&mine, bad), "{bad}");
        }
    }

    #[test]
    fn two_pages_of_a_session_do_not_share_their_text() {
        let secret = SecretString::from("a".repeat(64));
        assert_ne!(token(&secret).unwrap(), token(&secret).unwrap());
    }
}
