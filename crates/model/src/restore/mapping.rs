//! What the references of wanted objects become in the tenant that is written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::codes::codes;

/// Something that an object refers to by id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reference {
    /// Key of the resource type: `group`, `assignment_filter`, `scope_tag`, `directory_role`, …
    pub resource_type: String,
    /// Microsoft's id of it in the tenant that the object is from.
    pub id: String,
}

/// What a reference becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Target {
    /// An object of the tenant, by Microsoft's id; also the same one.
    Object {
        /// Its id.
        id: String,
    },
    /// What an item of the same plan makes; its id is known when that is done.
    Planned {
        /// The item's number.
        item: u32,
    },
    /// The one assignment that refers to it is left out. Never for a reference whose loss makes an assignment reach further: an
    /// excluded group, a filter.
    Dropped {
        /// Why, in the words of whoever decided.
        reason: String,
    },
}

codes! {
    /// Who says what a reference becomes.
    MappingOrigin {
        /// It is the same tenant and the same id, and the cache knows it.
        SameId = "same_id",
        /// It is an item of the plan.
        Plan = "plan",
        /// Something of the same name or the same rule: a suggestion, which counts for nothing until a person takes it.
        Suggested = "suggested",
        /// A person.
        Person = "person",
    }
}

/// What was decided of every reference. What is not in it is unresolved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping(pub BTreeMap<Reference, Target>);
