//! One type of object.

use serde::{Deserialize, Serialize};

use super::list::encode;
use super::{
    Assignments, Category, Create, FieldPath, Form, HydrationStep, ListContract, Method, Permissions, Platform, PlatformRule,
    Recognition, Restore, Secret, Segment, Unordered, Update,
};
use crate::json::Json;

/// A version of Microsoft Graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ApiVersion {
    /// `v1.0`
    #[serde(rename = "v1.0")]
    V1,
    /// `beta`
    #[serde(rename = "beta")]
    Beta,
}

impl ApiVersion {
    /// The first segment of a path.
    #[must_use]
    pub const fn segment(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

/// Where objects of a type are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoredIn {
    /// The inventory, with versions.
    Inventory,
    /// The directory cache only.
    DirectoryCache,
    /// Nowhere by itself: Microsoft's own reference data, or rows that are no configuration. A sync reads such a type when it
    /// is named, never because everything is synced.
    OnDemand,
}

/// What is known about one type of Graph object. Property names are Graph's.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceType {
    /// The stable key, e.g. `settings_catalog_policy`: stored, in addresses and in the API.
    pub key: String,
    /// The name for people, e.g. "Settings catalog policy".
    pub label: String,
    /// What it is about.
    pub category: Category,
    /// Where its objects are kept.
    pub stored_in: StoredIn,
    /// Why objects are not kept; with [`StoredIn::OnDemand`], and only then.
    pub on_demand: Option<String>,
    /// The version that is called.
    pub api_version: ApiVersion,
    /// Whether there is a collection, one object only, or a collection below each object of another type.
    #[serde(default)]
    pub form: Form,
    /// The collection's path below the version, with `{parent}` where it is below another object; the object's own path where
    /// there is one only.
    pub collection: String,
    /// The item's path below the version, with `{id}`, and `{parent}` where it is below another object.
    pub item: String,
    /// The entity type that all objects of this type are, or derive from: `microsoft.graph.…`.
    pub entity_type: String,
    /// The entity type that the collection declares; an object of exactly that type carries no `@odata.type`.
    pub declared_type: String,
    /// The concrete types, as in `@odata.type`.
    pub odata_types: Vec<String>,
    /// The property that holds the id.
    pub id_property: String,
    /// The property that holds the name.
    pub name_property: String,
    /// The property that lists ids of scope tags, where the type has one.
    pub scope_tag_property: Option<String>,
    /// Fields that the service makes or that change by themselves: taken out before comparing, and never sent.
    pub volatile: Vec<FieldPath>,
    /// Properties that can be set only by creating.
    #[serde(default)]
    pub immutable: Vec<String>,
    /// Keys of the types whose objects are referred to.
    #[serde(default)]
    pub dependencies: Vec<String>,
    /// What surprises.
    #[serde(default)]
    pub quirks: Vec<String>,
    /// How its objects are recognised in the collection.
    pub recognition: Recognition,
    /// How an object's platform is found.
    pub platform: PlatformRule,
    /// How the collection is listed.
    pub list: ListContract,
    /// Requests that complete an object; empty when a list item is complete.
    #[serde(default)]
    pub hydration: Vec<HydrationStep>,
    /// Assignments, where the type has them.
    pub assignments: Option<Assignments>,
    /// How objects are created; absent where they cannot be.
    pub create: Option<Create>,
    /// How objects are changed; absent where they cannot be.
    pub update: Option<Update>,
    /// How objects are removed, on the item's path; absent where they cannot be.
    pub delete: Option<Method>,
    /// What a restore may do.
    pub restore: Restore,
    /// Who may call.
    pub permissions: Permissions,
    /// Lists without order.
    #[serde(default)]
    pub unordered: Vec<Unordered>,
    /// Places of secrets.
    #[serde(default)]
    pub secrets: Vec<Secret>,
}

impl ResourceType {
    /// Whether objects of the type are kept in the inventory, so that a sync of everything reads it.
    #[must_use]
    pub fn in_inventory(&self) -> bool {
        self.stored_in == StoredIn::Inventory && self.readable()
    }

    /// Whether a sync reads the type when it is named.
    #[must_use]
    pub fn can_be_synced(&self) -> bool {
        self.stored_in != StoredIn::DirectoryCache && self.readable()
    }

    /// Whether an app reads the type with permissions of its own. Where it does not, Microsoft opens the type to signed-in
    /// people only.
    #[must_use]
    pub fn readable(&self) -> bool {
        self.permissions.read.is_some()
    }

    /// Whether there is one object of the type in a tenant, always.
    #[must_use]
    pub fn is_singleton(&self) -> bool {
        self.form == Form::Singleton
    }

    /// The object's id. The only object of its type has the type's key for it: some of them have none, or the tenant's.
    #[must_use]
    pub fn id_of<'a>(&'a self, object: &'a Json) -> Option<&'a str> {
        if self.is_singleton() { Some(&self.key) } else { object.get(&self.id_property)?.as_str() }
    }

    /// The object's name. The only object of its type may go without one, and is called as its type.
    #[must_use]
    pub fn name_of<'a>(&'a self, object: &'a Json) -> Option<&'a str> {
        let name = object.get(&self.name_property).and_then(Json::as_str);
        if self.is_singleton() && (self.name_property == self.id_property || name.is_none()) {
            return Some(&self.label);
        }
        name
    }

    /// The platform that the object is for.
    #[must_use]
    pub fn platform_of(&self, object: &Json) -> Platform {
        self.platform.platform_of(object)
    }

    /// Ids of the object's scope tags; empty when it has none or the type has none.
    #[must_use]
    pub fn scope_tags_of<'a>(&self, object: &'a Json) -> Vec<&'a str> {
        let tags = self.scope_tag_property.as_ref().and_then(|name| object.get(name)?.as_array());
        tags.unwrap_or_default().iter().filter_map(Json::as_str).collect()
    }

    /// The object's concrete type when the object names one that the contract does not know.
    #[must_use]
    pub fn unknown_odata_type<'a>(&self, object: &'a Json) -> Option<&'a str> {
        let name = object.get("@odata.type")?.as_str()?;
        (!self.knows(name)).then_some(name)
    }

    /// Whether the contract knows a concrete type, as in `@odata.type`.
    #[must_use]
    pub fn knows(&self, odata_type: &str) -> bool {
        self.odata_types.iter().any(|known| known == odata_type) || odata_type.strip_prefix('#') == Some(&self.declared_type)
    }

    /// Whether the top-level property of that name is volatile. Deeper volatile fields: [`ResourceType::strip_volatile`].
    #[must_use]
    pub fn is_volatile(&self, property: &str) -> bool {
        self.volatile.iter().any(|path| matches!(path.segments(), [Segment::Member(name)] if name == property))
    }

    /// Takes every volatile field out of the object, at any depth, and returns those of the top level by name.
    pub fn strip_volatile(&self, object: &mut Json) -> Vec<(String, Json)> {
        let mut taken = Vec::new();
        for path in &self.volatile {
            let values = path.take(object);
            if let [Segment::Member(name)] = path.segments() {
                taken.extend(values.into_iter().map(|value| (name.clone(), value)));
            }
        }
        taken
    }

    /// The item's path, version included; the id is percent-encoded. Of a type below another: [`ResourceType::item_below`].
    #[must_use]
    pub fn item_path(&self, id: &str) -> String {
        format!("/{}{}", self.api_version.segment(), self.item.replace("{id}", &encode(id)))
    }

    /// The item's path below the object `parent`, version included; both ids are percent-encoded.
    #[must_use]
    pub fn item_below(&self, parent: &str, id: &str) -> String {
        self.item_path(id).replace("{parent}", &encode(parent))
    }

    /// Paths and queries that complete the object of that id, version included, each with its step.
    #[must_use]
    pub fn hydration_requests(&self, id: &str) -> Vec<(&HydrationStep, String)> {
        let item = self.item_path(id);
        self.hydration.iter().filter_map(|step| Some((step, step.request(&item)?))).collect()
    }
}
