//! Which application permissions are asked for, with the ids that Microsoft gave them.

use std::collections::BTreeSet;

use super::Feature;
use crate::resource_types::{PermissionSet, all};

/// The application id of Microsoft Graph itself, equal in all tenants (Microsoft, "Application IDs of commonly used Microsoft
/// applications").
pub const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// Names and ids of Microsoft Graph's application permissions, equal in all tenants; from a published classification of real tenant
/// data (Cloud-Architekt/AzurePrivilegedIAM, MIT).
const APP_ROLES: &str = include_str!("app_roles.txt");

/// What is asked for beside what the types need: to see which tenant it is, what was granted, and who changed what in the directory
/// (Intune's own log is open to who may read its apps).
const OWN: [&str; 3] = ["Organization.Read.All", "Application.Read.All", "AuditLog.Read.All"];

/// An application permission of Microsoft Graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AppRole {
    /// Its name, e.g. `DeviceManagementConfiguration.Read.All`.
    pub name: &'static str,
    /// Its id.
    pub id: &'static str,
}

/// The permissions that these features need, by name; as few as there can be: who may write a type need not be given the right to read
/// it where that is included.
#[must_use]
pub fn wanted(features: &[Feature]) -> Vec<AppRole> {
    let kinds = || all().iter().filter(|kind| kind.in_inventory() && kind.readable());
    let mut chosen: BTreeSet<&str> = OWN.into_iter().collect();
    let add = |set: &'static PermissionSet, chosen: &mut BTreeSet<&str>| {
        if !set.satisfied_by(chosen.iter().copied()) {
            chosen.insert(&set.recommended);
        }
    };
    if features.contains(&Feature::Restore) {
        kinds().filter_map(|kind| kind.permissions.write.as_ref()).for_each(|set| add(set, &mut chosen));
    }
    kinds().filter_map(|kind| kind.permissions.read.as_ref()).for_each(|set| add(set, &mut chosen));
    known().filter(|role| chosen.contains(role.name)).collect()
}

fn known() -> impl Iterator<Item = AppRole> {
    APP_ROLES.lines().filter_map(|line| line.split_once(' ')).map(|(name, id)| AppRole { name, id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_can_be_read_and_written_with_what_is_asked_for() {
        let names = |features: &[Feature]| wanted(features).into_iter().map(|role| role.name).collect::<Vec<_>>();
        let (read, both) = (names(&[Feature::Inventory]), names(&[Feature::Inventory, Feature::Restore]));
        for kind in all().iter().filter(|kind| kind.in_inventory() && kind.readable()) {
            for have in [&read, &both] {
                let set = kind.permissions.read.as_ref().unwrap();
                assert!(set.satisfied_by(have.iter().copied()), "{} cannot be read; is {} listed?", kind.key, set.recommended);
            }
            if let Some(set) = &kind.permissions.write {
                assert!(set.satisfied_by(both.iter().copied()), "{} cannot be written; is {} listed?", kind.key, set.recommended);
            }
        }
        assert!(read.iter().all(|name| !name.contains("ReadWrite")), "reading asks for no right to write: {read:?}");
    }

    #[test]
    fn ids_are_ids_and_come_once() {
        let mut ids = BTreeSet::new();
        for role in known() {
            assert!(uuid::Uuid::parse_str(role.id).is_ok() && ids.insert(role.id), "{role:?}");
        }
    }
}
