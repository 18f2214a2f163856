//! Inventory: what was last observed in a tenant.

mod assignments;
mod item;
mod list;
mod readable;
mod search;
mod sync;
mod sync_button;
mod versions;

pub use item::Item;
pub use list::List;
pub use readable::redacted;
pub use search::{Search, search_query};
pub use sync::SyncForm;
pub use versions::Version;

pub(crate) use assignments::{aimed_at, assignments, terms};
pub(crate) use readable::{
    Named, Names, choice, display_name, named, payload_words, property_words, readable, shown, tidy, words_of,
};
pub(crate) use sync_button::sync_button;

use model::ids::TenantId;
use model::inventory::{InventoryFilter, InventoryItem};
use model::resource_types::{self, ResourceType};

use crate::href::{self, Query};
use crate::text;

/// The address of an inventory so narrowed. Parameters: `type` (repeated), `platform`, `q`, `missing` (`yes`, `no`).
#[must_use]
pub fn query(tenant: TenantId, filter: &InventoryFilter) -> Query {
    let start = Query::new(href::inventory(tenant));
    filter
        .types
        .iter()
        .fold(start, |query, key| query.with("type", key))
        .with_some("platform", filter.platform.map(|platform| platform.code()))
        .with_some("q", filter.text.as_deref())
        .with_some("missing", filter.missing.map(|missing| if missing { "yes" } else { "no" }))
}

/// The name of a resource type; a key that the catalogue does not know is shown as it is.
pub(crate) fn type_label(key: &str) -> String {
    resource_types::find(key).map_or_else(|| format!("Unknown type “{}”", text::shown(key, 60)), |kind| kind.label.clone())
}

/// "Unknown kind: …" for an object whose concrete type the contract of its type does not know: the type took it because no
/// other claims it.
pub(crate) fn unknown_kind(item: &InventoryItem) -> Option<String> {
    let odata_type = item.odata_type.as_deref()?;
    let known = resource_types::find(&item.resource_type).is_none_or(|kind| kind.knows(odata_type));
    (!known).then(|| format!("Unknown kind: {}", text::shown(odata_type.trim_start_matches("#microsoft.graph."), 120)))
}

/// The types that are kept in the inventory, in the order of the catalogue.
pub(crate) fn kept_types() -> impl Iterator<Item = &'static ResourceType> {
    let mut kinds: Vec<_> = resource_types::all().iter().filter(|kind| kind.in_inventory()).collect();
    kinds.sort_by_key(|kind| kind.label.to_lowercase());
    kinds.into_iter()
}

/// Lines of types by what the types are called, as people look for them.
pub(crate) fn by_label<'a, T>(lines: impl IntoIterator<Item = &'a T>, key: impl Fn(&T) -> &str) -> Vec<&'a T> {
    let mut lines: Vec<&T> = lines.into_iter().collect();
    lines.sort_by_key(|line| type_label(key(line)).to_lowercase());
    lines
}
