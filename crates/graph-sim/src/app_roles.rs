//! Microsoft Graph's own ids of the application permissions that the catalogue names: the same in every tenant.
//!
//! Source: `appRoles` of Microsoft Graph's service principal (public data, August 2026), as far as contracts name them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::derived_id::id_from;

static IDS: LazyLock<BTreeMap<&'static str, &'static str>> =
    LazyLock::new(|| include_str!("app_roles.tsv").lines().filter_map(|line| line.split_once('\t')).collect());

/// The id of a permission; one that is not known gets an id of its own.
pub(crate) fn app_role_id(name: &str) -> String {
    IDS.get(name).map_or_else(|| id_from(name), |id| (*id).to_owned())
}

/// Every permission with its id, and those of `more` that are not among them.
pub(crate) fn app_roles<'a>(more: impl IntoIterator<Item = &'a String>) -> BTreeMap<String, String> {
    let known = IDS.keys().map(|name| (*name).to_owned());
    known.chain(more.into_iter().cloned()).map(|name| (name.clone(), app_role_id(&name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::AppRegistration;

    #[test]
    fn every_permission_of_the_catalogue_has_its_real_id() {
        assert_eq!(app_role_id("Group.Read.All"), "5b567255-7703-4780-807c-7be8301ae99b");
        let invented: Vec<String> =
            AppRegistration::every_permission().into_iter().filter(|name| !IDS.contains_key(name.as_str())).collect();
        assert_eq!(invented, Vec::<String>::new());
        let distinct: std::collections::BTreeSet<&str> = IDS.values().copied().collect();
        assert_eq!(distinct.len(), IDS.len());
    }
}
