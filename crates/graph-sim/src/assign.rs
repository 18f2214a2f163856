//! Assignments: one call replaces them all, or nothing.

use model::json::Json;
use model::resource_types::ResourceType;

use crate::call::{Answer, Context};
use crate::errors::GraphError;
use crate::message::Response;
use crate::route::{Place, place};
use crate::rules::is_default;

const FILTER: &str = "deviceAndAppManagementAssignmentFilterId";

/// Types whose assignments do not say where they come from: theirs have neither `source` nor `sourceId` in Microsoft's metadata.
const WITHOUT_SOURCE: &[&str] = &[
    "administrative_template",
    "app_config_managed_device",
    "apple_enrollment_type",
    "cloud_pc_provisioning_policy",
    "cloud_pc_user_setting",
    "device_compliance_script",
    "device_custom_attribute_script",
    "device_health_script",
    "device_management_script",
    "device_shell_script",
    "endpoint_security_intent",
    "hardware_configuration",
    "intune_branding_profile",
    "ios_lob_provisioning_profile",
    "managed_ebook",
    "policy_set",
    "resource_access_profile",
    "scope_tag",
    "terms_and_conditions",
    "wdac_supplemental_policy",
    "windows_driver_update_profile",
    "windows_feature_update_profile",
    "windows_quality_update_policy",
    "windows_quality_update_profile",
];

/// Takes from an object's assignments what those of its type do not have.
pub(crate) fn as_the_type_has_them(type_key: &str, object: &mut Json) {
    let Some(Json::Array(assignments)) = object.get_mut("assignments") else { return };
    if WITHOUT_SOURCE.contains(&type_key) {
        for assignment in assignments {
            assignment.remove("source");
            assignment.remove("sourceId");
        }
    }
}

/// The id that an assignment of the object has.
pub(crate) fn assignment_id(assignment: &Json, object: &str) -> String {
    let target = assignment.get("target");
    let group = target.and_then(|target| target.get("groupId")?.as_str());
    let of = target.and_then(|target| target.get("@odata.type")?.as_str()).and_then(|name| name.rsplit('.').next());
    format!("{object}_{}", group.or(of).unwrap_or("target"))
}

/// An assignment as the service gives it back: `<object>_<group>`, direct where the type says so.
pub(crate) fn as_given_back(kind: &ResourceType, sent: &Json, object: &str) -> Json {
    let mut assignment = sent.clone();
    assignment.set("id", Json::text(assignment_id(sent, object)));
    if !WITHOUT_SOURCE.contains(&kind.key.as_str()) {
        assignment.set("source", Json::text("direct"));
        assignment.set("sourceId", Json::text(object));
    }
    assignment
}

impl Context<'_> {
    /// The action that replaces all assignments.
    pub(crate) fn assign(&self, of: &'static Place, kind: &'static ResourceType, id: &str, action: &str, body: &Json) -> Answer {
        let contract = kind.assignments.as_ref().filter(|assignments| assignments.action.as_deref() == Some(action));
        let Some((contract, property)) = contract.and_then(|c| Some((c, c.body.as_deref()?))) else {
            return Err(GraphError::not_supported());
        };
        let Some(given) = body.get(property).and_then(Json::as_array) else {
            return Err(GraphError::bad_request(format!("The parameter '{property}' is missing.")));
        };
        let head = self.with_shelf(of, |shelf| shelf.get(id).map(|stored| stored.head_json()))?.unwrap_or(Json::Null);
        if is_default(kind, &head) && head.get("isGlobalScript").is_none() {
            return Err(GraphError::intune(400, "BadRequest", "A default object cannot be assigned"));
        }
        self.check_targets(given)?;
        let assignments: Vec<Json> = given.iter().map(|assignment| as_given_back(kind, assignment, id)).collect();
        let answer = Json::from([("value", Json::Array(assignments.clone()))]).to_text();
        self.change_part(of, id, &contract.path, |part| {
            // Those that a policy set makes are not the object's own.
            part.retain(|have| have.get("source").and_then(Json::as_str).is_some_and(|source| source != "direct"));
            part.extend(assignments);
        })?;
        Ok(Response::json(200, answer))
    }

    /// An assignment to a group or with a filter that the tenant does not know, or does not see yet, is refused as a whole. A tenant
    /// without any (a folder of policies only) is not held to that.
    pub(crate) fn check_targets(&self, assignments: &[Json]) -> Result<(), GraphError> {
        for (path, property, word) in
            [("/groups", "groupId", "Group"), ("/deviceManagement/assignmentFilters", FILTER, "Assignment filter")]
        {
            let Some(of) = place(path) else { continue };
            for id in assignments.iter().filter_map(|assignment| assignment.at(&["target", property])?.as_str()) {
                let known = self.with_shelf(of, |shelf| id.is_empty() || shelf.len() == 0 || shelf.get(id).is_some())?;
                if !known || self.is_too_young(id) {
                    return Err(GraphError::intune(400, "BadRequest", format!("{word} {id} was not found")));
                }
            }
        }
        Ok(())
    }
}
