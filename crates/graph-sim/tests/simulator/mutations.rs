use std::collections::{BTreeMap, BTreeSet};

use graph_sim::{Mutation, Mutator, Truth, What};
use model::json::Json;

use crate::world::{POLICIES, World, ids};

type Content = BTreeMap<(String, String), Json>;

/// Without what every change raises.
fn stripped(object: &mut Json) {
    for name in ["createdDateTime", "lastModifiedDateTime", "modifiedDateTime", "version", "settingCount"] {
        object.remove(name);
    }
}

/// Everything that people configure, without what the service makes itself.
fn content(world: &World) -> Content {
    world
        .sim
        .read_state(world.tenant, |state| {
            let mut all = Content::new();
            for key in state.type_keys() {
                for id in state.ids(key) {
                    let mut object = state.object(key, &id).unwrap();
                    stripped(&mut object);
                    all.insert((key.to_owned(), id), object.sorted());
                }
            }
            all
        })
        .unwrap()
}

fn set_at(object: &mut Json, path: &[String], value: Option<&Json>) {
    let (last, above) = path.split_last().unwrap();
    let place = above.iter().fold(object, |object, step| match object {
        Json::Array(items) => &mut items[step.parse::<usize>().unwrap()],
        _ => object.get_mut(step).unwrap(),
    });
    match (place, value) {
        (Json::Array(items), Some(value)) => items[last.parse::<usize>().unwrap()] = value.clone(),
        (place, Some(value)) => place.set(last, value.clone()),
        (place, None) => drop(place.remove(last)),
    }
}

/// What the tenant must hold after the changes, if they tell the truth.
fn apply(before: &Content, truths: &[Truth], after: &Content) -> Content {
    let mut all = before.clone();
    for truth in truths {
        let key = (truth.type_key.to_owned(), truth.id.clone());
        match &truth.what {
            What::Deleted => drop(all.remove(&key).unwrap()),
            // The truth of a new object is the object; later changes of it follow.
            What::Added => drop(all.insert(key.clone(), Json::Null)),
            What::Value { path, before, after } => {
                let object = all.get_mut(&key).unwrap();
                if *object == Json::Null {
                    continue;
                }
                if let [name] = path.as_slice() {
                    let (known, told) = (object.get(name).cloned().map(Json::sorted), before.clone().map(Json::sorted));
                    assert_eq!(known, told, "{truth:?}");
                }
                set_at(object, path, after.as_ref());
            }
        }
    }
    for (key, object) in &mut all {
        let whole = std::mem::replace(object, Json::Null);
        *object = if whole == Json::Null { after.get(key).cloned().unwrap_or(Json::Null) } else { whole.sorted() };
        stripped(object);
    }
    all
}

#[test]
fn each_kind_of_change_says_what_truly_changed() {
    let world = World::generated(120);
    let mut mutator = Mutator::new(&world.sim, 11);
    for mutation in Mutation::ALL {
        for _ in 0..10 {
            let before = content(&world);
            let truths = mutator.mutate(world.tenant, mutation).unwrap();
            assert!(!truths.is_empty(), "{mutation:?} was not possible");
            let after = content(&world);
            let expected = apply(&before, &truths, &after);
            assert!(expected == after, "{mutation:?}: {truths:?}");
            assert!(before != after, "{mutation:?}: nothing changed: {truths:?}");
        }
    }
}

#[test]
fn a_random_history_is_told_truly_and_the_same_for_the_same_seed() {
    let history = |seed| {
        let world = World::generated(120);
        let before = content(&world);
        let truths = Mutator::new(&world.sim, seed).history(world.tenant, 150).unwrap();
        let after = content(&world);
        assert!(apply(&before, &truths, &after) == after);
        truths
    };
    let first = history(3);
    assert!(first.len() >= 150);
    assert_eq!(first, history(3));
    assert_ne!(first, history(4));
    let kinds: BTreeSet<Mutation> = first.iter().map(|truth| truth.mutation).collect();
    assert!(kinds.len() > 10, "{kinds:?}");
}

#[test]
fn a_recreated_object_has_another_id_and_the_same_name() {
    let world = World::generated(60);
    let id = world.sim.read_state(world.tenant, |state| state.ids("settings_catalog_policy")[0].clone()).unwrap();
    let mut mutator = Mutator::new(&world.sim, 1);
    let truths = mutator.mutate_object(world.tenant, Mutation::Recreated, "settings_catalog_policy", &id).unwrap();
    let [deleted, added] = truths.as_slice() else { panic!("{truths:?}") };
    assert_eq!((&deleted.what, &added.what, &deleted.id), (&What::Deleted, &What::Added, &id));
    assert!(added.id != id && added.name == deleted.name);
    let listed = ids(&world.walk(POLICIES).0);
    assert!(listed.contains(&added.id) && !listed.contains(&id));
}

#[test]
fn what_the_service_does_is_nobodys_change() {
    let world = World::generated(60);
    let mut mutator = Mutator::new(&world.sim, 1);
    let of = |world: &World| world.sim.read_state(world.tenant, |state| state.ids("settings_catalog_policy")).unwrap();
    let id = of(&world)[0].clone();
    let modified = |world: &World| {
        world
            .sim
            .read_state(world.tenant, |state| state.object("settings_catalog_policy", &id))
            .unwrap()
            .unwrap()
            .get("lastModifiedDateTime")
            .cloned()
    };
    let before = modified(&world);
    world.pass(60);
    let truths = mutator.mutate_object(world.tenant, Mutation::ServiceFieldAdded, "settings_catalog_policy", &id).unwrap();
    assert_eq!(truths.len(), of(&world).len());
    assert!(truths.iter().all(|truth| !truth.matters));
    assert_eq!(modified(&world), before, "the time stays");
    let changed = mutator.mutate_object(world.tenant, Mutation::ValueChanged, "settings_catalog_policy", &id).unwrap();
    assert!(changed.iter().all(|truth| truth.matters) && modified(&world) != before);
}

#[test]
fn a_nested_property_is_thirty_objects_deep_and_arrives_whole() {
    let world = World::generated(60);
    let id = world.sim.read_state(world.tenant, |state| state.ids("settings_catalog_policy")[0].clone()).unwrap();
    let truths =
        Mutator::new(&world.sim, 1).mutate_object(world.tenant, Mutation::Nested, "settings_catalog_policy", &id).unwrap();
    let What::Value { path, after: Some(value), .. } = &truths[0].what else { panic!("{truths:?}") };
    let mut depth = 1;
    let mut inner = value;
    while let Some(deeper) = inner.get("deeper") {
        (inner, depth) = (deeper, depth + 1);
    }
    assert_eq!(depth, 30);
    let answer = world.get(&format!("{POLICIES}/{id}"));
    assert_eq!(crate::world::body(&answer).get(&path[0]), Some(value));
}
