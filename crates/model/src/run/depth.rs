//! How much is in the queue.

use crate::operations::Operation;
use crate::time::Moment;

/// What of a type is queued or running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueDepth {
    /// The stored type code; `operation` is `None` when this version does not know it.
    pub type_code: String,
    /// The catalogue's entry for the type code.
    pub operation: Option<Operation>,
    /// How many wait.
    pub queued: u64,
    /// How many run.
    pub running: u64,
    /// Since when the oldest of those that wait does.
    pub oldest: Option<Moment>,
}
