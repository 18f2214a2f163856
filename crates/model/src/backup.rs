//! Backup sets: versions of policies that one run captured together, and what of them is certain.

mod file;
mod origin;
mod retention;
mod selection;

pub use file::{BackupFile, FileProtection, LEAST_PASSPHRASE, MOST_FILE_BYTES, MOST_RECIPIENTS};
pub use origin::{ImportRemark, ImportedItem, Layout, Origin, Remark};
pub use retention::{InvalidRetention, Kept, Retention, SetFacts, Why, decide};
pub use selection::{InvalidSelection, MOST_ITEMS, Selection};

use crate::codes::codes;
use crate::coverage::TypeState;
use crate::ids::{BackupSetId, InventoryItemId, PolicyVersionId, RunId, ScheduleId, UserId};
use crate::time::Moment;

codes! {
    /// How far a set is to be trusted.
    BackupStatus {
        /// It is being captured: nothing of it can be used yet.
        Capturing = "capturing",
        /// Everything that it was to hold is in it.
        Complete = "complete",
        /// Something is missing; its certificate says what, and why.
        Partial = "partial",
        /// Nothing of it can be used.
        Failed = "failed",
    }
}

impl BackupStatus {
    /// Whether something can be taken out of it.
    #[must_use]
    pub const fn is_usable(self) -> bool {
        matches!(self, Self::Complete | Self::Partial)
    }
}

codes! {
    /// What is wrong with a stored content.
    ItemProblem {
        /// It is not there.
        Missing = "missing",
        /// It cannot be unpacked.
        Unreadable = "unreadable",
        /// It is not what its hash says.
        Altered = "altered",
    }
}

/// A backup set, without what is in it.
#[derive(Debug, Clone, PartialEq)]
pub struct BackupSet {
    /// Our id.
    pub id: BackupSetId,
    /// What it is called.
    pub name: String,
    /// How far it is to be trusted. A set whose run ended before it was whole is [`BackupStatus::Failed`].
    pub status: BackupStatus,
    /// What it was to hold, in a few words ([`Selection::words`]).
    pub holds: String,
    /// The run that captured it, while that is recorded.
    pub run_id: Option<RunId>,
    /// The schedule that it belongs to.
    pub schedule_id: Option<ScheduleId>,
    /// Who asked for it; `None` for the system.
    pub created_by: Option<UserId>,
    /// Their name, as it was then.
    pub created_by_name: String,
    /// When the capture began.
    pub started_at: Moment,
    /// When it was sealed: all of it is from between the two moments, or was made sure of then.
    pub completed_at: Option<Moment>,
    /// Objects in it.
    pub items: i64,
    /// Size of their contents, uncompressed, in bytes.
    pub bytes: i64,
    /// Objects that are named as missing.
    pub missing: i64,
    /// Objects that are known, were to be in it and are not, named or not. More may be missing: of a type that was never listed nothing is
    /// known.
    pub left_out: i64,
    /// Whether retention leaves it alone, and nobody removes it.
    pub pinned: bool,
    /// Whether a restore or a baseline uses it.
    pub in_use: bool,
    /// The latest verification that came to its end.
    pub verified: Option<Verified>,
    /// Where it was imported from; `None`: it was captured here.
    pub origin: Option<Origin>,
    /// What it is in the tenant's Git mirror, if it is there.
    pub mirrored: Option<Mirrored>,
}

/// A set in a Git mirror.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirrored {
    /// When it was committed.
    pub at: Moment,
    /// The commit.
    pub commit: String,
    /// The run, while that is recorded.
    pub run_id: Option<RunId>,
}

/// What a verification found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// When it ended.
    pub at: Moment,
    /// The run, while that is recorded.
    pub run_id: Option<RunId>,
    /// Objects whose content is not what was stored.
    pub corrupt: i64,
}

/// What a capture read of a resource type, and what of it is in the set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeCertificate {
    /// Key of the resource type.
    pub resource_type: String,
    /// How its reading ended.
    pub state: TypeState,
    /// Code of the failure, where it was one.
    pub failure_code: Option<String>,
    /// Pages of the list that were read.
    pub pages: i64,
    /// Objects in the list.
    pub objects: i64,
    /// Objects whose details were read.
    pub details: i64,
    /// Whether every detail was read, whatever the list told.
    pub every_detail: bool,
    /// Whether every object of the type was to be in the set. Where objects were chosen, only the types to which they refer are wanted
    /// whole: of the others, what the set does not hold may well be in the tenant.
    pub wanted_whole: bool,
    /// Objects in the set.
    pub items: i64,
    /// Size of their contents, uncompressed, in bytes.
    pub bytes: i64,
    /// Objects that are known to be in the tenant, were to be in the set and are not.
    pub left_out: i64,
    /// When its reading ended.
    pub ended_at: Moment,
}

/// An object in a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupItem {
    /// The inventory's item.
    pub item_id: InventoryItemId,
    /// The version that the set holds.
    pub version_id: PolicyVersionId,
    /// Its number.
    pub version: i64,
    /// Key of its resource type.
    pub resource_type: String,
    /// Microsoft's id of it.
    pub object_id: String,
    /// What it was called.
    pub name: String,
    /// Hash of its content.
    pub content_hash: String,
    /// Size of its content, uncompressed, in bytes.
    pub bytes: i64,
    /// When that version was first observed.
    pub captured_at: Moment,
    /// What the latest verification found wrong.
    pub problem: Option<ItemProblem>,
}

/// An object that a set was to hold and does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingItem {
    /// Key of its resource type.
    pub resource_type: String,
    /// Microsoft's id of it.
    pub object_id: String,
    /// What it was called when it was last seen; may be empty.
    pub name: String,
    /// Why: a code of [`crate::failure::Code`].
    pub code: String,
}
