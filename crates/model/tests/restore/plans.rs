//! Plans: their hash is of all that decides a write, and their waves are in an order that can be carried out.

use std::collections::BTreeMap;

use model::resource_types::{ApiVersion, Method};
use model::restore::{
    Action, Effect, Hindrance, Inverse, Mapping, Outcome, Part, Plan, PlannedItem, Reference, Step, Target, inverse,
    least_seconds, removal_needs,
};
use proptest::prelude::*;

use crate::objects::json;

fn item(number: u32) -> PlannedItem {
    PlannedItem {
        number,
        resource_type: "device_category".to_owned(),
        source_id: format!("s{number}"),
        name: "N".to_owned(),
        part: Part::Whole,
        action: Action::Update,
        target_id: Some(format!("t{number}")),
        wanted: Some("w".to_owned()),
        before: Some("b".to_owned()),
        hindrance: None,
        needs: Vec::new(),
    }
}

#[test]
fn a_write_is_known_again_by_all_that_it_says_but_for_secrets() {
    let step = |path: &str, body: &str| Step {
        effect: Effect::Change,
        method: Method::Patch,
        api_version: ApiVersion::Beta,
        template: "/a/{id}".to_owned(),
        path: path.to_owned(),
        body: Some(json(body)),
    };
    let marked = |path: &str, body: &str| step(path, body).mark(false);
    let one = marked("/a/1", r#"{"x":"v","y":[1,{"z":null}]}"#);
    assert_eq!(one, marked("/a/1", r#"{"y":[1,{"z":null}],"x":"v"}"#), "the order of members says nothing");
    let others = [
        marked("/a/2", r#"{"x":"v","y":[1,{"z":null}]}"#),
        marked("/a/1", r#"{"x":"w","y":[1,{"z":null}]}"#),
        marked("/a/1", r#"{"x":"v","y":[2,{"z":null}]}"#),
        Step { method: Method::Put, ..step("/a/1", r#"{"x":"v","y":[1,{"z":null}]}"#) }.mark(false),
        Step { body: None, ..step("/a/1", "{}") }.mark(false),
    ];
    assert!(others.iter().all(|other| *other != one));
    let secret = |body: &str| step("/a/1", body).mark(true);
    assert_eq!(secret(r#"{"x":"geheim","y":[1]}"#), secret(r#"{"x":"otherwise","y":[2]}"#), "nothing tells what was entered");
    assert_ne!(secret(r#"{"x":"geheim"}"#), secret(r#"{"z":"geheim"}"#));
}

#[test]
fn the_hash_changes_with_whatever_decides_a_write_and_with_nothing_else() {
    let mut plan = Plan { items: vec![item(1), item(2)], mapping: Mapping::default() };
    plan.mapping.0.insert(Reference::new("group", "g"), Target::Object { id: "h".to_owned() });
    let hash = plan.hash();
    let with = |change: &dyn Fn(&mut PlannedItem)| {
        let mut plan = plan.clone();
        change(&mut plan.items[1]);
        plan.hash()
    };
    type Deciding<'a> = &'a dyn Fn(&mut PlannedItem);
    let deciding: [Deciding<'_>; 11] = [
        &|item| item.number = 3,
        &|item| item.resource_type = "scope_tag".to_owned(),
        &|item| item.source_id = "other".to_owned(),
        &|item| item.part = Part::Content,
        &|item| item.part = Part::Properties { names: vec!["a".to_owned()] },
        &|item| item.action = Action::Skip,
        &|item| item.target_id = None,
        &|item| item.target_id = Some("other".to_owned()),
        &|item| item.wanted = Some("other".to_owned()),
        &|item| item.before = None,
        &|item| item.needs = vec![1],
    ];
    let mut hashes: Vec<String> = deciding.iter().map(|change| with(change)).collect();
    hashes.push(hash.clone());
    let mut other = plan.clone();
    other.mapping.0.insert(Reference::new("group", "g"), Target::Dropped { reason: "r".to_owned() });
    hashes.push(other.hash());
    other.mapping.0.clear();
    hashes.push(other.hash());
    let count = hashes.len();
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), count);
    assert_eq!(with(&|item| item.name = "renamed".to_owned()), hash);
    assert_eq!(with(&|item| item.hindrance = Some(Hindrance::Unread)), hash, "what is skipped is told by the action");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn waves_have_each_write_once_and_after_what_it_needs(
        kinds in prop::collection::vec((0_u8..4, prop::collection::vec(0_u32..12, 0..4)), 0..12),
        circles in any::<bool>(),
    ) {
        let items: Vec<PlannedItem> = (1..).zip(&kinds).map(|(number, (kind, needs))| PlannedItem {
            action: [Action::Update, Action::Create, Action::Delete, Action::Unchanged][usize::from(*kind)],
            needs: needs.iter().copied().filter(|need| circles || *need < number).collect(),
            ..item(number)
        }).collect();
        let plan = Plan { items: items.clone(), mapping: Mapping::default() };
        let waves = plan.waves();
        let at: BTreeMap<u32, usize> =
            waves.iter().enumerate().flat_map(|(at, wave)| wave.iter().map(move |number| (*number, at))).collect();
        let writes: Vec<&PlannedItem> = items.iter().filter(|item| item.action.writes()).collect();
        prop_assert_eq!(waves.iter().map(Vec::len).sum::<usize>(), writes.len());
        prop_assert_eq!(at.len(), writes.len());
        prop_assert!(waves.iter().all(|wave| !wave.is_empty()));
        let find = |number: u32| writes.iter().find(|item| item.number == number);
        for item in &writes {
            for need in item.needs.iter().filter_map(|need| find(*need)) {
                if (item.action == Action::Delete) == (need.action == Action::Delete) && !circles {
                    prop_assert!(at[&need.number] < at[&item.number]);
                }
            }
            for other in &writes {
                if item.action == Action::Delete && other.action != Action::Delete {
                    prop_assert!(at[&other.number] < at[&item.number], "deletes come last");
                }
            }
        }
    }
}

#[test]
fn what_is_in_use_is_deleted_after_what_uses_it() {
    let find = |key| model::resource_types::find(key).unwrap();
    let policy = json(
        r##"{"assignments":[{"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g","deviceAndAppManagementAssignmentFilterId":"f","deviceAndAppManagementAssignmentFilterType":"include"}}]}"##,
    );
    let filter = json("{}");
    let needs = removal_needs(&[
        (1, find("assignment_filter"), "f", &filter),
        (2, find("settings_catalog_policy"), "p", &policy),
        (3, find("windows_update_ring"), "q", &policy),
    ]);
    assert_eq!(needs, BTreeMap::from([(1, vec![2, 3])]));
}

#[test]
fn what_was_done_can_be_taken_back() {
    let done = |action, outcome, made: Option<&str>| inverse(&PlannedItem { action, ..item(1) }, outcome, made);
    let put_back = Inverse::PutBack { id: "t1".to_owned() };
    for outcome in [Outcome::Verified, Outcome::Differs, Outcome::Failed, Outcome::Refused, Outcome::Waiting, Outcome::Uncertain]
    {
        assert_eq!(done(Action::Update, outcome, None), put_back);
    }
    assert_eq!(done(Action::Update, Outcome::Skipped, None), Inverse::Nothing);
    assert_eq!(done(Action::Create, Outcome::Verified, Some("n")), Inverse::Remove { id: "n".to_owned() });
    assert_eq!(done(Action::Recreate, Outcome::Uncertain, None), Inverse::Nothing, "nobody knows what was made");
    assert_eq!(done(Action::Delete, Outcome::Verified, None), Inverse::MakeAnew);
    assert_eq!(done(Action::Unchanged, Outcome::Verified, None), Inverse::Nothing);
}

#[test]
fn the_quota_sets_the_time() {
    assert_eq!([0, 1, 100, 101, 1_000].map(least_seconds), [0, 0, 0, 20, 180]);
}
