//! Where the wanted state comes from, and how much of an object is wanted.

use serde::{Deserialize, Serialize};

use crate::ids::{BackupSetId, InventoryItemId, RestoreId, TenantId};
use crate::time::Moment;

/// Where the wanted state comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Source {
    /// A backup set, captured here or imported, of this tenant or of another one of the workspace.
    BackupSet {
        /// The set.
        set: BackupSetId,
    },
    /// One version of one policy.
    Version {
        /// The item of the inventory.
        item: InventoryItemId,
        /// The version's number.
        number: i64,
    },
    /// A tenant as it was observed to be at a moment: this one, or another one of the workspace.
    Instant {
        /// The tenant that is the model.
        tenant: TenantId,
        /// When.
        at: Moment,
    },
    /// What another restore of this tenant wrote over, by its safety snapshot.
    Undo {
        /// The other restore.
        restore: RestoreId,
    },
}

/// How much of an object is put back. What is not part of it stays as it is in the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Part {
    /// All of it.
    #[default]
    Whole,
    /// All but the assignments.
    Content,
    /// The assignments only.
    Assignments,
    /// Some properties of the top level, by Graph's names, sorted; at least one.
    Properties {
        /// Their names.
        names: Vec<String>,
    },
}
