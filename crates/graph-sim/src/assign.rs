//! Assignments: one call replaces them all, or nothing.

use model::json::Json;
use model::resource_types::ResourceType;

use crate::call::{Answer, Context};
use crate::errors::GraphError;
use crate::message::Response;
use crate::route::{Place, place};
use crate::rules::is_default;

const FILTER: &str = "deviceAndAppManagementAssignmentFilterId";

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
        let assignments: Vec<Json> = given.iter().map(|assignment| self.assignment(assignment, id)).collect();
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

    /// An assignment as the service gives it back: `<object>_<group>`, direct.
    pub(crate) fn assignment(&self, sent: &Json, object: &str) -> Json {
        let mut assignment = sent.clone();
        let target = assignment.get("target");
        let group = target.and_then(|target| target.get("groupId")?.as_str());
        let kind = target.and_then(|target| target.get("@odata.type")?.as_str()).and_then(|name| name.rsplit('.').next());
        let id = format!("{object}_{}", group.or(kind).unwrap_or("target"));
        assignment.set("id", Json::text(id));
        assignment.set("source", Json::text("direct"));
        assignment.set("sourceId", Json::text(object));
        assignment
    }
}
