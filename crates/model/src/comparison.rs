//! Comparing the policies of two tenants, or of one tenant at two moments: which belong together, and which of them differ.
//!
//! Only hashes are looked at: what differs inside two policies is for [`crate::diff`].

use std::collections::BTreeMap;

use crate::codes::codes;
use crate::ids::{InventoryItemId, TenantId};
use crate::page::Page;
use crate::time::Moment;
use crate::version::Changed;

codes! {
    /// How two sides stand to each other.
    Difference {
        /// Only the first side has the policy.
        OnlyBefore = "only_before",
        /// Only the second side has it.
        OnlyAfter = "only_after",
        /// Both have it, and not the same.
        Different = "different",
        /// Both have the same.
        Same = "same",
    }
}

codes! {
    /// A part of a policy that is compared by itself.
    Part {
        /// All that is neither an assignment nor a scope tag.
        Settings = "settings",
        /// Who it is assigned to.
        Assignments = "assignments",
        /// Its scope tags.
        ScopeTags = "scope_tags",
    }
}

impl Part {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Settings => "Settings",
            Self::Assignments => "Assignments",
            Self::ScopeTags => "Scope tags",
            Self::Unknown => "Unknown part",
        }
    }
}

/// A policy as it stood at a moment, by its hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyState {
    /// The item.
    pub item_id: InventoryItemId,
    /// Its tenant.
    pub tenant_id: TenantId,
    /// Key of its resource type.
    pub resource_type: String,
    /// Microsoft's id of it.
    pub object_id: String,
    /// What it was called then.
    pub name: String,
    /// The number of its version.
    pub version: i64,
    /// The hash that alone decides whether two states mean the same.
    pub semantic_hash: String,
    /// The same of its parts; `None` where the version was written before these were kept.
    pub parts: Option<PartHashes>,
}

impl PolicyState {
    /// What tells this part of it, where that is known of the other one as well.
    fn hash_of(&self, part: Option<Part>, other: &Self) -> &str {
        match (part, &self.parts, &other.parts) {
            (Some(Part::Settings), Some(parts), Some(_)) => &parts.body,
            (Some(Part::Assignments), Some(parts), Some(_)) => &parts.assignments,
            (Some(Part::ScopeTags), Some(parts), Some(_)) => &parts.scope_tags,
            _ => &self.semantic_hash,
        }
    }
}

/// Hashes of the parts of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartHashes {
    /// Of all that is neither an assignment nor a scope tag.
    pub body: String,
    /// Of the assignments.
    pub assignments: String,
    /// Of the scope tags.
    pub scope_tags: String,
}

/// A policy of the one side, the other, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPair {
    /// On the first side.
    pub before: Option<PolicyState>,
    /// On the second side.
    pub after: Option<PolicyState>,
}

impl PolicyPair {
    /// How the two sides stand to each other as a whole; of two tenants, by their settings.
    #[must_use]
    pub fn difference(&self) -> Difference {
        self.difference_in(None)
    }

    /// How the two sides stand to each other in a part. `None`: as a whole, and of two tenants in the settings: assignments and scope
    /// tags name groups and tags by ids, which are other ones in each tenant, so that neither equal nor other ids tell anything. Where the
    /// parts are not known, as a whole.
    #[must_use]
    pub fn difference_in(&self, part: Option<Part>) -> Difference {
        let part = part.or_else(|| self.across().then_some(Part::Settings));
        match (&self.before, &self.after) {
            (Some(before), Some(after)) if before.hash_of(part, after) == after.hash_of(part, before) => Difference::Same,
            (Some(_), Some(_)) => Difference::Different,
            (Some(_), None) => Difference::OnlyBefore,
            (None, _) => Difference::OnlyAfter,
        }
    }

    /// Whether the two sides are of two tenants.
    #[must_use]
    pub fn across(&self) -> bool {
        matches!((&self.before, &self.after), (Some(before), Some(after)) if before.tenant_id != after.tenant_id)
    }

    /// Which parts differ, ids as they are; `None` where one side is missing or the parts are not known.
    #[must_use]
    pub fn changed(&self) -> Option<Changed> {
        let (before, after) = (self.before.as_ref()?.parts.as_ref()?, self.after.as_ref()?.parts.as_ref()?);
        Some(Changed {
            body: before.body != after.body,
            assignments: before.assignments != after.assignments,
            scope_tags: before.scope_tags != after.scope_tags,
        })
    }

    /// Whether the two sides call it otherwise.
    #[must_use]
    pub fn renamed(&self) -> bool {
        matches!((&self.before, &self.after), (Some(before), Some(after)) if before.name != after.name)
    }

    /// The side that is there, the second one if both are.
    #[must_use]
    pub fn latest(&self) -> Option<&PolicyState> {
        self.after.as_ref().or(self.before.as_ref())
    }

    /// What the list is sorted by: type, name with its case aside, id.
    #[must_use]
    pub fn sort_key(&self) -> (String, String, String) {
        let Some(state) = self.latest() else { return Default::default() };
        let name = folded(&state.name).chars().filter(|c| *c != '\0').take(200).collect();
        (state.resource_type.clone(), name, state.item_id.to_string())
    }
}

/// What to compare, and what of it to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComparisonFilter {
    /// The first side as it was then; `None`: as it is now.
    pub before_at: Option<Moment>,
    /// The second side as it was then; `None`: as it is now.
    pub after_at: Option<Moment>,
    /// Only these types; empty means all.
    pub types: Vec<String>,
    /// Only these; empty means all that is not the same.
    pub differences: Vec<Difference>,
    /// Only this part is compared; `None`: see [`PolicyPair::difference_in`].
    pub part: Option<Part>,
}

impl ComparisonFilter {
    /// Whether a pair is listed, its type aside.
    #[must_use]
    pub fn lists(&self, difference: Difference) -> bool {
        if self.differences.is_empty() { difference != Difference::Same } else { self.differences.contains(&difference) }
    }
}

/// How two sides compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SidesCompared {
    /// The pairs that were asked for, by type and name.
    pub page: Page<PolicyPair>,
    /// How many there are of each [`Difference`], whatever is listed.
    pub counts: Vec<(Difference, i64)>,
    /// How many pairs of each type are not the same, of the types that have any.
    pub types: Vec<(String, i64)>,
}

/// Puts the policies of two sides together, in the order of [`PolicyPair::sort_key`]. Of one tenant by the item, so that a rename is a
/// change. Of two tenants by Microsoft's id where that is the same everywhere, else by type and name; of several with one name first
/// those whose settings are equal.
#[must_use]
pub fn pairs(before: Vec<PolicyState>, after: Vec<PolicyState>, one_tenant: bool) -> Vec<PolicyPair> {
    let mut pairs = Vec::with_capacity(before.len().max(after.len()));
    let (mut old, mut new) = (before, after);
    if one_tenant {
        take(&mut old, &mut new, &mut pairs, |state| Some(state.item_id.to_string()));
    } else {
        let named = |state: &PolicyState| folded(state.name.trim());
        take(&mut old, &mut new, &mut pairs, |state| {
            everywhere(state).then(|| format!("{}\n{}", state.resource_type, state.object_id))
        });
        take(&mut old, &mut new, &mut pairs, |state| {
            let settings = state.parts.as_ref().map_or(&state.semantic_hash, |parts| &parts.body);
            Some(format!("{}\n{settings}\n{}", state.resource_type, named(state)))
        });
        take(&mut old, &mut new, &mut pairs, |state| Some(format!("{}\n{}", state.resource_type, named(state))));
    }
    pairs.extend(old.into_iter().map(|state| PolicyPair { before: Some(state), after: None }));
    pairs.extend(new.into_iter().map(|state| PolicyPair { before: None, after: Some(state) }));
    pairs.sort_by_cached_key(PolicyPair::sort_key);
    pairs
}

/// Whether an id can be of the same object in two tenants: that of the only object of its type, or a UUID, as built-in objects have. Small
/// numbers, as of scope tags, mean something else in each tenant.
fn everywhere(state: &PolicyState) -> bool {
    state.object_id == state.resource_type || state.object_id.len() == 36
}

fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// Takes out of both sides what has the same key, pair by pair.
fn take(
    old: &mut Vec<PolicyState>,
    new: &mut Vec<PolicyState>,
    pairs: &mut Vec<PolicyPair>,
    key: impl Fn(&PolicyState) -> Option<String>,
) {
    let mut waiting: BTreeMap<String, Vec<PolicyState>> = BTreeMap::new();
    let mut left = Vec::new();
    for state in std::mem::take(new) {
        match key(&state) {
            Some(key) => waiting.entry(key).or_default().push(state),
            None => left.push(state),
        }
    }
    // Taken from the end: of several the first belongs to the first.
    waiting.values_mut().for_each(|states| states.reverse());
    for state in std::mem::take(old) {
        match key(&state).and_then(|key| waiting.get_mut(&key)).and_then(Vec::pop) {
            Some(other) => pairs.push(PolicyPair { before: Some(state), after: Some(other) }),
            None => old.push(state),
        }
    }
    left.extend(waiting.into_values().flatten());
    *new = left;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(kind: &str, object: &str, name: &str, hash: &str) -> PolicyState {
        PolicyState {
            item_id: InventoryItemId::generate(),
            tenant_id: TenantId::generate(),
            resource_type: kind.to_owned(),
            object_id: object.to_owned(),
            name: name.to_owned(),
            version: 1,
            semantic_hash: hash.to_owned(),
            parts: None,
        }
    }

    fn told(pairs: &[PolicyPair]) -> Vec<(&str, &'static str)> {
        pairs.iter().map(|pair| (pair.latest().unwrap().name.as_str(), pair.difference().code())).collect()
    }

    #[test]
    fn of_one_tenant_a_rename_is_a_change() {
        let old = state("t", "1", "A", "x");
        let new = PolicyState { name: "B".to_owned(), semantic_hash: "y".to_owned(), ..old.clone() };
        let pairs = pairs(vec![old, state("t", "2", "gone", "x")], vec![new, state("t", "3", "new", "x")], true);
        assert_eq!(told(&pairs), [("B", "different"), ("gone", "only_before"), ("new", "only_after")]);
        assert!(pairs[0].renamed());
    }

    #[test]
    fn of_two_tenants_type_and_name_count_and_small_numbers_do_not() {
        let old =
            vec![state("scope_tag", "1", "Berlin", "x"), state("scope_tag", "2", "Paris", "y"), state("t", "t", "One", "z")];
        let new = vec![state("scope_tag", "2", "berlin ", "x"), state("u", "9", "Paris", "y"), state("t", "t", "Two", "z")];
        let pairs = pairs(old, new, false);
        assert_eq!(
            told(&pairs),
            [("berlin ", "same"), ("Paris", "only_before"), ("Two", "same"), ("Paris", "only_after")],
            "the only object of its type is that whatever it is called"
        );
    }

    #[test]
    fn of_two_tenants_ids_tell_nothing_and_a_part_can_be_chosen() {
        let parts = |body: &str, tags: &str| {
            Some(PartHashes { body: body.to_owned(), assignments: "a".to_owned(), scope_tags: tags.to_owned() })
        };
        let old = PolicyState { parts: parts("s", "1"), ..state("t", "1", "A", "x") };
        let new = PolicyState { parts: parts("s", "2"), ..state("t", "2", "A", "y") };
        let pair = |before: &PolicyState, after: PolicyState| PolicyPair { before: Some(before.clone()), after: Some(after) };
        let across = pair(&old, new.clone());
        assert_eq!((across.across(), across.difference()), (true, Difference::Same));
        assert_eq!(across.difference_in(Some(Part::ScopeTags)), Difference::Different);
        assert_eq!(across.difference_in(Some(Part::Assignments)), Difference::Same);
        let within = pair(&old, PolicyState { tenant_id: old.tenant_id, ..new.clone() });
        assert_eq!((within.across(), within.difference()), (false, Difference::Different));
        assert_eq!(within.difference_in(Some(Part::Settings)), Difference::Same);
        let unknown = pair(&old, PolicyState { parts: None, ..new });
        assert_eq!(unknown.difference(), Difference::Different, "where parts are not known, the whole tells");
    }

    #[test]
    fn of_several_with_one_name_the_equal_ones_belong_together() {
        let old = vec![state("t", "1", "A", "x"), state("t", "2", "A", "y"), state("t", "3", "A", "v")];
        let new = vec![state("t", "4", "A", "y"), state("t", "5", "A", "w")];
        let found = pairs(old, new, false);
        let mut told: Vec<_> = found.iter().map(|pair| pair.difference().code()).collect();
        told.sort_unstable();
        assert_eq!(told, ["different", "only_before", "same"]);
    }
}
