//! Inventory items: the last observed state of every policy.

use crate::coverage::TypeState;
use crate::ids::{InventoryItemId, RunId, TenantId};
use crate::resource_types::Platform;
use crate::time::Moment;

/// Whether a policy is still there, as far as the latest complete list of its type tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Seen by the latest complete list, or no complete list came after.
    Present,
    /// The latest complete list of its type did not have it.
    Missing,
    /// As `Missing`, but that sync had errors elsewhere: low confidence.
    MissingUnsure,
}

/// A row of the inventory list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryItem {
    /// Our id.
    pub id: InventoryItemId,
    /// The tenant that it belongs to.
    pub tenant_id: TenantId,
    /// Key of its resource type.
    pub resource_type: String,
    /// Microsoft's id of the object, unique within tenant and type.
    pub object_id: String,
    /// Its name; empty when it has none.
    pub name: String,
    /// Its platform.
    pub platform: Platform,
    /// Its concrete `@odata.type`, when the object said it.
    pub odata_type: Option<String>,
    /// When Microsoft says that it was changed.
    pub modified_at: Option<Moment>,
    /// How many assignments it has; `None` when the type has none or they were not read.
    pub assignments: Option<i64>,
    /// Content hash (blake3, hexadecimal) of the state that was last seen.
    pub content_hash: String,
    /// When it was first seen.
    pub first_seen_at: Moment,
    /// When it was last seen.
    pub last_seen_at: Moment,
    /// When its content last changed, as far as we saw.
    pub changed_at: Moment,
    /// The run that last saw it; `None` once that run is no longer recorded.
    pub last_seen_run_id: Option<RunId>,
    /// Whether it is still there.
    pub presence: Presence,
}

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InventoryFilter {
    /// Only these types; empty means all.
    pub types: Vec<String>,
    /// Only this platform.
    pub platform: Option<Platform>,
    /// Only names that contain this text, ASCII case aside.
    pub text: Option<String>,
    /// Only items that are missing (`true`) or present (`false`).
    pub missing: Option<bool>,
}

/// How many items a type has, and how fresh they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeSummary {
    /// Key of the resource type.
    pub resource_type: String,
    /// Items that are present.
    pub items: i64,
    /// Items that are missing.
    pub missing: i64,
    /// When the type was last listed completely.
    pub complete_at: Option<Moment>,
    /// How the latest attempt ended; `None` before the first one.
    pub state: Option<TypeState>,
    /// Code of the failure of the latest attempt, when that failed.
    pub failure_code: Option<String>,
}
