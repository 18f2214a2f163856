//! Changes behind everybody's back, with what truly changed: what drift is measured against.
//!
//! A [`Mutator`] changes a tenant as somebody would in the portal, or as the service itself does, and says what it did. The same seed
//! makes the same history.

mod change;
mod place;

use model::ids::EntraTenantId;
use model::json::Json;
use model::resource_types::{ResourceType, find};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::assign::assignment_id;
use crate::sim::{NoSuchTenant, Sim};

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mutation {
    /// A value somewhere in the content becomes another.
    ValueChanged,
    /// A property is there that was not.
    PropertyAdded,
    /// A property is gone.
    PropertyRemoved,
    /// A list holds the same in another order.
    ListReordered,
    /// One more assignment.
    AssignmentAdded,
    /// One assignment less.
    AssignmentRemoved,
    /// An assignment has another target.
    AssignmentChanged,
    /// Other scope tags.
    ScopeTagChanged,
    /// Another name.
    Renamed,
    /// The object is gone.
    Deleted,
    /// The object is gone, and another of the same name and content is there.
    Recreated,
    /// A new object.
    Added,
    /// A property whose content is thirty objects deep.
    Nested,
    /// A property that the service gives to every object of the type; nobody changed anything.
    ServiceFieldAdded,
}

impl Mutation {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::ValueChanged,
        Self::PropertyAdded,
        Self::PropertyRemoved,
        Self::ListReordered,
        Self::AssignmentAdded,
        Self::AssignmentRemoved,
        Self::AssignmentChanged,
        Self::ScopeTagChanged,
        Self::Renamed,
        Self::Deleted,
        Self::Recreated,
        Self::Added,
        Self::Nested,
        Self::ServiceFieldAdded,
    ];
}

/// What is different of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The value at a path (member names, and places in lists as numbers), before and after; `None`: not there.
    Value {
        /// The path.
        path: Vec<String>,
        /// Before.
        before: Option<Json>,
        /// After.
        after: Option<Json>,
    },
    /// The object is new.
    Added,
    /// The object is gone.
    Deleted,
}

/// What truly changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// The kind of change.
    pub mutation: Mutation,
    /// The type's key.
    pub type_key: &'static str,
    /// The object's id.
    pub id: String,
    /// The object's name before, or of a new one its name.
    pub name: String,
    /// What is different.
    pub what: What,
    /// Whether somebody changed something. Not when a list whose order means nothing was reordered, nor when the service added a
    /// field.
    pub matters: bool,
}

/// Changes tenants of a simulator, by a seed.
#[derive(Debug)]
pub struct Mutator {
    sim: Sim,
    random: StdRng,
    count: u64,
}

impl Mutator {
    /// A mutator whose choices follow from the seed.
    #[must_use]
    pub fn new(sim: &Sim, seed: u64) -> Self {
        Self { sim: sim.clone(), random: StdRng::seed_from_u64(seed), count: 0 }
    }

    /// Makes so many changes of any kind. Kinds for which the tenant has nothing are left out.
    ///
    /// # Errors
    /// [`NoSuchTenant`].
    pub fn history(&mut self, tenant: EntraTenantId, changes: usize) -> Result<Vec<Truth>, NoSuchTenant> {
        let mut truths = Vec::new();
        for _ in 0..changes {
            let mutation = Mutation::ALL[self.below(Mutation::ALL.len())];
            truths.extend(self.mutate(tenant, mutation)?);
        }
        Ok(truths)
    }

    /// Makes one change to an object of its own choice. Empty when there is none that can be changed so; several entries where
    /// several objects changed.
    ///
    /// # Errors
    /// [`NoSuchTenant`].
    pub fn mutate(&mut self, tenant: EntraTenantId, mutation: Mutation) -> Result<Vec<Truth>, NoSuchTenant> {
        let keys: Vec<&'static str> = self.sim.read_state(tenant, |state| {
            state.type_keys().into_iter().filter(|key| find(key).is_some_and(is_configuration)).collect()
        })?;
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        // Not every object has a list or an assignment: look for one that has.
        for _ in 0..200 {
            let key = keys[self.below(keys.len())];
            let ids = self.sim.read_state(tenant, |state| state.ids(key))?;
            if ids.is_empty() {
                continue;
            }
            let id = ids[self.below(ids.len())].clone();
            let truths = self.mutate_object(tenant, mutation, key, &id)?;
            if !truths.is_empty() {
                return Ok(truths);
            }
        }
        Ok(Vec::new())
    }

    /// Makes one change to that object. Empty when it cannot be changed so.
    ///
    /// # Errors
    /// [`NoSuchTenant`].
    pub fn mutate_object(
        &mut self,
        tenant: EntraTenantId,
        mutation: Mutation,
        type_key: &str,
        id: &str,
    ) -> Result<Vec<Truth>, NoSuchTenant> {
        let Some(kind) = find(type_key) else { return Ok(Vec::new()) };
        let Some(object) = self.sim.read_state(tenant, |state| state.object(type_key, id))? else { return Ok(Vec::new()) };
        self.count += 1;
        match mutation {
            Mutation::ServiceFieldAdded => self.service_field(tenant, kind),
            Mutation::Deleted => {
                self.sim.remove_object(tenant, type_key, id)?;
                Ok(vec![truth(mutation, kind, id, &object, What::Deleted)])
            }
            Mutation::Recreated => {
                self.sim.remove_object(tenant, type_key, id)?;
                let deleted = truth(mutation, kind, id, &object, What::Deleted);
                let added = self.add(tenant, mutation, kind, object)?;
                Ok([vec![deleted], added].concat())
            }
            Mutation::Added => {
                let mut new = object;
                new.set(&kind.name_property, Json::text(format!("Added {}", self.count)));
                self.add(tenant, mutation, kind, new)
            }
            _ => {
                let mut changed = object.clone();
                let groups = self.sim.read_state(tenant, |state| state.ids("group"))?;
                let Some((what, matters)) = self.change(mutation, kind, &mut changed, &groups) else { return Ok(Vec::new()) };
                let put = self.sim.put_object(tenant, type_key, changed)?;
                debug_assert!(put.is_ok(), "an object that was there can be put back");
                Ok(vec![Truth { matters, ..truth(mutation, kind, id, &object, what) }])
            }
        }
    }

    fn add(
        &mut self,
        tenant: EntraTenantId,
        mutation: Mutation,
        kind: &'static ResourceType,
        mut object: Json,
    ) -> Result<Vec<Truth>, NoSuchTenant> {
        let model = kind.id_of(&object).filter(|_| !kind.is_singleton()).map(str::to_owned);
        kind.strip_volatile(&mut object);
        object.remove(&kind.id_property);
        if let Some(model) = model {
            let id = self.sim.new_id();
            in_its_own_name(&mut object, &model, &id);
            object.set(&kind.id_property, Json::text(id));
        }
        let put = self.sim.put_object(tenant, &kind.key, object.clone())?;
        Ok(put.ok().map(|id| truth(mutation, kind, &id, &object, What::Added)).into_iter().collect())
    }

    /// The service knows one more property: every object of the type has it, without a new time or version.
    fn service_field(&mut self, tenant: EntraTenantId, kind: &'static ResourceType) -> Result<Vec<Truth>, NoSuchTenant> {
        self.sim.change_state(tenant, |state| {
            let objects: Vec<Json> = state.ids(&kind.key).iter().filter_map(|id| state.object(&kind.key, id)).collect();
            let name = self.unused("serviceAdded", |name| objects.iter().any(|object| object.get(name).is_some()));
            let mut truths = Vec::new();
            for id in state.ids(&kind.key) {
                let Some(mut object) = state.object(&kind.key, &id) else { continue };
                let what = What::Value { path: vec![name.clone()], before: None, after: Some(Json::Bool(false)) };
                truths.push(Truth { matters: false, ..truth(Mutation::ServiceFieldAdded, kind, &id, &object, what) });
                object.set(&name, Json::Bool(false));
                let put = state.put(&kind.key, object);
                debug_assert!(put.is_ok(), "an object that was there can be put back");
            }
            truths
        })
    }

    pub(super) fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.random.next_u64() % count.max(1) as u64).unwrap_or(0)
    }
}

/// The assignments of what was made after another object name the new one, as the service writes them.
fn in_its_own_name(object: &mut Json, model: &str, id: &str) {
    let Some(Json::Array(assignments)) = object.get_mut("assignments") else { return };
    for assignment in assignments {
        assignment.set("id", Json::text(assignment_id(assignment, id)));
        if let Some(text) = assignment.get("sourceId").and_then(Json::as_str).map(|text| text.replace(model, id)) {
            assignment.set("sourceId", Json::text(text));
        }
    }
}

/// What people configure: not who is in the directory, and nothing of which there is always exactly one.
fn is_configuration(kind: &'static ResourceType) -> bool {
    let people = ["group", "user", "application", "service_principal", "administrative_unit", "directory_role_definition"];
    !kind.is_singleton()
        && kind.create.is_some()
        && kind.form == model::resource_types::Form::Collection
        && !people.contains(&kind.key.as_str())
}

fn truth(mutation: Mutation, kind: &'static ResourceType, id: &str, object: &Json, what: What) -> Truth {
    let name = object.get(&kind.name_property).and_then(Json::as_str).unwrap_or_default().to_owned();
    Truth { mutation, type_key: &kind.key, id: id.to_owned(), name, what, matters: true }
}
