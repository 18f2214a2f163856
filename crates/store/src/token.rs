//! Random tokens that are given away once and kept as a hash.

use secrecy::SecretString;

use crate::db::Result;
use crate::error::StoreError;

/// 32 random bytes, in hexadecimal.
pub(crate) fn new() -> Result<SecretString> {
    let mut bytes = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| StoreError::Corrupt("no randomness"))?;
    Ok(SecretString::from(bytes.iter().map(|b| format!("{b:02x}")).collect::<String>()))
}

/// What is kept of a token.
pub(crate) fn hash(token: &str) -> Vec<u8> {
    blake3::hash(token.as_bytes()).as_bytes().to_vec()
}
