//! Parts of a file: AES-256-GCM with a key of that file. File and number are authenticated with each, so that no part can stand in
//! for another.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use uuid::Uuid;

use crate::db::Result;
use crate::error::StoreError;
use crate::sealed::{KEY_LEN, Keyring};

/// Bytes of each part but the last.
pub const PART_BYTES: usize = 256 << 10;

const WRONG: StoreError = StoreError::Corrupt("a part of a file cannot be opened");

/// The key of a file.
#[derive(Clone)]
pub(super) struct PartKey([u8; KEY_LEN]);

impl PartKey {
    pub(super) fn generate() -> Result<Self> {
        Keyring::generate_key().map(Self)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        bytes.try_into().map(Self).map_err(|_| WRONG)
    }

    pub(super) const fn bytes(&self) -> &[u8; KEY_LEN] {
        &self.0
    }

    fn key(&self) -> Result<RandomizedNonceKey> {
        RandomizedNonceKey::new(&AES_256_GCM, &self.0).map_err(|_| WRONG)
    }

    /// `nonce (12) ‖ ciphertext and tag`.
    pub(super) fn close(&self, file: Uuid, number: i64, plain: &[u8]) -> Result<Vec<u8>> {
        let mut sealed = plain.to_vec();
        let nonce = self.key()?.seal_in_place_append_tag(place(file, number), &mut sealed).map_err(|_| WRONG)?;
        Ok([nonce.as_ref().as_slice(), &sealed].concat())
    }

    pub(super) fn open(&self, file: Uuid, number: i64, sealed: &[u8]) -> Result<Vec<u8>> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(WRONG)?;
        let mut body = body.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| WRONG)?;
        let plain = self.key()?.open_in_place(nonce, place(file, number), &mut body).map_err(|_| WRONG)?.len();
        body.truncate(plain);
        Ok(body)
    }
}

fn place(file: Uuid, number: i64) -> Aad<Vec<u8>> {
    Aad::from([file.as_bytes().as_slice(), &number.to_be_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_opens_only_in_its_place_with_its_key() {
        let (key, other) = (PartKey([1; KEY_LEN]), PartKey([2; KEY_LEN]));
        let file = Uuid::from_u128(1);
        let sealed = key.close(file, 3, b"canary").unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"canary"));
        assert_eq!(key.open(file, 3, &sealed).unwrap(), b"canary");
        assert!(key.open(file, 4, &sealed).is_err());
        assert!(key.open(Uuid::from_u128(2), 3, &sealed).is_err());
        assert!(other.open(file, 3, &sealed).is_err());
        assert!(key.open(file, 3, &sealed[..sealed.len() - 1]).is_err());
    }
}
