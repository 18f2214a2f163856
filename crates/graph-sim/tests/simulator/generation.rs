use std::collections::{BTreeMap, BTreeSet};

use graph_sim::{ChangeEffect, Size, TenantState, generate, history};
use model::json::Json;
use model::resource_types::{Category, all, collections, find};
use model::time::Moment;

use crate::world::{World, now};

fn text_of(state: &TenantState) -> String {
    let mut text = String::new();
    for kind in all() {
        for id in state.ids(&kind.key) {
            text.push_str(&state.object(&kind.key, &id).unwrap().to_text());
            text.push('\n');
        }
    }
    text
}

#[test]
fn one_seed_gives_one_tenant() {
    let of = |seed| text_of(&generate(seed, Size::demo(), now()));
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
}

#[test]
fn a_tenant_has_the_size_asked_for_and_the_common_types() {
    for policies in [60, 240, 5000] {
        let state = generate(1, Size { policies, groups: 30 }, now());
        let counts = state.count_by_type();
        let inventory: usize = counts.iter().filter(|(key, _)| find(key).unwrap().in_inventory()).map(|(_, count)| count).sum();
        assert_eq!(inventory, policies);
        assert_eq!(counts["group"], 30);
        assert_eq!(counts.len(), 28 + 2, "{counts:?}");
    }
}

#[test]
fn graph_would_know_every_object_as_what_it_was_made_as() {
    let state = generate(1, Size::demo(), now());
    for kind in all() {
        let collection = collections([kind]).remove(0);
        for id in state.ids(&kind.key) {
            let object = state.object(&kind.key, &id).unwrap();
            assert_eq!(collection.classify(&object).unwrap().key, kind.key);
            assert_eq!(kind.unknown_odata_type(&object), None, "{}", kind.key);
            assert!(kind.name_of(&object).is_some_and(|name| !name.is_empty()), "{}", kind.key);
            assert_ne!(kind.platform_of(&object).label(), "", "{}", kind.key);
        }
    }
}

/// Every id of a kind of object that some object of the tenant refers to.
fn references(state: &TenantState, path: &str) -> BTreeSet<String> {
    let path: model::resource_types::FieldPath = path.parse().unwrap();
    let mut found = BTreeSet::new();
    for kind in all() {
        for object in state.ids(&kind.key).iter().filter_map(|id| state.object(&kind.key, id)) {
            found.extend(path.values(&object).into_iter().filter_map(Json::as_str).map(str::to_owned));
        }
    }
    found
}

#[test]
fn references_lead_to_objects_of_the_tenant() {
    let state = generate(1, Size { policies: 600, groups: 60 }, now());
    let ids = |key: &str| state.ids(key).into_iter().collect::<BTreeSet<_>>();
    for (path, key, most) in [
        ("assignments[].target.groupId", "group", 60),
        ("conditions.users.excludeGroups[]", "group", 60),
        ("assignments[].target.deviceAndAppManagementAssignmentFilterId", "assignment_filter", 10),
        ("conditions.locations.excludeLocations[]", "named_location", 10),
        ("roleScopeTagIds[]", "scope_tag", 10),
    ] {
        let referred = references(&state, path);
        assert!(!referred.is_empty(), "{path}: nothing is referred to");
        assert!(referred.is_subset(&ids(key)), "{path}: leads nowhere");
        assert!(ids(key).len() <= most.max(60));
    }
    let none = "00000000-0000-0000-0000-000000000000".to_owned();
    let mut templates = references(&state, "scheduledActionsForRule[].scheduledActionConfigurations[].notificationTemplateId");
    templates.remove(&none);
    assert!(!templates.is_empty() && templates.is_subset(&ids("notification_template")));
    let kinds: BTreeSet<String> = references(&state, "assignments[].target.@odata.type");
    assert!(kinds.len() >= 4, "{kinds:?}");
}

#[test]
fn times_lie_before_now_and_are_spread() {
    let state = generate(1, Size::demo(), now());
    let mut weeks = BTreeSet::new();
    for id in state.ids("settings_catalog_policy") {
        let object = state.object("settings_catalog_policy", &id).unwrap();
        let time = |name: &str| Moment::parse(object.get(name).unwrap().as_str().unwrap()).unwrap();
        assert!(time("createdDateTime") <= time("lastModifiedDateTime").plus(std::time::Duration::from_secs(1)));
        assert!(time("lastModifiedDateTime") <= now().plus(std::time::Duration::from_secs(1)));
        weeks.insert(time("lastModifiedDateTime").seconds() / (7 * 86_400));
    }
    assert!(weeks.len() > 10, "{weeks:?}");
}

#[test]
fn names_are_mostly_different() {
    let state = generate(1, Size { policies: 2000, groups: 50 }, now());
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for kind in all().iter().filter(|kind| kind.category != Category::App && kind.in_inventory()) {
        for id in state.ids(&kind.key) {
            *names.entry(kind.name_of(&state.object(&kind.key, &id).unwrap()).unwrap().to_owned()).or_default() += 1;
        }
    }
    let twice = names.values().filter(|count| **count > 1).count();
    assert!(twice > 0 && twice * 20 < names.len(), "{twice} of {}", names.len());
}

#[test]
fn a_history_fits_on_the_tenant_and_is_the_same_for_the_same_seed() {
    let state = generate(1, Size::demo(), now());
    let changes = history(&state, 4, 6, now());
    assert_eq!(changes, history(&state, 4, 6, now()));
    assert!(changes.len() > 20, "{}", changes.len());
    assert!(changes.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert!(changes.iter().all(|change| !change.actor.is_empty() && !change.summary.is_empty()));
    let puts = changes.iter().filter(|change| matches!(change.effect, ChangeEffect::Put(_))).count();
    assert!(puts < changes.len(), "something is deleted as well");

    let mut with_history = state.clone();
    with_history.add_history(changes.clone());
    let world = World::with(with_history, graph_sim::Settings::default());
    let mut applied = 0;
    for change in &changes {
        let before = world.sim.read_state(world.tenant, |state| state.object(&change.type_key, &change.object_id)).unwrap();
        world.sim.advance_one(world.tenant).unwrap().unwrap();
        let after = world.sim.read_state(world.tenant, |state| state.object(&change.type_key, &change.object_id)).unwrap();
        assert_ne!(before, after, "{} did nothing", change.summary);
        applied += 1;
    }
    assert_eq!(applied, changes.len());
    assert_eq!(world.sim.advance_one(world.tenant).unwrap(), None);
}

#[test]
fn advancing_to_a_moment_applies_what_lies_before_it() {
    let mut state = generate(1, Size::demo(), now());
    let changes = history(&state, 4, 3, now());
    let middle = changes[changes.len() / 2].at;
    state.add_history(changes.clone());
    let world = World::with(state, graph_sim::Settings::default());
    let applied = world.sim.advance(world.tenant, middle).unwrap();
    assert!(applied.iter().all(|change| change.at <= middle));
    assert_eq!(applied.len(), changes.iter().filter(|change| change.at <= middle).count());
}
