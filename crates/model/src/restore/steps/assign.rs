//! Assignments: in one call that replaces all, or one by one.

use super::super::normal::assignments;
use super::{Writer, id_of};
use crate::json::Json;
use crate::references::is_exclusion;
use crate::resource_types::{AssignmentMode, Method};
use crate::restore::{Effect, Hindrance};

impl Writer<'_> {
    /// The wanted assignments, as they are sent.
    pub(super) fn wanted_assignments(&self) -> Vec<Json> {
        let Some(contract) = &self.kind.assignments else { return Vec::new() };
        self.wanted.get(&contract.path).map(|value| assignments(contract.mode, value)).unwrap_or_default()
    }

    /// Makes the object's assignments the wanted ones.
    pub(super) fn assign(&mut self) -> Result<(), Hindrance> {
        let contract = self.kind.assignments.as_ref().ok_or(Hindrance::NoMethod)?;
        let mut wanted = self.wanted_assignments();
        if contract.mode == AssignmentMode::Single {
            return self.assign_one_by_one(&contract.path, wanted);
        }
        let (Some(action), Some(parameter)) = (&contract.action, &contract.body) else { return Err(Hindrance::NoMethod) };
        if self.kind.key == "mobile_app" {
            for one in &mut wanted {
                one.set("@odata.type", Json::text("#microsoft.graph.mobileAppAssignment"));
                *one = one.clone().sorted();
            }
        }
        self.write(Effect::Replace, Method::Post, &format!("/{action}"), Json::from([(parameter.as_str(), Json::Array(wanted))]));
        Ok(())
    }

    /// At no moment the object reaches further than before or than wanted: who is to be excluded is excluded first, who is not to be
    /// included any more goes next, and only at the end those who are no longer to be excluded.
    fn assign_one_by_one(&mut self, path: &str, wanted: Vec<Json>) -> Result<(), Hindrance> {
        let mut gone: Vec<(Json, &str)> = Vec::new();
        for raw in self.raw_list(path) {
            let told = assignments(AssignmentMode::Single, &Json::Array(vec![raw.clone()]));
            // What a policy set made is not this object's to take away.
            let Some(told) = told.into_iter().next() else { continue };
            gone.push((told, id_of(raw)?));
        }
        let mut new = Vec::new();
        for one in wanted {
            match gone.iter().position(|(told, _)| *told == one) {
                Some(at) => drop(gone.remove(at)),
                None => new.push(one),
            }
        }
        let excludes = |one: &Json| one.get("target").is_some_and(is_exclusion);
        let ids = |exclusions: bool| {
            let ids = gone.iter().filter(move |(told, _)| excludes(told) == exclusions);
            ids.map(|(_, id)| (*id).to_owned()).collect::<Vec<_>>()
        };
        let (first, last) = (ids(false), ids(true));
        let (exclusions, inclusions): (Vec<Json>, Vec<Json>) = new.into_iter().partition(excludes);
        self.add_each(path, exclusions);
        self.remove_each(path, first);
        self.add_each(path, inclusions);
        self.remove_each(path, last);
        Ok(())
    }

    fn add_each(&mut self, path: &str, elements: Vec<Json>) {
        for element in elements {
            self.write(Effect::Add, Method::Post, &format!("/{path}"), element);
        }
    }

    fn remove_each(&mut self, path: &str, ids: Vec<String>) {
        for id in ids {
            self.write_element(Effect::Remove, Method::Delete, path, &id, None);
        }
    }
}
