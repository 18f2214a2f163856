//! What a service refuses of a write, beyond its form: names that are taken, defaults, objects in use, properties that are set once.

use model::json::Json;
use model::resource_types::ResourceType;

use crate::call::Context;
use crate::errors::GraphError;
use crate::shelf::{Shelf, Stored};

/// Types whose names occur once.
const UNIQUE_NAMES: [&str; 3] = ["scope_tag", "assignment_filter", "intune_role_definition"];
/// What the default branding profile does not take.
const OF_OTHER_PROFILES: [&str; 4] = ["profileName", "profileDescription", "isDefaultProfile", "disableClientTelemetry"];

/// Whether an object came with the tenant.
pub(crate) fn is_default(kind: &ResourceType, head: &Json) -> bool {
    let flag = |name: &str| head.get(name).and_then(Json::as_bool) == Some(true);
    let first = head.get("priority").and_then(Json::as_i64) == Some(0);
    (first && kind.collection.ends_with("/deviceEnrollmentConfigurations"))
        || flag("isBuiltIn")
        || flag("isBuiltInRoleDefinition")
        || flag("isDefaultProfile")
        || flag("isGlobalScript")
}

/// 409 for a name that another object of the shelf has.
pub(crate) fn name_is_free(kind: &ResourceType, shelf: &Shelf, own: Option<&str>, body: &Json) -> Result<(), GraphError> {
    let Some(name) = body.get(&kind.name_property).and_then(Json::as_str) else { return Ok(()) };
    if !UNIQUE_NAMES.contains(&kind.key.as_str()) {
        return Ok(());
    }
    let same = |(id, stored): (&str, &Stored)| {
        let have = stored.head_json();
        own != Some(id)
            && have.get(&kind.name_property).and_then(Json::as_str).is_some_and(|have| have.eq_ignore_ascii_case(name))
    };
    if shelf.iter().any(same) {
        return Err(GraphError::intune(409, "Conflict", "An object with the same name already exists"));
    }
    Ok(())
}

/// 400 for what a change may not touch.
pub(crate) fn may_change(kind: &ResourceType, head: &Json, body: &Json) -> Result<(), GraphError> {
    if let (Some(sent), Some(have)) =
        (body.get("@odata.type").and_then(Json::as_str), head.get("@odata.type").and_then(Json::as_str))
        && sent.trim_start_matches('#') != have.trim_start_matches('#')
    {
        return Err(GraphError::intune(400, "BadRequest", "The type of an object cannot be changed"));
    }
    let fixed = |name: &&String| body.get(name).is_some_and(|sent| head.get(name).is_some_and(|have| have != sent));
    if let Some(name) = kind.immutable.iter().find(fixed) {
        return Err(GraphError::intune(400, "BadRequest", format!("The property '{name}' cannot be updated")));
    }
    let flag = |name: &str| head.get(name).and_then(Json::as_bool) == Some(true);
    if flag("isDefaultProfile")
        && let Some(name) = OF_OTHER_PROFILES.into_iter().find(|name| body.get(name).is_some())
    {
        return Err(GraphError::intune(
            400,
            "BadRequest",
            format!("The property '{name}' cannot be updated on the default profile"),
        ));
    }
    if flag("isBuiltIn") || flag("isBuiltInRoleDefinition") || flag("isGlobalScript") {
        return Err(GraphError::intune(400, "BadRequest", "An object that Microsoft supplies cannot be changed"));
    }
    Ok(())
}

/// 400 for a compliance policy that does nothing.
pub(crate) fn blocks(kind: &ResourceType, body: &Json) -> Result<(), GraphError> {
    if kind.key != "compliance_policy" {
        return Ok(());
    }
    let rules = body.get("scheduledActionsForRule").and_then(Json::as_array).unwrap_or_default();
    let actions = rules.iter().filter_map(|rule| rule.get("scheduledActionConfigurations")?.as_array()).flatten();
    if actions.filter_map(|action| action.get("actionType")?.as_str()).any(|action| action == "block") {
        return Ok(());
    }
    Err(GraphError::intune(400, "BadRequest", "scheduledActionsForRule must have at least one action of type block"))
}

impl Context<'_> {
    /// 400 for what may not be removed.
    pub(crate) fn may_be_removed(&self, stored: &Stored, id: &str, in_use: bool) -> Result<(), GraphError> {
        if is_default(stored.kind, &stored.head_json()) {
            return Err(GraphError::bad_request("A default object cannot be deleted."));
        }
        let assigned = stored.kind.key == "autopilot_deployment_profile" && stored.part("assignments") != "[]";
        if assigned {
            return Err(GraphError::intune(400, "BadRequest", "A profile with assignments cannot be deleted"));
        }
        if in_use {
            return Err(GraphError::intune(400, "BadRequest", format!("The filter {id} is in use")));
        }
        Ok(())
    }

    /// Whether anything of the tenant is assigned with a filter.
    pub(crate) fn is_filter_in_use(&self, kind: &ResourceType, id: &str) -> Result<bool, GraphError> {
        if kind.key != "assignment_filter" {
            return Ok(false);
        }
        let tenants = self.sim.tenants_ref();
        let tenant = tenants.get(&self.caller.tenant).ok_or_else(|| GraphError::token("The tenant of the token is gone."))?;
        let quoted = Json::text(id).to_text();
        Ok(tenant.state.all().any(|stored| stored.part("assignments").contains(&quoted)))
    }
}
