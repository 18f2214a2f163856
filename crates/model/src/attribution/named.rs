//! Of which types the objects are that an event names.

use super::EventSource;
use crate::resource_types::{self, ResourceType};

/// Names of types that are shorter are words that others have in them.
const SHORT: usize = 8;

/// Keys of the types of the inventory to which an event of that log may belong that calls its object that kind, and what was done that
/// activity. Of an object that the inventory has its id tells better; an object that is new is known by nothing else.
#[must_use]
pub fn types_named(source: EventSource, kind: &str, activity: &str) -> Vec<&'static str> {
    let plain = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase() };
    let (kind, activity) = (plain(kind), plain(activity));
    let fits = |of: &&'static ResourceType| {
        let name = of.declared_type.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let named = name.len() >= SHORT && (kind.contains(&name) || activity.contains(&name));
        of.in_inventory() && EventSource::of(of) == source && (named || kind == name)
    };
    resource_types::all().iter().filter(fits).map(|of| of.key.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_by_the_kind_or_by_what_was_done() {
        let named = |source, kind, activity| types_named(source, kind, activity);
        let tags = named(EventSource::Intune, "RoleScopeTag", "Create RoleScopeTag");
        assert_eq!(tags, ["scope_tag"]);
        assert!(named(EventSource::Directory, "Policy", "Add conditional access policy").contains(&"conditional_access_policy"));
        assert!(
            named(EventSource::Intune, "Microsoft.Management.Services.Api.DeviceManagementConfigurationPolicy", "")
                .contains(&"settings_catalog_policy")
        );
        assert!(named(EventSource::Intune, "Something", "Patch something").is_empty());
        assert!(named(EventSource::Directory, "RoleScopeTag", "Create RoleScopeTag").is_empty(), "the other log");
        assert!(named(EventSource::Directory, "User", "Update user").is_empty(), "people are in no inventory");
    }
}
