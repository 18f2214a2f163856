//! Removing an object.

use super::super::decide::may_write;
use super::super::shape;
use super::{Writer, id_of};
use crate::json::Json;
use crate::resource_types::{AssignmentMode, Method, ResourceType, RestoreMode, encode};
use crate::restore::{Effect, Hindrance, Step};

/// The writes that remove an object. What is assigned one by one is taken from those that have it first: Graph refuses to remove an
/// Autopilot profile that is assigned.
///
/// # Errors
/// What stands in the way: the tenant's defaults and what Microsoft made cannot be removed.
pub fn removal(kind: &ResourceType, id: &str, live: &Json) -> Result<Vec<Step>, Hindrance> {
    may_write(kind)?;
    let method = kind.delete.filter(|_| kind.restore.mode == RestoreMode::Enabled).ok_or(Hindrance::NoMethod)?;
    if kind.is_singleton() || shape::is_always_there(kind, live) {
        return Err(Hindrance::NoMethod);
    }
    let mut writer = Writer::of(kind, live, Some(live), id);
    if let Some(contract) = kind.assignments.as_ref().filter(|contract| contract.mode == AssignmentMode::Single) {
        for assignment in writer.raw_list(&contract.path) {
            writer.write_element(Effect::Remove, Method::Delete, &contract.path, id_of(assignment)?, None);
        }
    }
    writer.steps.push(Step {
        effect: Effect::Remove,
        method,
        api_version: kind.api_version,
        template: kind.item.clone(),
        path: kind.item.replace("{id}", &encode(id)),
        body: None,
    });
    Ok(writer.steps)
}
