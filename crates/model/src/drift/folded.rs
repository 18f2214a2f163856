//! Findings that are told together.

use super::Evidence;
use crate::ids::FindingId;
use crate::time::Moment;

/// Findings that show the same of the same property of the same type, and of which nobody is known to have done it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldedFindings {
    /// One of them: what is said of it is said of all.
    pub one: FindingId,
    /// What its object is called.
    pub name: String,
    /// Key of the type.
    pub resource_type: String,
    /// The property.
    pub property: String,
    /// Whether it came; else it went.
    pub came: bool,
    /// A few of the differences of that one.
    pub evidence: Evidence,
    /// How many objects.
    pub objects: i64,
    /// When the last of them was found.
    pub found_at: Moment,
}
