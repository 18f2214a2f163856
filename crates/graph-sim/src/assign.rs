//! Assignments and other collections below an item.

use model::json::Json;
use model::resource_types::Method;

use crate::call::{Answer, Context};
use crate::errors::GraphError;
use crate::message::Response;
use crate::route::Place;
use crate::write::stamp;

impl Context<'_> {
    /// An action on an item: the one that replaces all assignments.
    pub(crate) fn act(&self, of: &'static Place, id: &str, action: &str) -> Answer {
        let contract = of.first().assignments.as_ref().filter(|assignments| assignments.action.as_deref() == Some(action));
        let Some((contract, property)) = contract.and_then(|c| Some((c, c.body.as_deref()?))) else {
            return Err(GraphError::not_supported());
        };
        let body = self.body()?;
        let Some(given) = body.get(property).and_then(Json::as_array) else {
            return Err(GraphError::bad_request(format!("The parameter '{property}' is missing.")));
        };
        self.check_groups(given)?;
        let assignments: Vec<Json> = given.iter().map(|assignment| with_id(assignment, id)).collect();
        let answer = Json::from([("value", Json::Array(assignments.clone()))]).to_text();
        self.change_part(of, id, &contract.path, |part| *part = assignments)?;
        Ok(Response::json(200, answer))
    }

    /// An assignment to a group that the directory does not know is refused as a whole. A tenant without any group (a folder
    /// of policies only) is not held to that.
    fn check_groups(&self, assignments: &[Json]) -> Result<(), GraphError> {
        let Some(groups) = crate::route::place("/groups") else { return Ok(()) };
        let missing = self.with_shelf(groups, |shelf| {
            let ids = assignments.iter().filter_map(|assignment| assignment.at(&["target", "groupId"])?.as_str());
            ids.filter(|id| shelf.len() > 0 && shelf.get(id).is_none()).map(str::to_owned).next()
        })?;
        missing.map_or(Ok(()), |id| Err(GraphError::intune(400, "BadRequest", format!("Group {id} was not found"))))
    }

    /// POST on a collection below an item: adds an element.
    pub(crate) fn add_child(&self, of: &'static Place, id: &str, name: &str) -> Answer {
        let body = self.body()?;
        self.check_groups(std::slice::from_ref(&body))?;
        let mut child = if body.get("target").is_some() { with_id(&body, id) } else { body };
        if child.get("id").is_none() {
            child.set("id", Json::text(self.sim.new_id()));
        }
        let text = child.to_text();
        self.change_part(of, id, name, |part| part.push(child))?;
        Ok(Response::json(201, text))
    }

    /// PATCH or DELETE of an element below an item.
    pub(crate) fn change_child(&self, of: &'static Place, id: &str, name: &str, child: &str) -> Answer {
        let body = if self.method == Method::Patch { Some(self.body()?) } else { None };
        let found = self.change_part(of, id, name, |part| {
            let at = part.iter().position(|element| element.get("id").and_then(Json::as_str) == Some(child))?;
            match &body {
                None => drop(part.remove(at)),
                Some(body) => {
                    body.as_object().unwrap_or_default().iter().for_each(|(name, value)| part[at].set(name, value.clone()))
                }
            }
            Some(())
        })?;
        found.map(|()| Response::empty(204)).ok_or_else(|| GraphError::not_found(self.service(), child))
    }

    fn change_part<T>(
        &self,
        of: &'static Place,
        id: &str,
        name: &str,
        change: impl FnOnce(&mut Vec<Json>) -> T,
    ) -> Result<T, GraphError> {
        let service = self.service();
        self.with_shelf_mut(of.first(), |shelf| {
            let stored = shelf.get_mut(id).ok_or_else(|| GraphError::not_found(service, id))?;
            let mut elements = match stored.part_json(name) {
                Json::Array(elements) => elements,
                _ => Vec::new(),
            };
            let result = change(&mut elements);
            let assigned = !elements.is_empty();
            let assignments = stored.kind.assignments.as_ref().is_some_and(|assignments| assignments.path == name);
            stored.set_part(name, &Json::Array(elements));
            let mut head = stored.head_json();
            if assignments && head.get("isAssigned").is_some() {
                head.set("isAssigned", Json::Bool(assigned));
            }
            stamp(stored.kind, &mut head, self.now);
            stored.head = head.to_text().into_boxed_str();
            Ok(result)
        })?
    }
}

/// An assignment as the service gives it back: `<object>_<group>`, direct.
fn with_id(assignment: &Json, object: &str) -> Json {
    let mut assignment = assignment.clone();
    let target = assignment.get("target");
    let group = target.and_then(|target| target.get("groupId")?.as_str());
    let kind = target.and_then(|target| target.get("@odata.type")?.as_str()).and_then(|name| name.rsplit('.').next());
    let id = format!("{object}_{}", group.or(kind).unwrap_or("target"));
    assignment.set("id", Json::text(id));
    assignment.set("source", Json::text("direct"));
    assignment.set("sourceId", Json::text(object));
    assignment
}
