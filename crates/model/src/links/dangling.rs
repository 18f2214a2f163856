//! References that lead nowhere, and objects that nobody uses.

use super::{LinkEnd, LinkKind};
use crate::codes::codes;
use crate::ids::InventoryItemId;
use crate::time::Moment;

/// A reference to something that does not exist. It is told only where everything of the kind that exists was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dangling {
    /// The item that refers.
    pub item: InventoryItemId,
    /// Its name; may be empty.
    pub name: String,
    /// Key of its resource type.
    pub resource_type: String,
    /// Microsoft's id of it.
    pub object_id: String,
    /// In what way it refers.
    pub kind: LinkKind,
    /// JSON Pointer to the text that holds the id.
    pub pointer: String,
    /// What it refers to.
    pub end: LinkEnd,
    /// Whether what exists was read after the reference was observed. Where it was not, what is referred to may have been made in
    /// between: the next reading tells.
    pub confirmed: bool,
    /// Up to when both are known, it and what exists.
    pub as_of: Moment,
}

codes! {
    /// In what way nobody uses an object.
    OrphanKind {
        /// A policy that is assigned to nobody, and that nothing refers to.
        Unassigned = "unassigned",
        /// An assignment filter that no assignment uses.
        UnusedFilter = "unused_filter",
        /// A scope tag that nothing carries.
        UnusedScopeTag = "unused_scope_tag",
    }
}

impl OrphanKind {
    /// In words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unassigned => "Assigned to nobody",
            Self::UnusedFilter => "Unused filters",
            Self::UnusedScopeTag => "Unused scope tags",
            Self::Unknown => "Unknown",
        }
    }

    /// The key of the type whose objects are looked for; `None`: of all that are assigned.
    #[must_use]
    pub const fn resource_type(self) -> Option<&'static str> {
        match self {
            Self::UnusedFilter => Some("assignment_filter"),
            Self::UnusedScopeTag => Some("scope_tag"),
            Self::Unassigned | Self::Unknown => None,
        }
    }
}

/// An object that nobody uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// The item.
    pub item: InventoryItemId,
    /// Its name; may be empty.
    pub name: String,
    /// Key of its resource type.
    pub resource_type: String,
    /// Microsoft's id.
    pub object_id: String,
    /// In what way.
    pub kind: OrphanKind,
    /// Whether everything that could use it was read after it was first seen.
    pub confirmed: bool,
    /// Up to when both are known, it and what could use it.
    pub as_of: Moment,
}

/// What became of a reference that led nowhere, or of an object that nobody used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The object is gone.
    Gone,
    /// What is referred to is there, the object does not refer to it any more, or somebody uses it.
    Mended,
    /// Nothing shows that it was mended.
    Unknown,
}

codes! {
    /// Why it cannot be told whether something exists, or is used.
    WhyUntold {
        /// Nothing of it was read completely.
        NotRead = "not_read",
        /// A list was read, but not every object of it.
        NotWhole = "not_whole",
        /// Microsoft's list leaves objects out.
        ListLeavesOut = "list_leaves_out",
        /// Such objects are not kept here under the ids by which they are referred to.
        NotKept = "not_kept",
    }
}

/// Something of which it cannot be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// Key of the type.
    pub resource_type: String,
    /// Why.
    pub why: WhyUntold,
}

/// What can be told: of dangling references by what is referred to, of orphans by what could use them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Telling {
    /// Keys of the types of which it can be told.
    pub told: Vec<String>,
    /// The others, with the reason.
    pub untold: Vec<Untold>,
    /// Items whose links are not made yet, or were made by another version: what they refer to is not known.
    pub waiting: i64,
}
