//! One type of object.

use serde::{Deserialize, Serialize};

use super::list::encode;
use super::{
    Assignments, Category, Create, FieldPath, HydrationStep, ListContract, Method, Permissions, Platform, PlatformRule,
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
    /// The version that is called.
    pub api_version: ApiVersion,
    /// The collection's path below the version.
    pub collection: String,
    /// The item's path below the version, with `{id}`.
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
    /// How objects are created.
    pub create: Create,
    /// How objects are changed.
    pub update: Update,
    /// How objects are removed, on the item's path.
    pub delete: Method,
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
    /// Whether objects of the type are kept in the inventory.
    #[must_use]
    pub fn in_inventory(&self) -> bool {
        self.stored_in == StoredIn::Inventory
    }

    /// The object's id.
    #[must_use]
    pub fn id_of<'a>(&self, object: &'a Json) -> Option<&'a str> {
        object.get(&self.id_property)?.as_str()
    }

    /// The object's name.
    #[must_use]
    pub fn name_of<'a>(&self, object: &'a Json) -> Option<&'a str> {
        object.get(&self.name_property)?.as_str()
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
        let known = self.odata_types.iter().any(|known| known == name) || name.strip_prefix('#') == Some(&self.declared_type);
        (!known).then_some(name)
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

    /// The item's path, version included; the id is percent-encoded.
    #[must_use]
    pub fn item_path(&self, id: &str) -> String {
        format!("/{}{}", self.api_version.segment(), self.item.replace("{id}", &encode(id)))
    }

    /// Paths and queries that complete the object of that id, version included, each with its step.
    #[must_use]
    pub fn hydration_requests(&self, id: &str) -> Vec<(&HydrationStep, String)> {
        let item = self.item_path(id);
        self.hydration.iter().filter_map(|step| Some((step, step.request(&item)?))).collect()
    }
}
