//! Which groups an object of the inventory refers to.

use std::collections::BTreeSet;

use crate::json::Json;

/// A reference to a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Microsoft's id of the group, in lower case.
    pub object_id: String,
    /// Whether the group is left out.
    pub exclude: bool,
}

/// The groups that an object's assignments are aimed at, and those of the conditions of a conditional access policy.
#[must_use]
pub fn references(content: &Json) -> BTreeSet<Reference> {
    let mut found = BTreeSet::new();
    let mut add = |id: Option<&str>, exclude: bool| {
        let id = super::object_id(id.unwrap_or_default());
        if !id.is_empty() && id.len() <= 64 {
            found.insert(Reference { object_id: id, exclude });
        }
    };
    for assignment in content.get("assignments").and_then(Json::as_array).unwrap_or_default() {
        let target = assignment.get("target").unwrap_or(assignment);
        let kind = target.get("@odata.type").and_then(Json::as_str).unwrap_or_default();
        let id = target.get("groupId").or_else(|| target.get("entraObjectId")).and_then(Json::as_str);
        add(id, kind.ends_with("exclusionGroupAssignmentTarget"));
    }
    for (name, exclude) in [("includeGroups", false), ("excludeGroups", true)] {
        for id in content.at(&["conditions", "users", name]).and_then(Json::as_array).unwrap_or_default() {
            add(id.as_str(), exclude);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_assignments_and_of_conditions_are_found_once_each() {
        let text = r##"{"assignments":[
            {"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"A"}},
            {"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"a"}},
            {"target":{"@odata.type":"#microsoft.graph.exclusionGroupAssignmentTarget","groupId":"b"}},
            {"target":{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget"}},7],
            "conditions":{"users":{"includeGroups":["c",null],"excludeGroups":"d"}}}"##;
        let found: Vec<_> =
            references(&Json::parse(text.as_bytes()).unwrap()).into_iter().map(|r| (r.object_id, r.exclude)).collect();
        assert_eq!(found, [("a".to_owned(), false), ("b".to_owned(), true), ("c".to_owned(), false)]);
        assert!(references(&Json::Null).is_empty());
    }
}
