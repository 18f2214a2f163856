//! What the references of wanted objects become in the tenant that is written.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::json::Json;
use crate::references::{FoundReference, references, walk};
use crate::resource_types::ResourceType;

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

impl Mapping {
    /// The same, and what is wanted to refer to as the live object does already: whatever the inventory knows of it (it lists no apps that
    /// nobody assigned, and maybe no groups), it is what that id means in this tenant. `live` is of the tenant that the object is from.
    #[must_use]
    pub fn and_kept(&self, kind: &ResourceType, wanted: &Json, live: Option<&Json>) -> Cow<'_, Self> {
        let open = |one: &FoundReference| !self.0.contains_key(&one.reference);
        let Some(live) = live.filter(|_| references(kind, wanted).iter().any(open)) else { return Cow::Borrowed(self) };
        let mut all = self.0.clone();
        for one in references(kind, live).into_iter().filter(open) {
            let id = one.reference.id.clone();
            all.insert(one.reference, Target::Object { id });
        }
        Cow::Owned(Self(all))
    }
}

/// A reference that was left out of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// What it referred to.
    pub reference: Reference,
    /// JSON Pointer to where it was.
    pub pointer: String,
    /// Why, in the words of whoever decided.
    pub reason: String,
}

/// What stands for the id of what an item is going to make, in previews.
#[must_use]
pub fn placeholder(item: u32) -> String {
    format!("{{item {item}}}")
}

/// Numbers of the items that an object needs, by the mapping, in order.
#[must_use]
pub fn needs(kind: &ResourceType, wanted: &Json, mapping: &Mapping) -> Vec<u32> {
    let planned = |found: FoundReference| match mapping.0.get(&found.reference) {
        Some(Target::Planned { item }) => Some(*item),
        _ => None,
    };
    references(kind, wanted).into_iter().filter_map(planned).collect::<BTreeSet<u32>>().into_iter().collect()
}

/// Puts targets in the place of an object's references and tells what was left out. `made` gives the id of what an item of the plan
/// made; before that, for a preview, its [`placeholder`].
///
/// What is left out never makes an object reach further: only whole assignments that include a group, and scope tags, can go.
///
/// # Errors
/// The references that have no target, or whose target is to drop what must not be dropped. The object is as it was.
pub fn apply(
    kind: &ResourceType,
    object: &mut Json,
    mapping: &Mapping,
    made: &dyn Fn(u32) -> Option<String>,
) -> Result<Vec<Left>, Vec<FoundReference>> {
    let mut changed = object.clone();
    let (mut open, mut left, mut assignments, mut tags) = (Vec::new(), Vec::new(), BTreeSet::new(), BTreeSet::new());
    walk(kind, &mut changed, &mut |found| {
        match mapping.0.get(&found.reference) {
            Some(Target::Object { id }) => return Some(id.clone()),
            Some(Target::Planned { item }) => {
                let id = made(*item);
                if id.is_none() {
                    open.push(found);
                }
                return id;
            }
            Some(Target::Dropped { reason }) if found.droppable => {
                match found.assignment {
                    Some(at) => assignments.insert(at),
                    None => tags.insert(found.pointer.clone()),
                };
                left.push(Left { reference: found.reference, pointer: found.pointer, reason: reason.clone() });
            }
            Some(Target::Dropped { .. }) | None => open.push(found),
        }
        None
    });
    // What else an assignment refers to does not matter when the assignment goes.
    open.retain(|found| found.assignment.is_none_or(|at| !assignments.contains(&at)));
    if !open.is_empty() {
        return Err(open);
    }
    if let Some(contract) = &kind.assignments {
        leave_out(&mut changed, &contract.path, |at, _| assignments.contains(&at));
        once_each(&mut changed, &contract.path);
    }
    if let Some(property) = &kind.scope_tag_property {
        leave_out(&mut changed, property, |at, _| tags.contains(&format!("/{property}/{at}")));
    }
    *object = changed;
    Ok(left)
}

fn leave_out(object: &mut Json, property: &str, goes: impl Fn(usize, &Json) -> bool) {
    if let Some(Json::Array(items)) = object.get_mut(property) {
        let mut at = 0;
        items.retain(|item| {
            at += 1;
            !goes(at - 1, item)
        });
    }
}

/// Two groups that became one would be assigned twice, which Graph refuses. The ids of assignments are the service's.
fn once_each(object: &mut Json, property: &str) {
    let Some(Json::Array(items)) = object.get_mut(property) else { return };
    let mut seen = BTreeSet::new();
    items.retain(|item| {
        let mut told = item.clone();
        for made in ["id", "sourceId"] {
            told.remove(made);
        }
        seen.insert(told.sorted().to_text())
    });
}
