//! Where an imported set comes from.

use serde::{Deserialize, Serialize};

use super::BackupStatus;
use crate::codes::codes;
use crate::time::Moment;

codes! {
    /// Who made the export that a set was imported from.
    Layout {
        /// This product.
        Ours = "tenantatlas",
        /// IntuneCD.
        IntuneCd = "intune_cd",
        /// IntuneManagement.
        IntuneManagement = "intune_management",
        /// IntuneBackupAndRestore.
        IntuneBackupAndRestore = "intune_backup_and_restore",
    }
}

impl Layout {
    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ours => "TenantAtlas",
            Self::IntuneCd => "IntuneCD",
            Self::IntuneManagement => "IntuneManagement",
            Self::IntuneBackupAndRestore => "IntuneBackupAndRestore",
            Self::Unknown => "an export",
        }
    }
}

codes! {
    /// What a line of an import's report says of a file.
    Remark {
        /// It is not what it should be: missing, changed, damaged.
        Wrong = "wrong",
        /// It was not understood, or is nothing to import.
        Left = "left",
        /// It was understood, with something to know about it.
        Note = "note",
    }
}

/// What is known of an imported set beside its objects. Until the set is sealed nothing is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Origin {
    /// A code of [`Layout`].
    pub layout: String,
    /// Microsoft's id of the tenant that it was captured in, where the export says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entra_id: Option<String>,
    /// That tenant's name, where the export says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The set's name there, where the export says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<String>,
    /// When it was captured, where the export says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<Moment>,
    /// Whether the export says that it is complete.
    pub complete: bool,
    /// Files in the export.
    pub files: u64,
    /// Files that are not what they should be.
    pub wrong: u64,
    /// Files that were left out.
    pub left: u64,
    /// Files with something to know about them.
    pub notes: u64,
    /// Objects from which secrets were withheld when they were exported.
    pub withheld: u64,
}

impl Origin {
    /// As it is stored; `None` when it cannot be read.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// Who made the export.
    #[must_use]
    pub fn layout(&self) -> Layout {
        Layout::from_code(&self.layout)
    }

    /// How far a set with so many objects is to be trusted. Complete is only one whose export says so, and of which nothing is wrong,
    /// left out, missing or withheld. What other tools export never says so.
    #[must_use]
    pub const fn status(&self, items: i64, missing: i64) -> BackupStatus {
        let whole = self.complete && self.wrong == 0 && self.left == 0 && self.withheld == 0 && missing == 0;
        match (items, whole) {
            (_, true) => BackupStatus::Complete,
            (0, false) => BackupStatus::Failed,
            _ => BackupStatus::Partial,
        }
    }
}

/// A line of an import's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRemark {
    /// Its number, from 1 in the order in which they were found.
    pub number: i64,
    /// What it says.
    pub remark: Remark,
    /// The file, as the export calls it.
    pub file: String,
    /// In words.
    pub words: String,
}

/// An object of an imported set. It was never observed in the tenant and is no version of what is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedItem {
    /// Our id of it.
    pub id: crate::ids::ThingId,
    /// Key of its resource type.
    pub resource_type: String,
    /// Microsoft's id of it, or what stands for it.
    pub object_id: String,
    /// Whether the export has no id, so that one was made.
    pub id_was_made: bool,
    /// What it is called.
    pub name: String,
    /// Hash of its content.
    pub content_hash: String,
    /// Size of its content, uncompressed, in bytes.
    pub bytes: i64,
    /// When it was observed, where the export says.
    pub captured_at: Option<Moment>,
    /// Whether secrets were withheld when it was exported.
    pub withheld: bool,
    /// What the latest verification found wrong.
    pub problem: Option<super::ItemProblem>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_so_and_lacks_nothing_is_complete() {
        let whole = Origin { layout: Layout::Ours.code().to_owned(), complete: true, ..Origin::default() };
        assert_eq!(whole.status(3, 0), BackupStatus::Complete);
        assert_eq!(whole.status(0, 0), BackupStatus::Complete, "a set of nothing");
        assert_eq!(whole.status(3, 1), BackupStatus::Partial);
        for lacking in [
            Origin { complete: false, ..whole.clone() },
            Origin { wrong: 1, ..whole.clone() },
            Origin { left: 1, ..whole.clone() },
            Origin { withheld: 1, ..whole.clone() },
        ] {
            assert_eq!((lacking.status(3, 0), lacking.status(0, 0)), (BackupStatus::Partial, BackupStatus::Failed));
        }
        assert_eq!(Origin { notes: 2, ..whole }.status(1, 0), BackupStatus::Complete);
        assert_eq!(Origin::stored(&serde_json::json!(Origin::default())), Some(Origin::default()));
        assert_eq!(Origin::default().layout(), Layout::Unknown);
    }
}
