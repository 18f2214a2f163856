//! Whom an object reaches by its assignments.

use std::collections::BTreeSet;

use crate::json::Json;
use crate::references::{is_direct, is_exclusion};
use crate::resource_types::ResourceType;

/// Whom an object reaches by its own assignments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Whether every device.
    pub all_devices: bool,
    /// Whether every user.
    pub all_users: bool,
    /// Ids of the groups that it is assigned to.
    pub groups: BTreeSet<String>,
    /// Ids of the groups that are excluded.
    pub excluded: BTreeSet<String>,
    /// How many assignments a filter narrows.
    pub filtered: usize,
    /// How many assignments have a target of another kind.
    pub others: usize,
}

/// Whom an object reaches.
#[must_use]
pub fn reach(kind: &ResourceType, object: &Json) -> Reach {
    let mut reach = Reach::default();
    let Some(contract) = &kind.assignments else { return reach };
    let assignments = object.get(&contract.path).and_then(Json::as_array).unwrap_or_default();
    for target in assignments.iter().filter(|assignment| is_direct(assignment)).filter_map(|one| one.get("target")) {
        let concrete = target.get("@odata.type").and_then(Json::as_str).and_then(|name| name.rsplit('.').next());
        let group = target.get("groupId").and_then(Json::as_str).map(str::to_owned);
        match (concrete, group) {
            (Some("allDevicesAssignmentTarget"), _) => reach.all_devices = true,
            (Some("allLicensedUsersAssignmentTarget"), _) => reach.all_users = true,
            (_, Some(group)) if is_exclusion(target) => _ = reach.excluded.insert(group),
            (_, Some(group)) => _ = reach.groups.insert(group),
            _ => reach.others += 1,
        }
        let filter = target.get("deviceAndAppManagementAssignmentFilterType").and_then(Json::as_str);
        reach.filtered += usize::from(filter.is_some_and(|filter| filter != "none"));
    }
    reach
}
