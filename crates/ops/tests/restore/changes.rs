//! Changes that people make in a tenant, drawn from a seed. A tenant in which something refers to what is gone is none that Microsoft
//! would allow: what refers to an object goes with it.

use std::collections::BTreeSet;

use graph_sim::{Mutation, Mutator, TenantState};
use model::json::Json;
use model::resource_types::{self, ResourceType, RestoreMode, find};
use testkit::graph::TestGraph;

use crate::help::*;

/// Draws numbers; the same from the same seed (splitmix64).
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d))
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % count.max(1) as u64).unwrap_or(0)
    }

    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let at = self.below(all.len());
        all.get(at)
    }
}

/// The types that a restore may write.
pub(crate) fn enabled() -> Vec<&'static ResourceType> {
    resource_types::all().iter().filter(|kind| kind.restore.mode == RestoreMode::Enabled).collect()
}

/// Objects that name this one.
fn referring(state: &TenantState, key: &str, id: &str) -> Vec<(&'static str, String)> {
    let names = |kind: &ResourceType, object: &Json| {
        if key != "scope_tag" {
            return object.to_text().to_lowercase().contains(&id.to_lowercase());
        }
        let tags = kind.scope_tag_property.as_ref().and_then(|name| object.get(name)?.as_array());
        tags.unwrap_or_default().iter().any(|tag| tag.as_str() == Some(id))
    };
    let mut found = Vec::new();
    for other in state.type_keys() {
        let Some(kind) = find(other) else { continue };
        for other_id in state.ids(other) {
            let same = other == key && other_id == id;
            if !same && state.object(other, &other_id).is_some_and(|object| names(kind, &object)) {
                found.push((other, other_id));
            }
        }
    }
    found
}

/// Whether it is there for ever: the tenant's own defaults, and what Microsoft ships.
fn is_own(key: &str, object: &Json) -> bool {
    let set = |name: &str| object.get(name) == Some(&Json::Bool(true));
    let default = find(key).and_then(|kind| kind.id_of(object)).is_some_and(|id| id.contains("_Default"));
    set("isBuiltIn") || set("isDefaultProfile") || default
}

/// Most objects that go together.
const MOST_TOGETHER: usize = 6;

/// An object with everything that refers to it; `None`: that is too much, or something of it can be neither removed nor made.
fn cluster(state: &TenantState, key: &'static str, id: &str) -> Option<Vec<(&'static str, String)>> {
    let mut all = vec![(key, id.to_owned())];
    let mut looked = 0;
    while let Some((key, id)) = all.get(looked).cloned() {
        let kind = find(key)?;
        let comes_and_goes = kind.create.is_some() && kind.delete.is_some() && !kind.is_singleton();
        let own = is_own(key, &state.object(key, &id)?);
        if kind.restore.mode != RestoreMode::Enabled || !comes_and_goes || own || all.len() > MOST_TOGETHER {
            return None;
        }
        for one in referring(state, key, &id) {
            if !all.contains(&one) {
                all.push(one);
            }
        }
        looked += 1;
    }
    Some(all)
}

/// What may happen, the commoner the more often.
const KINDS: [Mutation; 16] = [
    Mutation::ValueChanged,
    Mutation::ValueChanged,
    Mutation::ValueChanged,
    Mutation::PropertyRemoved,
    Mutation::ListReordered,
    Mutation::AssignmentAdded,
    Mutation::AssignmentRemoved,
    Mutation::AssignmentChanged,
    Mutation::ScopeTagChanged,
    Mutation::Renamed,
    Mutation::Deleted,
    Mutation::Deleted,
    Mutation::Deleted,
    Mutation::Added,
    Mutation::Added,
    Mutation::Recreated,
];

/// Makes so many changes to objects that a restore may write, and says what was done.
pub(crate) fn change(graph: &TestGraph, dice: &mut Dice, mutator: &mut Mutator, count: usize) -> Vec<String> {
    let types: Vec<&'static str> = enabled().into_iter().map(|kind| kind.key.as_str()).collect();
    let (mut done, mut touched, mut anew) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..count * 20 {
        if done.len() >= count {
            break;
        }
        let (Some(key), Some(mutation)) = (dice.pick(&types).copied(), dice.pick(&KINDS).copied()) else { break };
        let all: Vec<String> = ids(graph, key).into_iter().collect();
        let Some(id) = dice.pick(&all) else { continue };
        // What Microsoft ships is as it is.
        if object(graph, key, id).get("isBuiltIn") == Some(&Json::Bool(true)) {
            continue;
        }
        let gone = graph.sim.read_state(graph.tenant, |state| cluster(state, key, id)).unwrap();
        let own = is_own(key, &object(graph, key, id));
        match mutation {
            // Nobody can call or assign the tenant's defaults otherwise.
            Mutation::Renamed | Mutation::AssignmentAdded | Mutation::AssignmentRemoved | Mutation::AssignmentChanged if own => {}
            // What was made anew and says something else may be another object: a person has to say, and here is none.
            Mutation::Recreated if touched.contains(id) => {}
            _ if anew.contains(id) => {}
            Mutation::Deleted => {
                for (key, id) in gone.into_iter().flatten() {
                    graph.sim.remove_object(graph.tenant, key, &id).unwrap();
                    done.push(format!("removed {key} {id}"));
                }
            }
            Mutation::ScopeTagChanged => {
                done.extend(tagged(graph, dice, key, id));
                touched.insert(id.clone());
            }
            // What something refers to cannot be another object all of a sudden; the default of a tenant is only one.
            Mutation::Recreated | Mutation::Added if gone.as_ref().is_none_or(|gone| gone.len() > 1) => {}
            _ => {
                let truths = mutator.mutate_object(graph.tenant, mutation, key, id).unwrap();
                let ids = truths.iter().map(|truth| truth.id.clone());
                if mutation == Mutation::Recreated {
                    anew.extend(ids)
                } else {
                    touched.extend(ids)
                }
                done.extend(truths.iter().map(|truth| format!("{mutation:?} {key} {}: {:?}", truth.id, truth.what)));
            }
        }
    }
    done
}

/// Gives an object another scope tag, one that there is.
fn tagged(graph: &TestGraph, dice: &mut Dice, key: &'static str, id: &str) -> Option<String> {
    let property = find(key)?.scope_tag_property.as_ref()?;
    let tags: Vec<String> = ids(graph, "scope_tag").into_iter().collect();
    let tag = dice.pick(&tags)?;
    let mut changed = object(graph, key, id);
    let before = changed.get(property)?.clone();
    changed.set(property, Json::Array(vec![Json::text(tag)]));
    if changed.get(property) == Some(&before) {
        return None;
    }
    graph.sim.put_object(graph.tenant, key, changed).unwrap().unwrap();
    Some(format!("tagged {key} {id} with {tag}"))
}
