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

    /// What the document says of a permission: which kinds of objects it opens, or why it is asked for where it is none.
    fn line(role: &AppRole, set: fn(&'static crate::resource_types::ResourceType) -> Option<&'static PermissionSet>) -> String {
        let mut opened: Vec<(&str, u32)> = Vec::new();
        for kind in all().iter().filter(|kind| kind.in_inventory() && kind.readable()) {
            if !set(kind).is_some_and(|set| set.satisfied_by([role.name])) {
                continue;
            }
            let label = kind.category.label();
            match opened.iter_mut().find(|(other, _)| *other == label) {
                Some((_, count)) => *count += 1,
                None => opened.push((label, 1)),
            }
        }
        let mut words: Vec<String> = opened.iter().map(|(label, count)| format!("{label} ({count})")).collect();
        match role.name {
            "Organization.Read.All" => words.push("which tenant it is".to_owned()),
            "Application.Read.All" => words.push("what was granted".to_owned()),
            "AuditLog.Read.All" => words.push("who changed what in the directory".to_owned()),
            _ => {}
        }
        format!("| `{}` | {} |", role.name, words.join(", "))
    }

    #[test]
    fn the_document_names_what_is_asked_for() {
        let document = include_str!("../../../../docs/ENTRA.md");
        let there: Vec<&str> = document.lines().filter(|line| line.starts_with("| `")).collect();
        let read = wanted(&[Feature::Inventory]);
        let write = wanted(&[Feature::Inventory, Feature::Restore]);
        let mut lines: Vec<String> = read.iter().map(|role| line(role, |kind| kind.permissions.read.as_ref())).collect();
        // Where writing takes another one for what it includes, reading what is left may ask for one of its own.
        let more = write.iter().filter(|role| !read.contains(role));
        lines.extend(more.map(|role| match line(role, |kind| kind.permissions.write.as_ref()) {
            empty if empty.ends_with("|  |") => line(role, |kind| kind.permissions.read.as_ref()),
            written => written,
        }));
        assert_eq!(there, lines, "docs/ENTRA.md must have these lines, in this order:\n{}", lines.join("\n"));
    }
}
