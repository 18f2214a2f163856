//! Secrets at rest: AES-256-GCM with a key that is not in the database. The row's id is authenticated with it, so that a
//! sealed secret cannot be moved to another row.

mod reseal;

pub use reseal::{COLUMNS, KeyUse, Keys, Resealed};

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use secrecy::SecretString;
use uuid::Uuid;

use crate::db::Result;
use crate::error::StoreError;

/// Length of a key, in bytes.
pub const KEY_LEN: usize = 32;
const FORMAT: u8 = 1;

/// The keys. The first seals; all open, so that keys can be rotated.
pub struct Keyring(Vec<(u32, RandomizedNonceKey)>);

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({} keys)", self.0.len())
    }
}

impl Keyring {
    /// A keyring of raw keys of [`KEY_LEN`] bytes, the current one first.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when there is none or one has another length.
    pub fn new<'a>(keys: impl IntoIterator<Item = &'a [u8]>) -> Result<Self> {
        let bad = || StoreError::Unusable(format!("an encryption key must have {KEY_LEN} bytes"));
        let keys: Vec<_> = keys
            .into_iter()
            .map(|key| Ok((key_id(key), RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| bad())?)))
            .collect::<Result<_>>()?;
        if keys.is_empty() { Err(bad()) } else { Ok(Self(keys)) }
    }

    /// A new random key.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn generate_key() -> Result<[u8; KEY_LEN]> {
        let mut key = [0; KEY_LEN];
        aws_lc_rs::rand::fill(&mut key).map_err(|_| StoreError::Corrupt("no randomness"))?;
        Ok(key)
    }

    /// The ids of the keys in hexadecimal digits, the current one first. They tell nothing of the keys.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.0.iter().map(|(id, _)| format!("{id:08x}")).collect()
    }

    /// How everything begins that the current key sealed.
    fn head(&self) -> Result<Vec<u8>> {
        let (id, _) = self.0.first().ok_or(StoreError::Corrupt("no key"))?;
        Ok([&[FORMAT], &id.to_be_bytes()[..]].concat())
    }

    /// `format (1) ‖ key id (4) ‖ nonce (12) ‖ ciphertext and tag`.
    pub(crate) fn seal(&self, row: Uuid, plain: &str) -> Result<Vec<u8>> {
        let (id, key) = self.0.first().ok_or(StoreError::Corrupt("no key"))?;
        let mut sealed = plain.as_bytes().to_vec();
        let nonce = key
            .seal_in_place_append_tag(Aad::from(*row.as_bytes()), &mut sealed)
            .map_err(|_| StoreError::Corrupt("sealing failed"))?;
        Ok([&[FORMAT], &id.to_be_bytes()[..], nonce.as_ref(), &sealed].concat())
    }

    pub(crate) fn open(&self, row: Uuid, sealed: &[u8]) -> Result<SecretString> {
        const WRONG: StoreError = StoreError::Corrupt("a sealed secret cannot be opened with the configured key");
        let (head, rest) = sealed.split_at_checked(5).ok_or(WRONG)?;
        let (nonce, body) = rest.split_at_checked(NONCE_LEN).ok_or(WRONG)?;
        let id = u32::from_be_bytes(head[1..5].try_into().map_err(|_| WRONG)?);
        let key = self.0.iter().find(|(have, _)| head[0] == FORMAT && *have == id).ok_or(WRONG)?;
        let mut body = body.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| WRONG)?;
        let plain = key.1.open_in_place(nonce, Aad::from(*row.as_bytes()), &mut body).map_err(|_| WRONG)?;
        String::from_utf8(plain.to_vec()).map(SecretString::from).map_err(|_| WRONG)
    }
}

/// Names a key without telling it: the first bytes of a hash with a context of its own.
fn key_id(key: &[u8]) -> u32 {
    let hash = blake3::derive_key("TenantAtlas 2026-11 sealed secret key id", key);
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    #[test]
    fn a_secret_opens_only_in_its_row_and_with_its_key() {
        let (a, b) = ([7; KEY_LEN], [8; KEY_LEN]);
        let ring = Keyring::new([&a[..]]).unwrap();
        let row = Uuid::from_u128(1);
        let sealed = ring.seal(row, "canary-secret").unwrap();
        assert!(!sealed.windows(6).any(|w| w == b"canary"));
        assert_eq!(ring.open(row, &sealed).unwrap().expose_secret(), "canary-secret");
        assert!(ring.open(Uuid::from_u128(2), &sealed).is_err());
        assert!(Keyring::new([&b[..]]).unwrap().open(row, &sealed).is_err());
        assert!(Keyring::new([&b[..], &a[..]]).unwrap().open(row, &sealed).is_ok(), "an older key still opens");
        for cut in 0..sealed.len() {
            assert!(ring.open(row, &sealed[..cut]).is_err());
        }
        assert!(Keyring::new([&a[..31]]).is_err());
    }
}
