//! Pauses: what is not claimed for now. What runs goes on; what is queued waits and loses nothing.

use crate::ids::TenantId;
use crate::operations::Operation;
use crate::time::Moment;

/// What is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PauseTarget {
    /// A type of operation, in the whole workspace.
    Operation(Operation),
    /// Every operation of a tenant.
    Tenant(TenantId),
}

/// A pause in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// What is paused; `None` for a type that this version does not know.
    pub target: Option<PauseTarget>,
    /// Name of who paused it, as it was then.
    pub by: String,
    /// Why, in their words; may be empty.
    pub reason: String,
    /// Since when.
    pub since: Moment,
}
