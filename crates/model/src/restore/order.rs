//! In which order objects can be deleted.

use std::collections::BTreeMap;

use crate::json::Json;
use crate::references::references;
use crate::resource_types::ResourceType;

/// An item whose object is to be deleted, and what it is like.
pub type Removed<'a> = (u32, &'a ResourceType, &'a str, &'a Json);

/// Which of these items have to be done before each: an object in use cannot be deleted, so that what refers to it goes first.
#[must_use]
pub fn removal_needs(removed: &[Removed<'_>]) -> BTreeMap<u32, Vec<u32>> {
    let mut by_id: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for (number, kind, id, _) in removed {
        by_id.insert((&kind.key, id), *number);
    }
    let mut needs: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (number, kind, _, object) in removed {
        for found in references(kind, object) {
            let used = found.reference.types().into_iter().filter_map(|key| by_id.get(&(key, found.reference.id.as_str())));
            for used in used.filter(|used| *used != number) {
                let before = needs.entry(*used).or_default();
                if !before.contains(number) {
                    before.push(*number);
                }
            }
        }
    }
    needs
}
