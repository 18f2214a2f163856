//! Files with backup sets, on their way out or in.

use crate::codes::codes;
use crate::ids::{BackupFileId, RunId};
use crate::time::Moment;

/// The most bytes of a file that is fetched or sent.
pub const MOST_FILE_BYTES: u64 = 512 << 20;
/// The fewest characters of a passphrase.
pub const LEAST_PASSPHRASE: usize = 12;
/// The most keys for which an export is encrypted at once.
pub const MOST_RECIPIENTS: usize = 20;

codes! {
    /// Whether a file can be read by everybody who has it.
    FileProtection {
        /// It can; secrets and the texts of scripts are left out.
        Open = "open",
        /// It can; secrets are left out, the texts of scripts are in it.
        OpenWithScripts = "open_with_scripts",
        /// By whoever knows the passphrase.
        Passphrase = "passphrase",
        /// By the holders of some keys.
        Recipients = "recipients",
    }
}

impl FileProtection {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Open => "Not encrypted, without secrets and scripts",
            Self::OpenWithScripts => "Not encrypted, with scripts, without secrets",
            Self::Passphrase => "Encrypted with a passphrase",
            Self::Recipients => "Encrypted for holders of keys",
            Self::Unknown => "Protected in a way that this version does not know",
        }
    }
}

/// A file with an exported set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFile {
    /// Its id.
    pub id: BackupFileId,
    /// How it is protected.
    pub protection: FileProtection,
    /// The run that writes it, while that is recorded.
    pub run_id: Option<RunId>,
    /// Who asked for it; empty when they are not known any more.
    pub created_by: String,
    /// When it was asked for.
    pub created_at: Moment,
    /// When it goes.
    pub expires_at: Moment,
    /// When it was whole; until then it cannot be fetched.
    pub completed_at: Option<Moment>,
    /// Its size.
    pub bytes: i64,
}
