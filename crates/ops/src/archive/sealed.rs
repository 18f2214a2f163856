//! Encryption of exports in the age format, version 1 (<https://age-encryption.org/v1>): for a passphrase, or for the keys of those
//! who may read it. `age` and its relatives open what is written here, and the other way round.
//!
//! On the primitives that the product has already; only scrypt comes from elsewhere. Of the kinds of recipients X25519 and scrypt are
//! known; others (SSH keys, plugins) are passed over as the format asks.

mod bech32;
mod header;
mod stream;

use std::io::{self, Read as _, Write};

use secrecy::SecretString;

use super::refusal::{ArchiveError, Refusal, Why};
use super::source::ReadSeek;
pub(super) use stream::SealedWriter;

/// What every file of the format begins with.
pub(super) const BEGINNING: &[u8; 22] = b"age-encryption.org/v1\n";

/// The public half of somebody's key: `age1…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient([u8; 32]);

/// Somebody's key: `AGE-SECRET-KEY-1…`.
#[derive(Clone)]
pub struct Identity([u8; 32]);

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(…)")
    }
}

/// A text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a key of age: {0}")]
pub struct InvalidKey(&'static str);

impl std::str::FromStr for Recipient {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        key(text, "age").map(Self)
    }
}

impl std::str::FromStr for Identity {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        key(text, "age-secret-key-").map(Self)
    }
}

impl Identity {
    /// The first identity in a file as age-keygen writes it: one a line, `#` before remarks.
    ///
    /// # Errors
    /// When there is none.
    pub fn from_file(text: &str) -> Result<Self, InvalidKey> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.next().ok_or(InvalidKey("the file holds none"))?.parse()
    }

    /// Its public half.
    ///
    /// # Errors
    /// When the number is none that X25519 takes.
    pub fn recipient(&self) -> Result<Recipient, InvalidKey> {
        header::public(&self.0).map(Recipient).ok_or(InvalidKey("not a number that X25519 takes"))
    }
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&bech32::encode("age", &self.0))
    }
}

fn key(text: &str, kind: &str) -> Result<[u8; 32], InvalidKey> {
    let (found, bytes) = bech32::decode(text).ok_or(InvalidKey("mistyped, or cut off"))?;
    if found != kind {
        return Err(InvalidKey("of another kind"));
    }
    bytes.try_into().map_err(|_| InvalidKey("of another length"))
}

/// For whom an export is encrypted.
#[derive(Debug, Clone)]
pub enum Lock {
    /// For everybody who knows the passphrase.
    Passphrase(SecretString),
    /// For the holders of any of these keys; at least one.
    Recipients(Vec<Recipient>),
}

/// What opens an encrypted export.
#[derive(Debug, Clone)]
pub enum Key {
    /// The passphrase.
    Passphrase(SecretString),
    /// A key.
    Identity(Identity),
}

/// Begins an encrypted file.
pub(super) fn seal<W: Write>(mut out: W, lock: &Lock) -> io::Result<SealedWriter<W>> {
    let (text, payload) = header::make(lock)?;
    out.write_all(&text)?;
    Ok(SealedWriter::new(out, payload))
}

/// Opens an encrypted file: what is in it, to be read at any place. Each piece is checked when it is read.
pub(super) fn open(mut reader: Box<dyn ReadSeek>, key: Option<&Key>) -> Result<stream::SealedReader, ArchiveError> {
    let refused = |why| Refusal::whole(Why::Sealed(why));
    let mut text = Vec::new();
    // A header has a line or two for each recipient.
    (&mut reader).take(header::LONGEST).read_to_end(&mut text)?;
    let key = key.ok_or_else(|| refused("a passphrase or a key is needed"))?;
    let (payload, begins) = header::unlock(&text, key).map_err(refused)?;
    stream::SealedReader::open(reader, payload, begins)
}

#[cfg(test)]
mod tests;
