//! The comparison itself: one pass over both, with a list of what is still to be looked at in place of calls within calls.

use std::collections::BTreeMap;

use super::edits::Effort;
use super::key::Keys;
use super::list::{in_any_order, in_order};
use super::place::{ROOT, Ways};
use super::rules::{Rules, Spots};
use super::{Area, Change, Comparison, Effect, Step};
use crate::json::Json;
use crate::resource_types::ResourceType;

/// The members of an object.
type Members<'a> = &'a [(String, Json)];

enum Look<'a> {
    Both(usize, &'a Json, &'a Json, Spots),
    Told(usize, Effect<'a>),
}

/// Compares two states of an object of a type; `None`: of a type that nobody knows, in which all order counts. At most `most` changes are
/// listed, all are counted.
#[must_use]
pub fn compare<'a>(kind: Option<&ResourceType>, before: &'a Json, after: &'a Json, most: usize) -> Comparison<'a> {
    let rules = Rules::of(kind);
    let mut keys = Keys::new(&rules);
    let mut effort = Effort::default();
    let mut ways: Ways<Step<'a>> = Ways::new();
    let mut found = Comparison::default();
    let mut rest = vec![Look::Both(ROOT, before, after, rules.start())];
    while let Some(look) = rest.pop() {
        match look {
            Look::Both(way, Json::Object(old), Json::Object(new), spots) => {
                members(&rules, &mut ways, &mut rest, way, (old, new), &spots);
            }
            Look::Both(way, Json::Array(old), Json::Array(new), spots) => {
                elements((&mut keys, &mut effort), &mut ways, &mut rest, way, (old, new), &spots);
            }
            Look::Both(way, old, new, _) => {
                let nested = |value: &Json| matches!(value, Json::Array(_) | Json::Object(_));
                // A nested value beside one of another kind is never equal; two plain ones are compared without depth.
                if nested(old) || nested(new) || old != new {
                    tell(&rules, &ways, &mut found, way, Effect::Changed(old, new), most);
                }
            }
            Look::Told(way, effect) => tell(&rules, &ways, &mut found, way, effect, most),
        }
    }
    found
}

fn tell<'a>(rules: &Rules<'_>, ways: &Ways<Step<'a>>, found: &mut Comparison<'a>, way: usize, effect: Effect<'a>, most: usize) {
    let path = ways.steps(way);
    let area = rules.area(&path);
    found.total += 1;
    if let Some(at) = Area::ALL.iter().position(|one| *one == area) {
        found.by_area[at] += 1;
    }
    if found.changes.len() < most {
        found.changes.push(Change { path, area, effect });
    }
}

fn members<'a>(
    rules: &Rules<'_>,
    ways: &mut Ways<Step<'a>>,
    rest: &mut Vec<Look<'a>>,
    way: usize,
    (old, new): (Members<'a>, Members<'a>),
    spots: &Spots,
) {
    let mut all: BTreeMap<&'a str, (Option<&'a Json>, Option<&'a Json>)> = BTreeMap::new();
    for (name, value) in old {
        all.entry(name).or_default().0 = Some(value);
    }
    for (name, value) in new {
        all.entry(name).or_default().1 = Some(value);
    }
    // The last is looked at first.
    for (name, sides) in all.into_iter().rev() {
        let further = ways.further(way, Step::Member(name));
        match sides {
            (Some(old), Some(new)) => rest.push(Look::Both(further, old, new, rules.member(spots, name))),
            (Some(old), None) => rest.push(Look::Told(further, Effect::Removed(old))),
            (None, Some(new)) => rest.push(Look::Told(further, Effect::Added(new))),
            (None, None) => {}
        }
    }
}

fn elements<'a>(
    (keys, effort): (&mut Keys<'_>, &mut Effort),
    ways: &mut Ways<Step<'a>>,
    rest: &mut Vec<Look<'a>>,
    way: usize,
    (old, new): (&'a [Json], &'a [Json]),
    spots: &Spots,
) {
    let matched = match keys.rules().unordered(spots) {
        Some(identity) => in_any_order(keys, effort, spots, identity, old, new),
        None => in_order(keys, effort, spots, old, new),
    };
    let inner = keys.rules().element(spots);
    let mut looks: Vec<(usize, Look<'a>)> = Vec::new();
    let mut step = |before, after| ways.further(way, Step::Element { before, after });
    for (i, j) in matched.pairs {
        looks.push((i, Look::Both(step(Some(i), Some(j)), &old[i], &new[j], inner.clone())));
    }
    for (i, j) in matched.moved {
        looks.push((i, Look::Told(step(Some(i), Some(j)), Effect::Moved(&old[i]))));
    }
    for i in matched.removed {
        looks.push((i, Look::Told(step(Some(i), None), Effect::Removed(&old[i]))));
    }
    for j in matched.added {
        looks.push((j, Look::Told(step(None, Some(j)), Effect::Added(&new[j]))));
    }
    looks.sort_by_key(|(at, _)| *at);
    rest.extend(looks.into_iter().rev().map(|(_, look)| look));
}
