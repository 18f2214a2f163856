//! A Graph collection and the types that share it.

use super::list::encode;
use super::{ApiVersion, Form, ListContract, Recognition, ResourceType, all, find};
use crate::json::Json;

/// A collection to list once, whatever number of types it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// The API version.
    pub version: ApiVersion,
    /// The path below the version, e.g. `/deviceManagement/configurationPolicies`.
    pub path: &'static str,
    /// The types that were asked for, in the order of the catalogue.
    pub types: Vec<&'static ResourceType>,
    /// Every type of the path in the catalogue.
    all_types: Vec<&'static ResourceType>,
}

/// The collections that hold the types; a shared collection comes once. Order: that of the catalogue.
#[must_use]
pub fn collections<'a>(types: impl IntoIterator<Item = &'a ResourceType>) -> Vec<Collection> {
    let wanted: Vec<&str> = types.into_iter().map(|wanted| wanted.key.as_str()).collect();
    let mut found: Vec<Collection> = Vec::new();
    for kind in all().iter().filter(|kind| wanted.contains(&kind.key.as_str())) {
        match found.iter_mut().find(|c| c.path == kind.collection && c.version == kind.api_version) {
            Some(collection) => collection.types.push(kind),
            None => found.push(Collection {
                version: kind.api_version,
                path: &kind.collection,
                types: vec![kind],
                all_types: all()
                    .iter()
                    .filter(|k| k.collection == kind.collection && k.api_version == kind.api_version)
                    .collect(),
            }),
        }
    }
    found
}

impl Collection {
    /// The type of an object of this collection, among **all** types of the path, so that the caller can drop objects of a
    /// type that was not asked for. `None` only where no type of the path takes the rest.
    #[must_use]
    pub fn classify(&self, object: &Json) -> Option<&'static ResourceType> {
        let claimed = self.all_types.iter().find(|kind| kind.recognition.claims(&kind.odata_types, object));
        claimed.or_else(|| self.all_types.iter().find(|kind| kind.recognition == Recognition::Rest)).copied()
    }

    /// How the collection is listed.
    #[must_use]
    pub fn list(&self) -> &'static ListContract {
        // A collection is only made with a type in it, and all types of one path have equal lists (tested).
        static EMPTY: std::sync::LazyLock<ListContract> = std::sync::LazyLock::new(ListContract::default);
        self.all_types.first().map_or(&EMPTY, |kind| &kind.list)
    }

    /// The type below whose objects the collection is, once for each of them; `None` for a collection of the tenant.
    #[must_use]
    pub fn parent(&self) -> Option<&'static ResourceType> {
        match &self.all_types.first()?.form {
            Form::Below { parent } => find(parent),
            Form::Collection | Form::Singleton => None,
        }
    }

    /// Whether reading the path gives one object itself in place of a list.
    #[must_use]
    pub fn is_singleton(&self) -> bool {
        self.all_types.first().is_some_and(|kind| kind.is_singleton())
    }

    /// As [`Collection::first_page`], of the collection below the object `parent`.
    #[must_use]
    pub fn first_page_below(&self, parent: &str) -> String {
        self.first_page().replace("{parent}", &encode(parent))
    }

    /// Path and query, without the version, of a question that shows whether the collection can be read: one object at most, where the
    /// service lets the asker say so.
    #[must_use]
    pub fn probe(&self) -> String {
        let list = self.list();
        let mut parts: Vec<String> = list.filter.iter().map(|filter| format!("$filter={}", encode(filter))).collect();
        if list.top.is_some() {
            parts.push("$top=1".to_owned());
        }
        if parts.is_empty() { self.path.to_owned() } else { format!("{}?{}", self.path, parts.join("&")) }
    }

    /// Path and query of the first page, version included: `/beta/deviceManagement/…?$expand=assignments&$top=1000`. Where
    /// there is a [`Collection::parent`], it holds `{parent}` and is no request.
    #[must_use]
    pub fn first_page(&self) -> String {
        let query = self.list().query();
        let path = format!("/{}{}", self.version.segment(), self.path);
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }
}
