//! What is known here of the objects that links lead to.

use crate::references::may_refer;
use crate::resource_types::{self, ResourceType};
use crate::restore::Reference;

/// The names of collections that hold several types; see [`Reference::types`].
const COLLECTIONS: [&str; 4] =
    ["device_configuration", "settings_catalog_policy", "managed_app_policy", "enrollment_restriction"];

/// Where objects that are referred to by that name are kept, under the id by which they are referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// In the directory cache, as groups.
    Groups,
    /// In the inventory, as objects of one of these types. `whole`: every object that exists is in their lists.
    Inventory {
        /// Keys of the types.
        types: Vec<&'static str>,
        /// Whether the lists of the types leave nothing out.
        whole: bool,
    },
    /// Nowhere, or under other ids: people; applications, which are referred to by their application's id; roles, by their
    /// template's; Microsoft's own reference data.
    No,
}

/// Where objects are kept that links lead to under that name.
#[must_use]
pub fn kept(to: &str) -> Kept {
    match to {
        "group" => return Kept::Groups,
        "service_principal" | "directory_role" => return Kept::No,
        _ => {}
    }
    let reference = Reference::new(to, "");
    let kinds: Option<Vec<&'static ResourceType>> = reference.types().into_iter().map(resource_types::find).collect();
    match kinds {
        Some(kinds) if !kinds.is_empty() && kinds.iter().all(|kind| kind.in_inventory()) => Kept::Inventory {
            whole: kinds.iter().all(|kind| kind.list.filter.is_none()),
            types: kinds.into_iter().map(|kind| kind.key.as_str()).collect(),
        },
        _ => Kept::No,
    }
}

/// The names under which links lead to objects of a type.
#[must_use]
pub fn names_of(resource_type: &str) -> Vec<String> {
    let mut names: Vec<String> = COLLECTIONS
        .iter()
        .filter(|name| Reference::new(**name, "").types().contains(&resource_type))
        .map(|name| (*name).to_owned())
        .collect();
    if !names.iter().any(|name| name == resource_type) && !matches!(kept(resource_type), Kept::No) {
        names.push(resource_type.to_owned());
    }
    names
}

/// The types of the inventory whose objects may refer to those of that name.
#[must_use]
pub fn refer_to(name: &str) -> Vec<&'static ResourceType> {
    resource_types::all().iter().filter(|kind| kind.in_inventory() && may_refer(kind, name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_where_everything_is_kept_that_is_kept() {
        assert_eq!(kept("group"), Kept::Groups);
        assert_eq!(kept("scope_tag"), Kept::Inventory { types: vec!["scope_tag"], whole: true });
        assert!(matches!(kept("device_configuration"), Kept::Inventory { types, whole: true } if types.len() == 3));
        assert!(matches!(kept("mobile_app"), Kept::Inventory { whole: false, .. }), "its list is filtered");
        for nowhere in ["user", "service_principal", "directory_role", "terms_of_use_agreement", "group_policy_presentation", "x"]
        {
            assert_eq!(kept(nowhere), Kept::No, "{nowhere}");
        }
    }

    #[test]
    fn an_object_is_found_under_every_name_that_links_have_for_it() {
        assert_eq!(names_of("windows_update_ring"), ["device_configuration", "windows_update_ring"]);
        assert_eq!(names_of("device_configuration"), ["device_configuration"]);
        assert_eq!(names_of("group"), ["group"]);
        assert!(names_of("service_principal").is_empty() && names_of("user").is_empty());
        for kind in resource_types::all().iter().filter(|kind| kind.in_inventory()) {
            for name in names_of(&kind.key) {
                let Kept::Inventory { types, .. } = kept(&name) else { panic!("{name} is kept") };
                assert!(types.contains(&kind.key.as_str()), "{name} leads to {}", kind.key);
            }
        }
    }

    #[test]
    fn filters_and_scope_tags_are_referred_to_by_what_can_have_them() {
        let keys = |name| refer_to(name).into_iter().map(|kind| kind.key.as_str()).collect::<Vec<_>>();
        assert!(keys("scope_tag").contains(&"intune_role_assignment") && keys("scope_tag").contains(&"assignment_filter"));
        assert!(keys("assignment_filter").contains(&"settings_catalog_policy"));
        assert!(!keys("assignment_filter").contains(&"notification_template"));
        assert_eq!(keys("named_location"), ["conditional_access_policy"]);
    }
}
