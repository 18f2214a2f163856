//! `manifest.json`: what an export holds, and the hashes that prove it.

use serde::{Deserialize, Serialize};

use model::coverage::TypeState;
use model::time::Moment;

use super::refusal::{Refusal, Why};

/// The name of the manifest.
pub(super) const MANIFEST: &str = "manifest.json";
/// The name of the format.
pub(super) const FORMAT: &str = "tenantatlas-backup";
/// The version that is written. Readers take it and all before.
pub(super) const VERSION: u32 = 1;

/// What an export says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`] of the one that wrote it.
    pub version: u32,
    /// The tenant.
    pub tenant: TenantLine,
    /// The backup set.
    pub set: SetLine,
    /// When it was exported.
    pub exported_at: Moment,
    /// What was done with secrets.
    pub(super) secrets: Secrets,
    /// What was read of each type.
    pub coverage: Vec<Certificate>,
    /// Objects that the set was to hold and does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingLine>,
    /// The objects, in the order of their types and ids.
    pub files: Vec<FileLine>,
}

/// The tenant that an export is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantLine {
    /// Microsoft's id of it.
    pub entra_id: String,
    /// Its name here.
    pub name: String,
}

/// The backup set that an export is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was captured.
    pub captured_at: Moment,
    /// Whether all was read that was asked for.
    pub complete: bool,
}

/// What was done with secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Secrets {
    /// They were left out, scripts as well.
    Withheld,
    /// They were left out, but not the texts of scripts.
    ScriptsIncluded,
    /// They are in it, as far as Microsoft gives them out; the export is encrypted.
    Included,
}

/// What was read of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Key of the type.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// How reading ended: a code of [`TypeState`].
    pub state: String,
    /// Whether the whole list was asked for, and not some objects of it: only then is absence a sign.
    pub whole: bool,
    /// Objects in the list.
    pub objects: u64,
    /// Pages of the list.
    pub pages: u64,
    /// Code of the failure, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// When reading ended.
    pub read_at: Moment,
}

impl Certificate {
    /// Whether an object that is not in the set is not in the tenant.
    #[must_use]
    pub fn proves_absence(&self) -> bool {
        self.whole && TypeState::from_code(&self.state) == TypeState::Complete
    }
}

/// An object that a set was to hold and does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingLine {
    /// Key of its type.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// Microsoft's id of it.
    pub id: String,
    /// What it was called when it was last seen.
    pub name: String,
    /// Why: the code of a failure.
    pub code: String,
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileLine {
    /// Its path.
    pub path: String,
    /// Key of the object's type.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// Microsoft's id of the object.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// When this state of it was observed.
    pub captured_at: Moment,
    /// Hash of the content in the file: blake3 of the canonical JSON without what is volatile. It is the one in the product, unless
    /// secrets were withheld: the hash of a content with a secret would let anybody try guesses at it.
    pub hash: String,
    /// How many secrets were withheld.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub withheld: usize,
    /// Values that Microsoft masks in it; only where [`Secrets::Included`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<SecretLine>,
    /// Properties of the top level that are volatile and no part of the content.
    pub volatile: Vec<String>,
    /// Bytes of the file.
    pub bytes: u64,
    /// blake3 of its bytes.
    pub file_hash: String,
}

/// A value that Microsoft masks in an object, as it was fetched. It leaves encrypted only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretLine {
    /// By what Microsoft knows the value.
    pub handle: String,
    /// Where in the object it is, for people.
    pub place: String,
    /// The value.
    pub value: String,
}

impl std::fmt::Debug for SecretLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretLine").field("place", &self.place).finish_non_exhaustive()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// When it is none of ours, or newer.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        #[derive(Deserialize)]
        struct Beginning {
            format: String,
            version: u32,
        }
        let refused = |error: serde_json::Error| Refusal::of(MANIFEST, Why::Manifest(error.to_string()));
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let beginning: Beginning = serde_json::from_slice(bytes).map_err(refused)?;
        if beginning.format != FORMAT {
            return Err(Refusal::of(MANIFEST, Why::Manifest("it is of another format".to_owned())));
        }
        if beginning.version > VERSION || beginning.version == 0 {
            return Err(Refusal::of(MANIFEST, Why::Newer(beginning.version, VERSION)));
        }
        serde_json::from_slice(bytes).map_err(refused)
    }
}
