//! Links as they are shown: what stands at their ends.

use super::LinkKind;
use crate::codes::codes;
use crate::ids::InventoryItemId;
use crate::restore::Reference;

codes! {
    /// What is known of an object that is referred to.
    EndState {
        /// It is there.
        Present = "present",
        /// It was there, and is no longer.
        Gone = "gone",
        /// Objects of its kind are kept here, and it is not among them.
        Unresolved = "unresolved",
        /// Objects of its kind are not kept here under such ids.
        NotKept = "not_kept",
    }
}

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkEnd {
    /// What is referred to.
    pub to: Reference,
    /// What is known of it.
    pub state: EndState,
    /// Its name, where it is known; may be empty.
    pub name: Option<String>,
    /// Its item, where it is in the inventory.
    pub item: Option<InventoryItemId>,
    /// The key of its type, which is narrower than the reference's where a collection holds several types.
    pub resource_type: String,
}

/// Something that an object uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkUse {
    /// In what way.
    pub kind: LinkKind,
    /// What it leads to.
    pub end: LinkEnd,
    /// JSON Pointer to the text that holds the id.
    pub pointer: String,
}

/// An object that uses another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkUser {
    /// The item.
    pub item: InventoryItemId,
    /// Its name; may be empty.
    pub name: String,
    /// Key of its resource type.
    pub resource_type: String,
    /// In what way.
    pub kind: LinkKind,
    /// JSON Pointer to the text that holds the id.
    pub pointer: String,
    /// The filter of the same assignment, and what it does.
    pub filter: Option<(LinkKind, LinkEnd)>,
}
