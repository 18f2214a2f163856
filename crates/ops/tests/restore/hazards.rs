//! What real tools do wrong when they write a tenant back: each test is named after the hazard in the design. Hazards of reading are in
//! `tests/hazards.rs`.

use std::collections::BTreeMap;
use std::time::Duration;

use graph_sim::{Effect, Fault, Which, Wrote};
use model::json::Json;
use model::restore::{Action, Hindrance, Outcome as ItemOutcome, RestoreState, Source};
use model::run::Outcome;
use store::Restore;
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::faults::survives;
use crate::help::*;
use crate::journey::of_types;
use crate::objects::*;

/// Captured, an hour ago.
async fn captured(t: &TestStore, objects: &[(&'static str, Json)], types: &[&str]) -> (World, TestGraph, Source) {
    let world = World::of(t).await;
    let graph = serving(&world, objects).await;
    directory(&world, &graph).await;
    let set = backup(&world, &graph, types).await;
    t.clock.advance(Duration::from_secs(3600));
    graph.sim.clear_effects();
    (world, graph, Source::BackupSet { set: set.id })
}

fn remove(graph: &TestGraph, objects: &[(&'static str, usize)]) {
    for (key, number) in objects {
        assert!(graph.sim.remove_object(graph.tenant, key, &id(*number)).unwrap());
    }
    graph.sim.clear_effects();
}

/// Restored with success; what each object of the source became.
async fn restored(world: &World, graph: &TestGraph, source: &Source, types: &[&str]) -> (Restore, BTreeMap<String, String>) {
    let restore = previewed(world, graph, source, &of_types(types)).await;
    let (run, over) = execute(world, graph, restore.id).await;
    let items = items(world, restore.id).await;
    assert_eq!((run.outcome, over.state), (Outcome::Succeeded, RestoreState::Completed), "{:?} {items:?}", run.failures);
    let became = items.into_iter().filter_map(|item| Some((item.source_id, item.result_id.or(item.target_id)?)));
    (over, became.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_6_two_objects_of_one_name_both_come_back_each_with_its_own_content() {
    on_both(async |t: TestStore| {
        let objects = [1, 2, 3].map(|value| policy(usize::try_from(value).unwrap() + 9, "One name", value, &[]));
        let (world, graph, source) = captured(&t, &objects, &[CATALOG]).await;
        // Two are gone; of the third, which is called the same, somebody changed the value.
        remove(&graph, &[(CATALOG, 10), (CATALOG, 11)]);
        let (key, other) = policy(12, "One name", 7, &[]);
        put(&graph, key, other);
        // The one that is left is called as those that are gone: it is not taken for one of them without a person's word.
        let draft = previewed(&world, &graph, &source, &every(CATALOG)).await;
        let (permit, scope, store) = (permit(&world).await, scope(&world).await, t.store.restores());
        let mut revision = draft.revision;
        for item in items(&world, draft.id).await {
            if item.source_id == id(12) {
                assert_eq!((item.action, item.target_id), (Some(Action::Update), Some(id(12))));
                continue;
            }
            assert!(matches!(item.action, Some(Action::Recreate | Action::Skip)), "{item:?}");
            assert_ne!(item.target_id, Some(id(12)), "the content of one never lands on another");
            revision = store.say_target(&permit, draft.id, revision, item.number, Some("")).await.unwrap();
        }
        store.check(&permit, &scope, draft.id, revision).await.unwrap();
        preview(&world, &graph, draft.id).await;
        let (run, over) = execute(&world, &graph, draft.id).await;
        assert_eq!((run.outcome, over.state), (Outcome::Succeeded, RestoreState::Completed), "{:?}", run.failures);
        let mut values: Vec<i64> = Vec::new();
        for item in items(&world, draft.id).await {
            let now = object(&graph, CATALOG, &item.result_id.unwrap());
            let value = now.at(&["settings"]).and_then(Json::as_array).unwrap()[0].to_text();
            let value = (1..=9).find(|number| value.contains(&format!("\"value\":{number}"))).unwrap();
            assert_eq!(item.source_id, id(usize::try_from(value).unwrap() + 9), "each its own");
            values.push(value);
        }
        values.sort_unstable();
        assert_eq!((values, ids(&graph, CATALOG).len()), (vec![1, 2, 3], 3));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_7_assignments_keep_the_filter_that_is_made_in_the_same_restore() {
    on_both(async |t: TestStore| {
        let mut objects = vec![group(1, "One"), filter(20, "Filter"), filter(21, "Other filter")];
        objects.extend((10..18).map(|number| policy(number, &format!("Policy {number}"), 1, &[filtered(1, 20 + number % 2)])));
        let (world, graph, source) = captured(&t, &objects, &[CATALOG, FILTER]).await;
        remove(&graph, &[(FILTER, 20), (FILTER, 21)]);
        remove(&graph, &(10..18).map(|number| (CATALOG, number)).collect::<Vec<_>>());
        // Graph does not know everywhere at once what was made a moment ago.
        graph.sim.change_settings(|settings| settings.unseen_reads = 2);
        let (_, became) = restored(&world, &graph, &source, &[CATALOG, FILTER]).await;
        for number in 10..18 {
            let policy = object(&graph, CATALOG, &became[&id(number)]);
            let filter = &became[&id(20 + number % 2)];
            assert_ne!(*filter, id(20 + number % 2), "the filter is another object now");
            assert_eq!(assigned(&policy), [id(1)]);
            assert!(policy.to_text().contains(filter.as_str()), "its own filter, by the new id: {policy:?}");
        }
        assert!(graph.sim.created_twice(graph.tenant).is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_8_a_create_whose_answer_is_lost_is_not_repeated() {
    survives(Fault::new(Effect::AnswerLost).on(POLICIES).method("POST").which(Which::First(2))).await;
    survives(Fault::new(Effect::ErrorAfterEffect { status: 504 }).on(POLICIES).method("POST").which(Which::First(1))).await;
}

/// Every kind of content that tools are known to change on the way.
fn delicate() -> (&'static str, Json) {
    let (key, mut object) = custom(10, "Delicate");
    for (name, value) in [
        ("description", r##""first\r\nsecond\tthird\r\n \u00e9 \ud83d\ude00 \u202e ""##),
        ("payload", r##""PHBsaXN0Pg0KPC9wbGlzdD4NCg""##),
        ("large", "9007199254740993"),
        ("precise", "0.1000000000000000055511151231257827"),
        ("exponent", "1E+2"),
        ("emptyList", "[]"),
        ("emptyText", r##""""##),
        ("emptyObject", "{}"),
        ("nothing", "null"),
        ("notYetKnown", r##"{"@odata.type":"#microsoft.graph.somethingNew","deep":[[],[1,[2,[3]]],{"none":null,"more":{}}]}"##),
        (
            "omaSettings",
            r##"[{"@odata.type":"#microsoft.graph.omaSettingStringXml","displayName":"X","description":null,"omaUri":"./X","isEncrypted":false,"secretReferenceValueId":null,"value":"PGEvPg0K","fileName":"a.xml"}]"##,
        ),
    ] {
        object.set(name, json(value));
    }
    (key, object)
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_9_content_arrives_as_it_was_captured_to_the_last_character() {
    // Once it is made anew, once it is put back.
    for gone in [true, false] {
        on_both(async |t: TestStore| {
            let (key, was) = delicate();
            let (world, graph, source) = captured(&t, &[(key, was.clone())], &[key]).await;
            if gone {
                remove(&graph, &[(key, 10)]);
            } else {
                let mut other = was.clone();
                let stays = ["id", "@odata.type", "roleScopeTagIds"];
                for (name, _) in was.as_object().unwrap().iter().filter(|(name, _)| !stays.contains(&name.as_str())) {
                    let value = if name == "omaSettings" || name == "assignments" { "[]" } else { "\"changed\"" };
                    other.set(name, json(value));
                }
                put(&graph, key, other);
            }
            let (_, became) = restored(&world, &graph, &source, &[key]).await;
            let now = object(&graph, key, &became[&id(10)]);
            let strip = |object: &Json| {
                let mut object = told(key, object);
                // No assignment is none, told or not.
                for name in ["id", "assignments"] {
                    object.remove(name);
                }
                object
            };
            // What is made anew is not told what it has nothing of: Microsoft says null of it.
            let mut was = was.clone();
            if gone {
                was.remove("nothing");
            }
            for (name, value) in strip(&was).as_object().unwrap() {
                assert_eq!(now.get(name).map(Json::to_text), Some(value.to_text()), "{name}, gone: {gone}");
            }
            assert_eq!(strip(&now).to_text(), strip(&was).to_text(), "and nothing else, gone: {gone}");
            graph.sim.clear_effects();
            // Restored again, there is nothing to do.
            let again = previewed(&world, &graph, &source, &every(key)).await;
            assert!(items(&world, again.id).await.iter().all(|item| item.action == Some(Action::Unchanged)), "gone: {gone}");
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_11_a_masked_value_is_never_written_as_if_it_were_the_value() {
    on_both(async |t: TestStore| {
        let (world, graph, source) =
            captured(&t, &[custom(10, "Gone"), custom(11, "Changed"), custom(12, "Settings")], &[CUSTOM]).await;
        remove(&graph, &[(CUSTOM, 10)]);
        let (key, other) = custom(11, "Changed");
        put(&graph, key, with(&other, "description", Json::text("by hand")));
        let (key, other) = custom(12, "Settings");
        let mut settings = other.get("omaSettings").and_then(Json::as_array).unwrap().to_vec();
        settings[1].set("value", Json::int(9));
        put(&graph, key, with(&other, "omaSettings", Json::Array(settings)));
        let before = [object(&graph, CUSTOM, &id(11)), object(&graph, CUSTOM, &id(12))];
        let restore = previewed(&world, &graph, &source, &every(CUSTOM)).await;
        let (_, over) = execute(&world, &graph, restore.id).await;
        assert_eq!(over.state, RestoreState::Completed, "what could be written was; the rest is told");
        for item in items(&world, restore.id).await {
            match item.name.as_str() {
                // Where the list of settings is not touched, its secret stays.
                "Changed" => {
                    assert_eq!((item.action, item.outcome), (Some(Action::Update), Some(ItemOutcome::Verified)));
                    let now = object(&graph, CUSTOM, &id(11));
                    assert_eq!(
                        (now.get("omaSettings"), text_of(&now, "description")),
                        (before[0].get("omaSettings"), "as it was")
                    );
                }
                // To make it, or to write the list, the value would be needed.
                _ => assert_eq!((item.action, item.hindrance), (Some(Action::Skip), Some(Hindrance::SecretMissing)), "{item:?}"),
            }
        }
        assert_eq!(object(&graph, CUSTOM, &id(12)), before[1]);
        assert_eq!(done(&graph), [(Wrote::Updated, id(11), 1)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_15_what_was_answered_well_and_not_done_is_no_success() {
    on_both(async |t: TestStore| {
        let objects = [policy(10, "Changed", 1, &[]), policy(11, "Extra", 2, &[])];
        let (world, graph, source) = captured(&t, &objects[..1], &[CATALOG]).await;
        let (key, other) = policy(10, "Changed", 7, &[]);
        put(&graph, key, other);
        put(&graph, key, objects[1].1.clone());
        let draft = checked(&world, &source, &every(CATALOG)).await;
        let (permit, scope, store) = (permit(&world).await, scope(&world).await, t.store.restores());
        let revision = store.set_prune(&permit, draft.id, draft.revision, true).await.unwrap();
        store.check(&permit, &scope, draft.id, revision).await.unwrap();
        preview(&world, &graph, draft.id).await;
        for method in ["PUT", "DELETE"] {
            graph.sim.inject(Fault::new(Effect::Ignored).on(POLICIES).method(method));
        }
        let (run, over) = execute(&world, &graph, draft.id).await;
        assert_eq!((run.outcome, over.state), (Outcome::Failed, RestoreState::Failed), "{:?}", run.failures);
        for item in items(&world, draft.id).await {
            assert!(item.action.is_some_and(Action::writes), "{item:?}");
            assert_eq!((item.outcome, item.code.as_deref()), (Some(ItemOutcome::Differs), Some("restore.differs")), "{item:?}");
            assert!(item.after.is_some(), "what is there is kept, so that it can be compared");
        }
        assert!(done(&graph).is_empty());
    })
    .await;
}
