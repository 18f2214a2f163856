//! One form in which an object as it is wanted and an object as it was read say the same where they mean the same.
//!
//! This is for restores only: what history and comparisons show is [`crate::canonical`]'s. Here also goes what nobody can write back:
//! values that the service derives, texts of definitions that Microsoft changes, empty values that it fills in.

use super::shape;
use crate::canonical::to_stored_form;
use crate::json::Json;
use crate::references::is_direct;
use crate::resource_types::{AssignmentMode, ResourceType};

/// What of an assignment is this object's to say; the rest is the service's.
pub(super) const ASSIGNMENT: &[&str] = &["target", "intent", "settings", "runSchedule", "runRemediationScript"];

/// The object without what the service makes and without what the protocol adds, names sorted.
pub(super) fn bare(kind: &ResourceType, object: &Json) -> Json {
    let mut object = object.clone();
    kind.strip_volatile(&mut object);
    to_stored_form(&mut object);
    object
}

/// The object in normal form. Null members of the top level stay: they say that a property is empty.
pub(super) fn normal(kind: &ResourceType, object: &Json) -> Json {
    let mut object = bare(kind, object);
    for name in shape::never_sent(&kind.key) {
        object.remove(name);
    }
    if let Some(contract) = &kind.assignments
        && let Some(value) = object.get_mut(&contract.path)
    {
        *value = Json::Array(assignments(contract.mode, value));
    }
    if let Some(name) = &kind.scope_tag_property
        && let Some(value) = object.get_mut(name)
    {
        default_tag(value);
    }
    shape::level(&kind.key, &mut object);
    if let Json::Object(members) = &mut object {
        members.iter_mut().for_each(|(_, value)| without_nulls(value));
    }
    object.sorted()
}

/// An object without scope tags has the default one.
pub(super) fn default_tag(value: &mut Json) {
    let none = match value {
        Json::Array(tags) => tags.is_empty(),
        Json::Null => true,
        _ => false,
    };
    if none {
        *value = Json::Array(vec![Json::text("0")]);
    }
}

/// The assignments that are the object's own, as they are sent.
pub(super) fn assignments(mode: AssignmentMode, value: &Json) -> Vec<Json> {
    let own = value.as_array().unwrap_or_default().iter().filter(|one| is_direct(one));
    own.map(|one| {
        let members = one.as_object().unwrap_or_default().iter();
        // One by one, only the target is told.
        let wanted = |name: &str| if mode == AssignmentMode::Single { name == "target" } else { ASSIGNMENT.contains(&name) };
        let mut told: Vec<(String, Json)> =
            members.filter(|(name, value)| wanted(name) && *value != Json::Null).cloned().collect();
        told.iter_mut().filter(|(name, _)| name == "target").for_each(|(_, target)| unfiltered(target));
        Json::Object(told).sorted()
    })
    .collect()
}

/// A target without a filter says so in several ways; the shortest stands for all.
fn unfiltered(target: &mut Json) {
    const ID: &str = "deviceAndAppManagementAssignmentFilterId";
    const TYPE: &str = "deviceAndAppManagementAssignmentFilterType";
    let id = target.get(ID).and_then(Json::as_str).unwrap_or_default();
    let none = id.is_empty() || id == "00000000-0000-0000-0000-000000000000";
    if none && target.get(TYPE).and_then(Json::as_str).is_none_or(|filter| filter == "none") {
        target.remove(ID);
        target.remove(TYPE);
    }
}

/// Takes members that are null out of every object inside. What is still to be looked at stands in a list, so that depth costs no stack.
pub(super) fn without_nulls(value: &mut Json) {
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        match value {
            Json::Array(items) => rest.extend(items),
            Json::Object(members) => {
                members.retain(|(_, member)| *member != Json::Null);
                rest.extend(members.iter_mut().map(|(_, member)| member));
            }
            _ => {}
        }
    }
}
