//! A tenant: who it is, and what is in it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use model::ids::EntraTenantId;
use model::json::Json;
use model::resource_types::{Recognition, ResourceType, collections, find};

use crate::definitions::{Known, told_by};
use crate::generate::{Change, ChangeEffect};
use crate::identity::AppRegistration;
use crate::shelf::{Shelf, Stored};

/// Who a tenant is and which apps are registered in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantProfile {
    /// Microsoft's id of the tenant.
    pub id: EntraTenantId,
    /// The organisation's name.
    pub display_name: String,
    /// The default verified domain; the token endpoint takes it in place of the id.
    pub domain: String,
    /// Number of users: larger tenants have larger limits.
    pub users: u32,
    /// App registrations.
    pub apps: Vec<AppRegistration>,
}

impl TenantProfile {
    /// A tenant with one app.
    #[must_use]
    pub fn new(id: EntraTenantId, display_name: &str, domain: &str, app: AppRegistration) -> Self {
        Self { id, display_name: display_name.to_owned(), domain: domain.to_owned(), users: 200, apps: vec![app] }
    }
}

/// What is in a tenant. Clones share their content until one of them is changed: thousands of alike tenants take little room.
#[derive(Debug, Clone, Default)]
pub struct TenantState {
    shelves: BTreeMap<&'static str, Arc<Shelf>>,
    pub(crate) definitions: Arc<Known>,
    pub(crate) member_counts: HashMap<String, u64>,
    pub(crate) pending: VecDeque<Change>,
}

/// Why an object cannot be put into a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotStorable {
    /// It has no id.
    #[error("the object has no id")]
    NoId,
    /// The catalogue has no such type.
    #[error("no such type in the catalogue")]
    UnknownType,
}

impl TenantState {
    /// An empty tenant.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts an object of a type into the tenant, or replaces the one of its id. Returns whether there was one.
    ///
    /// # Errors
    /// [`NotStorable`] when it has no id or the type is not in the catalogue.
    pub fn put(&mut self, type_key: &str, object: Json) -> Result<bool, NotStorable> {
        let kind = find(type_key).ok_or(NotStorable::UnknownType)?;
        let object = minimal(kind, object);
        if kind.key == "administrative_template" {
            told_by(&object, Arc::make_mut(&mut self.definitions));
        }
        let id = kind.id_of(&object).ok_or(NotStorable::NoId)?.to_owned();
        Ok(self.shelf_mut(kind).put(&id, Stored::new(kind, object)).is_some())
    }

    /// Puts an object into the tenant as it was read over Graph and stored, under that id: also one that was stored without it, or with
    /// what Graph adds to every answer.
    ///
    /// # Errors
    /// [`NotStorable`] when the type is not in the catalogue, or it is no JSON object.
    pub fn put_stored(&mut self, type_key: &str, id: &str, object: Json) -> Result<(), NotStorable> {
        let kind = find(type_key).ok_or(NotStorable::UnknownType)?;
        if object.as_object().is_none() {
            return Err(NotStorable::NoId);
        }
        let mut object = crate::load::repaired(kind, object);
        if !kind.is_singleton() {
            object.set(&kind.id_property, Json::text(id));
        }
        self.put(type_key, object).map(drop)
    }

    /// Makes definitions of settings known that an object tells of, as Microsoft knows them in every tenant.
    pub fn know_definitions_of(&mut self, object: &Json) {
        told_by(object, Arc::make_mut(&mut self.definitions));
    }

    /// Removes an object. Returns whether there was one.
    pub fn remove(&mut self, type_key: &str, id: &str) -> bool {
        find(type_key).is_some_and(|kind| self.shelf_mut(kind).remove(id).is_some())
    }

    /// The object of a type and id, with its navigation properties inside.
    #[must_use]
    pub fn object(&self, type_key: &str, id: &str) -> Option<Json> {
        let stored = self.shelf(&find(type_key)?.collection)?.get(id)?;
        (stored.kind.key == type_key).then(|| stored.whole())
    }

    /// Ids of the objects of a type, in order.
    #[must_use]
    pub fn ids(&self, type_key: &str) -> Vec<String> {
        let shelf = find(type_key).and_then(|kind| self.shelf(&kind.collection));
        let objects = shelf.into_iter().flat_map(Shelf::iter);
        objects.filter(|(_, stored)| stored.kind.key == type_key).map(|(id, _)| id.to_owned()).collect()
    }

    /// Number of objects per type key; types without objects are left out.
    #[must_use]
    pub fn count_by_type(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for (_, stored) in self.shelves.values().flat_map(|shelf| shelf.iter()) {
            *counts.entry(stored.kind.key.as_str()).or_insert(0) += 1;
        }
        counts
    }

    /// Number of objects.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shelves.values().map(|shelf| shelf.len()).sum()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of collections that it shares with another tenant.
    #[must_use]
    pub fn shared_with(&self, other: &Self) -> usize {
        let same =
            |(path, shelf): &(&&str, &Arc<Shelf>)| other.shelves.get(**path).is_some_and(|theirs| Arc::ptr_eq(shelf, theirs));
        self.shelves.iter().filter(same).count()
    }

    /// Keys of the types of which there are objects, in order.
    #[must_use]
    pub fn type_keys(&self) -> Vec<&'static str> {
        self.count_by_type().into_keys().collect()
    }

    /// Says how many members a group has; a group of which nothing is said has none.
    pub fn set_member_count(&mut self, group_id: &str, members: u64) {
        self.member_counts.insert(group_id.to_owned(), members);
    }

    /// Appends changes that wait until the tenant is advanced; they must be in the order of time.
    pub fn add_history(&mut self, changes: Vec<Change>) {
        self.pending.extend(changes);
    }

    /// Every object.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Stored> {
        self.shelves.values().flat_map(|shelf| shelf.iter()).map(|(_, stored)| stored)
    }

    pub(crate) fn shelf(&self, collection: &str) -> Option<&Shelf> {
        self.shelves.get(collection).map(Arc::as_ref)
    }

    pub(crate) fn shelf_mut(&mut self, kind: &'static ResourceType) -> &mut Shelf {
        Arc::make_mut(self.shelves.entry(&kind.collection).or_default())
    }

    /// Applies a change.
    pub(crate) fn apply(&mut self, change: &Change) {
        match &change.effect {
            // A generated change carries an object of a known type with an id.
            ChangeEffect::Put(object) => drop(self.put(&change.type_key, object.clone())),
            ChangeEffect::Remove => drop(self.remove(&change.type_key, &change.object_id)),
        }
    }
}

/// The object as Graph sends it with minimal metadata: `@odata.type` only where the concrete type is not the declared one.
/// An object without it gets the only one that its type can have.
fn minimal(kind: &'static ResourceType, mut object: Json) -> Json {
    let declared = format!("#{}", kind.declared_type);
    match object.get("@odata.type").and_then(Json::as_str) {
        Some(name) if name == declared => drop(object.remove("@odata.type")),
        Some(_) => {}
        None => {
            if let ([only], Recognition::OdataType) = (kind.odata_types.as_slice(), &kind.recognition)
                && let Json::Object(members) = &mut object
            {
                members.insert(0, ("@odata.type".to_owned(), Json::text(only)));
            }
        }
    }
    object
}

/// The type by which Graph would know an object that is filed under `kind`.
pub(crate) fn recognised(kind: &'static ResourceType, object: &Json) -> &'static ResourceType {
    let object = minimal(kind, object.clone());
    collections([kind]).first().and_then(|collection| collection.classify(&object)).unwrap_or(kind)
}
