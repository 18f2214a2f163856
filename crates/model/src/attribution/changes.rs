//! What events say was changed, for a sync that has to know what to look at.

use std::collections::BTreeSet;

use super::object_key;
use crate::resource_types::ResourceType;

/// What the events of some time name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    objects: BTreeSet<String>,
    kinds: BTreeSet<String>,
    /// An event names more objects than are known.
    more: bool,
}

impl Changes {
    /// Of the objects that events name: their ids as [`object_key`] gives them, and their kinds in Microsoft's words.
    #[must_use]
    pub fn of(named: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut changes = Self::default();
        for (id, kind) in named {
            changes.objects.insert(id);
            changes.kinds.insert(kind.to_ascii_lowercase());
        }
        changes
    }

    /// The same, and objects that are not known.
    #[must_use]
    pub fn and_more(self) -> Self {
        Self { more: true, ..self }
    }

    /// Whether the object may have been changed: it is named, or one of its kind is, or not all that are named are known. Microsoft does not state for every kind by which of
    /// its ids an event names it.
    #[must_use]
    pub fn may_concern(&self, kind: &ResourceType, id: &str) -> bool {
        let name = kind.declared_type.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        self.more || self.objects.contains(&object_key(id)) || self.kinds.iter().any(|named| named.contains(&name))
    }

    /// The ids.
    pub fn objects(&self) -> impl Iterator<Item = &str> {
        self.objects.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource_types::find;

    #[test]
    fn an_object_is_concerned_by_its_id_or_its_kind() {
        let tag = find("scope_tag").unwrap();
        let named = |id: &str, kind: &str| Changes::of([(object_key(id), kind.to_owned())]);
        assert!(named("7", "Something").may_concern(tag, "7"));
        assert!(named("a9", "RoleScopeTag").may_concern(tag, "7"));
        assert!(named("a9", "Microsoft.Management.Services.Api.RoleScopeTagAutoAssignment").may_concern(tag, "7"));
        assert!(!named("8", "PolicySet").may_concern(tag, "7"));
        assert!(!Changes::default().may_concern(tag, "7"));
        assert!(Changes::default().and_more().may_concern(tag, "7"));
    }
}
