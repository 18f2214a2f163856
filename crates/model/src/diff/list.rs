//! Which element of a list before is which element after.

use std::collections::BTreeMap;

use super::edits::{Effort, common};
use super::key::{Key, Keys};
use super::rules::{Rules, Spots};
use crate::json::Json;
use crate::resource_types::FieldPath;

/// How the elements of two lists belong together, by their indexes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Matched {
    /// The same element; inside it there may be differences.
    pub(super) pairs: Vec<(usize, usize)>,
    /// Equal elements whose order changed.
    pub(super) moved: Vec<(usize, usize)>,
    pub(super) removed: Vec<usize>,
    pub(super) added: Vec<usize>,
}

/// Matches the elements of a list whose order counts: the longest that stayed, then what moved, then what stands in place of something
/// else.
pub(super) fn in_order(keys: &mut Keys<'_>, effort: &mut Effort, spots: &Spots, before: &[Json], after: &[Json]) -> Matched {
    let inner = keys.rules().element(spots);
    let mut of = |items: &[Json]| items.iter().map(|item| keys.of(item, &inner)).collect::<Vec<_>>();
    let (old, new) = (of(before), of(after));
    let mut found = Matched::default();
    let stayed = common(&old, &new, effort);
    let (mut taken_old, mut taken_new) = (vec![false; old.len()], vec![false; new.len()]);
    for (i, j) in &stayed {
        (taken_old[*i], taken_new[*j]) = (true, true);
    }
    for (i, j) in equal(&old, &new, &mut taken_old, &mut taken_new) {
        found.moved.push((i, j));
    }
    // Between two that stayed: what is left there.
    let (mut from_old, mut from_new) = (0, 0);
    for (i, j) in stayed.iter().copied().chain([(old.len(), new.len())]) {
        let left = |range: std::ops::Range<usize>, taken: &[bool]| range.filter(|at| !taken[*at]).collect::<Vec<_>>();
        let (gone, come) = (left(from_old..i, &taken_old), left(from_new..j, &taken_new));
        if gone.len() == come.len() {
            found.pairs.extend(gone.into_iter().zip(come));
        } else {
            alike((keys, effort), &inner, (before, after), (gone, come), &mut found);
        }
        (from_old, from_new) = (i + 1, j + 1);
    }
    found
}

/// Matches the elements of a list without order: by what tells them apart, then by equality, then by likeness.
pub(super) fn in_any_order(
    keys: &mut Keys<'_>,
    effort: &mut Effort,
    spots: &Spots,
    identity: &[FieldPath],
    before: &[Json],
    after: &[Json],
) -> Matched {
    let inner = keys.rules().element(spots);
    // What tells elements apart is known by itself, wherever it stands.
    let plain = Rules::of(None);
    let told = |item: &Json| -> Vec<Key> {
        let mut keys = Keys::new(&plain);
        identity.iter().map(|path| path.first(item).map(|value| keys.of(value, &Spots::new())).unwrap_or_default()).collect()
    };
    let mut groups: BTreeMap<Vec<Key>, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (at, item) in before.iter().enumerate() {
        groups.entry(told(item)).or_default().0.push(at);
    }
    for (at, item) in after.iter().enumerate() {
        groups.entry(told(item)).or_default().1.push(at);
    }
    let mut found = Matched::default();
    for (old, new) in groups.into_values() {
        if let ([i], [j], false) = (old.as_slice(), new.as_slice(), identity.is_empty()) {
            found.pairs.push((*i, *j));
            continue;
        }
        let mut of = |all: &[usize], items: &[Json]| all.iter().map(|at| keys.of(&items[*at], &inner)).collect::<Vec<_>>();
        let (mut taken_old, mut taken_new) = (vec![false; old.len()], vec![false; new.len()]);
        let (old_keys, new_keys) = (of(&old, before), of(&new, after));
        equal(&old_keys, &new_keys, &mut taken_old, &mut taken_new);
        let left = |all: Vec<usize>, taken: &[bool]| -> Vec<usize> {
            all.into_iter().zip(taken).filter(|(_, taken)| !**taken).map(|(at, _)| at).collect()
        };
        let (gone, come) = (left(old, &taken_old), left(new, &taken_new));
        if identity.is_empty() || gone.len() != come.len() {
            alike((keys, effort), &inner, (before, after), (gone, come), &mut found);
        } else {
            found.pairs.extend(gone.into_iter().zip(come));
        }
    }
    found
}

/// Pairs of equal keys among those that are not taken, each used once; they are taken then.
fn equal(old: &[Key], new: &[Key], taken_old: &mut [bool], taken_new: &mut [bool]) -> Vec<(usize, usize)> {
    let mut places: BTreeMap<&Key, Vec<usize>> = BTreeMap::new();
    for (at, key) in new.iter().enumerate().filter(|(at, _)| !taken_new[*at]).rev() {
        places.entry(key).or_default().push(at);
    }
    let mut pairs = Vec::new();
    for (i, key) in old.iter().enumerate() {
        if !taken_old[i]
            && let Some(j) = places.get_mut(key).and_then(Vec::pop)
        {
            (taken_old[i], taken_new[j]) = (true, true);
            pairs.push((i, j));
        }
    }
    pairs
}

/// Pairs objects of which at least half of the members are equal; what is left was removed and added. `inner`: where the elements stand.
fn alike(
    (keys, effort): (&mut Keys<'_>, &mut Effort),
    inner: &Spots,
    (before, after): (&[Json], &[Json]),
    (gone, mut come): (Vec<usize>, Vec<usize>),
    found: &mut Matched,
) {
    let members =
        |items: &[Json], all: &[usize]| all.iter().filter_map(|at| Some(items[*at].as_object()?.len())).max().unwrap_or(0);
    let each = members(before, &gone).saturating_add(members(after, &come));
    if each == 0 || !effort.compare(gone.len().saturating_mul(come.len()).saturating_mul(each)) {
        found.removed.extend(gone);
        found.added.extend(come);
        return;
    }
    let old: Vec<_> = gone.iter().map(|at| member_keys(keys, inner, &before[*at])).collect();
    let mut new: Vec<_> = come.iter().map(|at| member_keys(keys, inner, &after[*at])).collect();
    for (i, old) in gone.into_iter().zip(old) {
        let best = new.iter().enumerate().map(|(at, new)| (likeness(&old, new), at));
        match best.max_by_key(|(likeness, at)| (*likeness, std::cmp::Reverse(*at))) {
            Some((likeness, at)) if likeness > 0 => {
                new.remove(at);
                found.pairs.push((i, come.remove(at)));
            }
            _ => found.removed.push(i),
        }
    }
    found.added.extend(come);
}

/// The members of an object by name, each with its key. What kind of object it is does not count. None of what is no object.
fn member_keys<'a>(keys: &mut Keys<'_>, inner: &Spots, item: &'a Json) -> Vec<(&'a str, Key)> {
    let rules = keys.rules();
    let members = item.as_object().unwrap_or_default().iter().filter(|(name, _)| name != "@odata.type");
    let mut all: Vec<(&str, Key)> =
        members.map(|(name, value)| (name.as_str(), keys.of(value, &rules.member(inner, name)))).collect();
    all.sort_unstable();
    all
}

/// How many members two objects share, when that is half of them or more; else 0.
fn likeness(old: &[(&str, Key)], new: &[(&str, Key)]) -> usize {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while let (Some(a), Some(b)) = (old.get(i), new.get(j)) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, shared) = (i + 1, j + 1, shared + 1),
        }
    }
    if shared > 0 && shared * 2 >= old.len().max(new.len()) { shared } else { 0 }
}
