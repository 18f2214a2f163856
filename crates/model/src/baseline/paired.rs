//! Which object of a tenant is meant by which item of a baseline.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{BaselineItem, ItemKey, MatchedBy};
use crate::comparison::{PartHashes, PolicyState, pairs};
use crate::ids::{InventoryItemId, TenantId};

/// What an earlier comparison found, or a person said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// The object.
    pub item: InventoryItemId,
    /// How it was found.
    pub how: MatchedBy,
}

/// An item of a baseline, an object of the tenant, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// What the baseline wants.
    pub wanted: Option<BaselineItem>,
    /// What the tenant has.
    pub found: Option<PolicyState>,
    /// How it was found.
    pub how: MatchedBy,
}

impl Pair {
    /// Whether hashes tell that the tenant has what is wanted. What the assignments and scope tags of another tenant are tells nothing:
    /// they name groups and tags by ids, which are other ones in each tenant.
    #[must_use]
    pub fn is_same(&self) -> bool {
        let (Some(wanted), Some(found)) = (&self.wanted, &self.found) else { return false };
        if wanted.content_of == Some(found.tenant_id) {
            return wanted.semantic_hash == found.semantic_hash;
        }
        match (&wanted.body_hash, &found.parts) {
            (Some(body), Some(parts)) => *body == parts.body,
            _ => wanted.semantic_hash == found.semantic_hash,
        }
    }
}

/// Puts items and objects of one tenant together: first what is remembered and still there, then by the id in the tenant of which the
/// id is, then as two tenants are compared ([`pairs`]): by ids that are the same everywhere, by content, and in other tenants by name.
/// Each object is meant by one item at most. By type and name.
#[must_use]
pub fn paired(
    tenant: TenantId,
    wanted: Vec<BaselineItem>,
    found: Vec<PolicyState>,
    remembered: &BTreeMap<ItemKey, Remembered>,
) -> Vec<Pair> {
    let mut there: BTreeMap<InventoryItemId, PolicyState> = found.into_iter().map(|state| (state.item_id, state)).collect();
    let mut done = Vec::with_capacity(wanted.len());
    let mut rest = Vec::new();
    // What a person said goes before what was found before, whatever the order of the items.
    let said = |item: &BaselineItem| remembered.get(&item.key).filter(|one| one.how == MatchedBy::Person);
    let spoken_for: BTreeSet<InventoryItemId> = wanted.iter().filter_map(|item| Some(said(item)?.item)).collect();
    for item in wanted {
        let known = remembered.get(&item.key).filter(|one| one.how == MatchedBy::Person || !spoken_for.contains(&one.item));
        let fits = known.filter(|one| there.get(&one.item).is_some_and(|state| state.resource_type == item.key.resource_type));
        match fits.and_then(|one| Some((there.remove(&one.item)?, one.how))) {
            Some((state, how)) => done.push(Pair { wanted: Some(item), found: Some(state), how }),
            None => rest.push(item),
        }
    }
    let mut at_home: BTreeMap<(String, String), InventoryItemId> = BTreeMap::new();
    for state in there.values().filter(|state| !spoken_for.contains(&state.item_id)) {
        at_home.insert((state.resource_type.clone(), state.object_id.clone()), state.item_id);
    }
    let mut abroad = Vec::new();
    for item in rest {
        let id = (item.key.resource_type.clone(), item.key.object_id.clone());
        let own = at_home.get(&id).filter(|_| item.home == Some(tenant));
        match own.and_then(|own| there.remove(own)) {
            Some(state) => done.push(Pair { wanted: Some(item), found: Some(state), how: MatchedBy::Id }),
            None => abroad.push(item),
        }
    }
    for pair in as_of_two_tenants(abroad, there.into_values().collect()) {
        // At home an object of that name with another id and another content is another object.
        let another = pair.how == MatchedBy::Name && pair.wanted.as_ref().is_some_and(|item| item.home == Some(tenant));
        if another {
            done.push(Pair { wanted: pair.wanted, found: None, how: MatchedBy::Nothing });
            done.push(Pair { wanted: None, found: pair.found, how: MatchedBy::Nothing });
        } else {
            done.push(pair);
        }
    }
    done.sort_by_cached_key(|pair| {
        let of_item =
            |item: &BaselineItem| (item.key.resource_type.clone(), item.name.to_lowercase(), item.key.object_id.clone());
        let of_state = |state: &PolicyState| (state.resource_type.clone(), state.name.to_lowercase(), state.object_id.clone());
        pair.wanted.as_ref().map(of_item).or_else(|| pair.found.as_ref().map(of_state))
    });
    done
}

fn as_of_two_tenants(wanted: Vec<BaselineItem>, mut found: Vec<PolicyState>) -> Vec<Pair> {
    // In one order, so that of several with one name the same ones belong together each time.
    found.sort_by(|a, b| (&a.resource_type, &a.object_id).cmp(&(&b.resource_type, &b.object_id)));
    let handle = |at: usize| InventoryItemId::from_uuid(Uuid::from_u128(at as u128));
    let states = wanted.iter().enumerate().map(|(at, item)| PolicyState {
        item_id: handle(at),
        tenant_id: TenantId::from_uuid(Uuid::nil()),
        resource_type: item.key.resource_type.clone(),
        object_id: item.key.object_id.clone(),
        name: item.name.clone(),
        version: 0,
        semantic_hash: item.semantic_hash.clone(),
        parts: item.body_hash.clone().map(|body| PartHashes { body, assignments: String::new(), scope_tags: String::new() }),
    });
    let pairs = pairs(states.collect(), found, false);
    let mut items: BTreeMap<InventoryItemId, BaselineItem> =
        wanted.into_iter().enumerate().map(|(at, item)| (handle(at), item)).collect();
    let pair = |pair: crate::comparison::PolicyPair| {
        let wanted = pair.before.as_ref().and_then(|before| items.remove(&before.item_id));
        let how = match (&pair.before, &pair.after) {
            (Some(before), Some(after)) if before.object_id == after.object_id => MatchedBy::Id,
            (Some(before), Some(after)) if before.parts.as_ref().map(|p| &p.body) == after.parts.as_ref().map(|p| &p.body) => {
                MatchedBy::Fingerprint
            }
            (Some(_), Some(_)) => MatchedBy::Name,
            _ => MatchedBy::Nothing,
        };
        Pair { wanted, found: pair.after, how }
    };
    pairs.into_iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "settings_catalog_policy";

    fn item(home: TenantId, id: &str, name: &str, body: &str) -> BaselineItem {
        BaselineItem {
            key: ItemKey { resource_type: TYPE.to_owned(), object_id: id.to_owned() },
            name: name.to_owned(),
            home: Some(home),
            content_of: Some(home),
            content_hash: body.to_owned(),
            semantic_hash: body.to_owned(),
            body_hash: Some(body.to_owned()),
            ignored: BTreeSet::new(),
        }
    }

    fn state(tenant: TenantId, id: &str, name: &str, body: &str) -> PolicyState {
        let parts = PartHashes { body: body.to_owned(), assignments: "a".to_owned(), scope_tags: "t".to_owned() };
        PolicyState {
            item_id: InventoryItemId::generate(),
            tenant_id: tenant,
            resource_type: TYPE.to_owned(),
            object_id: id.to_owned(),
            name: name.to_owned(),
            version: 1,
            semantic_hash: format!("{body}+"),
            parts: Some(parts),
        }
    }

    fn told(pairs: &[Pair]) -> Vec<(&str, &str, &'static str)> {
        let of = |pair: &Pair| pair.wanted.as_ref().map_or("-", |_| "wanted");
        pairs.iter().map(|pair| (of(pair), pair.found.as_ref().map_or("-", |_| "found"), pair.how.code())).collect()
    }

    #[test]
    fn at_home_the_id_tells_and_a_rename_is_no_other_object() {
        let home = TenantId::generate();
        let pairs = paired(
            home,
            vec![item(home, "1", "A", "x"), item(home, "2", "B", "y")],
            vec![state(home, "1", "B", "z"), state(home, "3", "C", "x")],
            &BTreeMap::new(),
        );
        assert_eq!(told(&pairs), [("wanted", "found", "id"), ("wanted", "-", "nothing"), ("-", "found", "nothing")]);
        // Made anew, as it was and otherwise.
        for (body, how) in [("x", "fingerprint"), ("z", "nothing")] {
            let pairs = paired(home, vec![item(home, "1", "A", "x")], vec![state(home, "4", "A", body)], &BTreeMap::new());
            assert_eq!(pairs[0].how.code(), how);
        }
    }

    #[test]
    fn elsewhere_content_tells_before_the_name_and_what_was_found_stays() {
        let (home, away) = (TenantId::generate(), TenantId::generate());
        let wanted = vec![item(home, "1", "A", "x"), item(home, "2", "A", "y")];
        let found = vec![state(away, "1", "A", "y"), state(away, "9", "A", "w")];
        let pairs = paired(away, wanted.clone(), found.clone(), &BTreeMap::new());
        assert_eq!(told(&pairs), [("wanted", "found", "name"), ("wanted", "found", "fingerprint")]);
        assert!(pairs[1].is_same() && !pairs[0].is_same(), "its assignments do not count elsewhere");
        // The name is another one meanwhile, and it is still the same object.
        let mut renamed = found;
        renamed[1].name = "Z".to_owned();
        let known = Remembered { item: renamed[1].item_id, how: MatchedBy::Name };
        let pairs = paired(away, wanted, renamed, &[(pairs[0].wanted.clone().unwrap().key, known)].into());
        assert_eq!(told(&pairs), [("wanted", "found", "name"), ("wanted", "found", "fingerprint")]);
    }

    #[test]
    fn what_a_person_said_goes_before_everything_and_one_object_is_meant_once() {
        let home = TenantId::generate();
        let wanted = vec![item(home, "1", "A", "x"), item(home, "2", "B", "y")];
        let found = vec![state(home, "1", "A", "x"), state(home, "7", "C", "v")];
        let said = |how| Remembered { item: found[0].item_id, how };
        let keys: Vec<ItemKey> = wanted.iter().map(|item| item.key.clone()).collect();
        let known = [(keys[0].clone(), said(MatchedBy::Id)), (keys[1].clone(), said(MatchedBy::Person))].into();
        let pairs = paired(home, wanted.clone(), found.clone(), &known);
        assert_eq!(told(&pairs), [("wanted", "-", "nothing"), ("wanted", "found", "person"), ("-", "found", "nothing")]);
        // Once that object is gone, the next best counts.
        let pairs = paired(home, wanted, vec![state(home, "2", "B", "y")], &known);
        assert_eq!(told(&pairs), [("wanted", "-", "nothing"), ("wanted", "found", "id")]);
    }
}
