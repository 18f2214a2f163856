//! What is sealed with a file: the key of its parts, and what closes or opens the archive in it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::backup::FileProtection;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use super::part::PartKey;
use crate::db::Result;
use crate::error::StoreError;
use crate::sealed::Keyring;

/// How an export is to be closed.
#[derive(Debug, Clone)]
pub enum FileLock {
    /// Not at all; with the texts of scripts, or without.
    Open {
        /// Whether the texts of scripts are included.
        scripts: bool,
    },
    /// With a passphrase.
    Passphrase(SecretString),
    /// For the holders of these public keys (`age1…`).
    Recipients(Vec<String>),
}

impl FileLock {
    /// The same without secrets.
    #[must_use]
    pub const fn protection(&self) -> FileProtection {
        match self {
            Self::Open { scripts: false } => FileProtection::Open,
            Self::Open { scripts: true } => FileProtection::OpenWithScripts,
            Self::Passphrase(_) => FileProtection::Passphrase,
            Self::Recipients(_) => FileProtection::Recipients,
        }
    }

    fn to_stored(&self) -> Value {
        match self {
            Self::Open { scripts } => json!({ "scripts": scripts }),
            Self::Passphrase(phrase) => json!({ "passphrase": phrase.expose_secret() }),
            Self::Recipients(keys) => json!({ "recipients": keys }),
        }
    }

    fn stored(value: &Value) -> Option<Self> {
        if let Some(phrase) = value.get("passphrase") {
            return Some(Self::Passphrase(SecretString::from(phrase.as_str()?.to_owned())));
        }
        if let Some(keys) = value.get("recipients") {
            let keys: Option<Vec<String>> = keys.as_array()?.iter().map(|key| key.as_str().map(str::to_owned)).collect();
            return Some(Self::Recipients(keys?));
        }
        Some(Self::Open { scripts: value.get("scripts")?.as_bool()? })
    }
}

/// What opens an archive that was sent.
#[derive(Debug, Clone)]
pub enum FileKey {
    /// The passphrase.
    Passphrase(SecretString),
    /// A key (`AGE-SECRET-KEY-1…`).
    Identity(SecretString),
}

impl FileKey {
    fn to_stored(&self) -> Value {
        match self {
            Self::Passphrase(phrase) => json!({ "passphrase": phrase.expose_secret() }),
            Self::Identity(key) => json!({ "identity": key.expose_secret() }),
        }
    }

    fn stored(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(|text| SecretString::from(text.to_owned()));
        text("passphrase").map(Self::Passphrase).or_else(|| text("identity").map(Self::Identity))
    }
}

/// The sealed secret of a file, opened.
pub(super) struct Secret {
    pub(super) parts: PartKey,
    archive: Value,
}

impl Secret {
    /// Of an export.
    pub(super) fn of_lock(lock: &FileLock) -> Result<Self> {
        Ok(Self { parts: PartKey::generate()?, archive: lock.to_stored() })
    }

    /// Of what is sent.
    pub(super) fn of_key(key: Option<&FileKey>) -> Result<Self> {
        Ok(Self { parts: PartKey::generate()?, archive: key.map_or(Value::Null, FileKey::to_stored) })
    }

    /// The same without what closes or opens the archive.
    pub(super) fn without_archive(self) -> Self {
        Self { archive: Value::Null, ..self }
    }

    pub(super) fn lock(&self) -> Option<FileLock> {
        FileLock::stored(&self.archive)
    }

    pub(super) fn key(&self) -> Option<FileKey> {
        FileKey::stored(&self.archive)
    }

    pub(super) fn seal(&self, keyring: &Keyring, file: Uuid) -> Result<Vec<u8>> {
        let text = json!({ "parts": STANDARD.encode(self.parts.bytes()), "archive": self.archive }).to_string();
        keyring.seal(file, &text)
    }

    pub(super) fn open(keyring: &Keyring, file: Uuid, sealed: &[u8]) -> Result<Self> {
        const WRONG: StoreError = StoreError::Corrupt("the sealed secret of a file");
        let text = keyring.open(file, sealed)?;
        let value: Value = serde_json::from_str(text.expose_secret()).map_err(|_| WRONG)?;
        let parts = value.get("parts").and_then(Value::as_str).and_then(|text| STANDARD.decode(text).ok()).ok_or(WRONG)?;
        Ok(Self { parts: PartKey::from_bytes(&parts)?, archive: value.get("archive").cloned().unwrap_or(Value::Null) })
    }
}
