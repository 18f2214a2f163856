//! What a backup is to hold.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::InventoryItemId;
use crate::resource_types::{self, ResourceType};

/// The most objects that are chosen one by one.
pub const MOST_ITEMS: usize = 1_000;

/// What a backup is to hold. Whatever it is, the objects that chosen ones refer to (scope tags, filters, named locations …) come with
/// them: see [`Selection::types`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Selection {
    /// Every type that is kept in the inventory, also one that a later version adds.
    All,
    /// These types, by key, sorted; at least one.
    Types {
        /// Their keys.
        types: BTreeSet<String>,
    },
    /// These objects; from 1 to [`MOST_ITEMS`].
    Items {
        /// Their ids.
        items: BTreeSet<InventoryItemId>,
    },
}

/// The choice is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSelection {
    /// No type was chosen.
    #[error("choose at least one resource type")]
    NoType,
    /// No object was chosen.
    #[error("choose at least one object")]
    NoItem,
    /// Too many objects were chosen.
    #[error("choose at most {MOST_ITEMS} objects, or whole resource types")]
    TooManyItems,
    /// A type that the catalogue does not have, or that no sync reads.
    #[error("unknown resource type")]
    UnknownType,
}

fn kept() -> impl Iterator<Item = &'static ResourceType> {
    resource_types::all().iter().filter(|kind| kind.in_inventory())
}

fn referred_to(types: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut rest: Vec<&str> = types.iter().map(String::as_str).collect();
    while let Some(key) = rest.pop() {
        let Some(kind) = resource_types::find(key) else { continue };
        for other in kind.dependencies.iter().filter(|other| *other != key) {
            if resource_types::find(other).is_some_and(ResourceType::in_inventory) && found.insert(other.clone()) {
                rest.push(other);
            }
        }
    }
    found
}

impl Selection {
    /// These types.
    ///
    /// # Errors
    /// [`InvalidSelection`] for an empty choice, or a type that is not kept in the inventory.
    pub fn of_types(types: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, InvalidSelection> {
        Self::Types { types: types.into_iter().map(|key| key.as_ref().to_owned()).collect() }.checked()
    }

    /// These objects.
    ///
    /// # Errors
    /// [`InvalidSelection`] for none, or too many.
    pub fn of_items(items: impl IntoIterator<Item = InventoryItemId>) -> Result<Self, InvalidSelection> {
        Self::Items { items: items.into_iter().collect() }.checked()
    }

    /// The same, when it is acceptable.
    ///
    /// # Errors
    /// [`InvalidSelection`].
    pub fn checked(self) -> Result<Self, InvalidSelection> {
        match &self {
            Self::All => {}
            Self::Types { types } if types.is_empty() => return Err(InvalidSelection::NoType),
            Self::Types { types } => {
                let known = |key: &String| resource_types::find(key).is_some_and(ResourceType::can_be_synced);
                if !types.iter().all(known) {
                    return Err(InvalidSelection::UnknownType);
                }
            }
            Self::Items { items } if items.is_empty() => return Err(InvalidSelection::NoItem),
            Self::Items { items } if items.len() > MOST_ITEMS => return Err(InvalidSelection::TooManyItems),
            Self::Items { .. } => {}
        }
        Ok(self)
    }

    /// A selection as it is stored; `None` when it cannot be read, or is not acceptable any more.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value::<Self>(value.clone()).ok()?.checked().ok()
    }

    /// As it is stored.
    #[must_use]
    pub fn to_stored(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    /// Keys of the types that are read: those that were chosen, or to which the chosen objects belong (`of_items`), and with them
    /// those that they refer to, at any distance, as far as the inventory keeps them. Groups are not: they stand in the directory cache.
    #[must_use]
    pub fn types(&self, of_items: &BTreeSet<String>) -> BTreeSet<String> {
        let chosen = match self {
            Self::All => return kept().map(|kind| kind.key.clone()).collect(),
            Self::Types { types } => types,
            Self::Items { .. } => of_items,
        };
        let chosen: BTreeSet<String> =
            chosen.iter().filter(|key| resource_types::find(key).is_some_and(ResourceType::can_be_synced)).cloned().collect();
        let with = referred_to(&chosen);
        chosen.into_iter().chain(with).collect()
    }

    /// Keys of the types of which everything comes with objects of these types: those that they refer to, at any distance. What objects
    /// of a type refer to in their own type is not followed.
    #[must_use]
    pub fn foundations(&self, of_items: &BTreeSet<String>) -> BTreeSet<String> {
        referred_to(of_items)
    }

    /// In a few words: "Everything", "3 types", "1 object".
    #[must_use]
    pub fn words(&self) -> String {
        let counted = |many: usize, one: &str| if many == 1 { format!("1 {one}") } else { format!("{many} {one}s") };
        match self {
            Self::All => "Everything".to_owned(),
            Self::Types { types } => counted(types.len(), "type"),
            Self::Items { items } => counted(items.len(), "object"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_chosen_types_refer_to_comes_with_them() {
        let nothing = BTreeSet::new();
        let types = Selection::of_types(["conditional_access_policy"]).unwrap().types(&nothing);
        assert!(types.contains("conditional_access_policy") && types.contains("named_location"), "{types:?}");
        assert!(!types.contains("group"), "groups stand in the directory cache");
        let items = Selection::of_items([InventoryItemId::generate()]).unwrap();
        let of_items = items.types(&["settings_catalog_policy".to_owned()].into());
        assert!(of_items.contains("scope_tag") && of_items.contains("assignment_filter"), "{of_items:?}");
        let with = items.foundations(&["settings_catalog_policy".to_owned()].into());
        assert!(with.contains("scope_tag") && !with.contains("settings_catalog_policy"), "{with:?}");
        let all = Selection::All.types(&nothing);
        assert!(types.is_subset(&all) && all.len() > 50);
    }

    #[test]
    fn a_selection_is_stored_and_read_again_or_refused() {
        for selection in [
            Selection::All,
            Selection::of_types(["scope_tag", "scope_tag"]).unwrap(),
            Selection::of_items([InventoryItemId::generate()]).unwrap(),
        ] {
            assert_eq!(Selection::stored(&selection.to_stored()), Some(selection));
        }
        assert_eq!(Selection::of_types(Vec::<String>::new()), Err(InvalidSelection::NoType));
        assert_eq!(Selection::of_types(["no_such_type"]), Err(InvalidSelection::UnknownType));
        assert_eq!(Selection::of_items([]), Err(InvalidSelection::NoItem));
        let many = (0..=MOST_ITEMS).map(|_| InventoryItemId::generate());
        assert_eq!(Selection::of_items(many), Err(InvalidSelection::TooManyItems));
        assert_eq!(Selection::stored(&serde_json::json!({ "what": "moon" })), None);
        assert_eq!(Selection::of_types(["scope_tag"]).unwrap().words(), "1 type");
    }
}
