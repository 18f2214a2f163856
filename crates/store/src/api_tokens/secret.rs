//! The text of a token: `tat_` and 43 characters of base64url, of which the last six come from a checksum.
//!
//! The checksum tells a text that was cut or mistyped from one of ours without asking the database; it proves nothing. What cannot
//! be guessed are the 224 random bits before it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};

use crate::db::Result;
use crate::error::StoreError;

const PREFIX: &str = "tat_";
/// Characters after the prefix.
const LENGTH: usize = 43;
const RANDOM: usize = 28;
const CHECK: usize = 4;
const CONTEXT: &str = "TenantAtlas 2026 API token checksum v1";

fn checksum(random: &[u8]) -> [u8; CHECK] {
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    hasher.update(random);
    let mut check = [0; CHECK];
    hasher.finalize_xof().fill(&mut check);
    check
}

/// A new secret.
pub(super) fn generate() -> Result<SecretString> {
    let mut bytes = [0_u8; RANDOM + CHECK];
    aws_lc_rs::rand::fill(&mut bytes[..RANDOM]).map_err(|_| StoreError::Corrupt("no randomness"))?;
    let check = checksum(&bytes[..RANDOM]);
    bytes[RANDOM..].copy_from_slice(&check);
    Ok(SecretString::from(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))))
}

/// Whether the text can be a token of ours.
pub(super) fn is_ours(secret: &SecretString) -> bool {
    let Some(rest) = secret.expose_secret().strip_prefix(PREFIX).filter(|rest| rest.len() == LENGTH) else { return false };
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(rest) else { return false };
    let Some((random, check)) = bytes.split_at_checked(RANDOM) else { return false };
    checksum(random) == check
}

/// What is stored in place of the secret.
pub(super) fn hash(secret: &SecretString) -> Vec<u8> {
    blake3::hash(secret.expose_secret().as_bytes()).as_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_token_can_be_ours() {
        let good = generate().unwrap();
        let text = good.expose_secret();
        assert_eq!(text.len(), PREFIX.len() + LENGTH);
        assert!(is_ours(&good));
        assert_ne!(generate().unwrap().expose_secret(), text);
        for end in 0..text.len() {
            assert!(!is_ours(&SecretString::from(&text[..end])), "cut at {end}");
        }
        for at in 0..text.len() {
            let mut other = text.as_bytes().to_vec();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            assert!(!is_ours(&SecretString::from(String::from_utf8(other).unwrap())), "changed at {at}");
        }
        for bad in [format!("{text}A"), format!(" {text}"), text.replace("tat_", "TAT_"), "tat_é".repeat(9), String::new()] {
            assert!(!is_ours(&SecretString::from(bad)));
        }
    }
}
