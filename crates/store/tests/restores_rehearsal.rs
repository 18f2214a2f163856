//! Rehearsals of restores: started by the hash of a plan, kept with the restore, the latest few.

use model::restore::{Action, Outcome as ItemOutcome, RestoreState};
use model::run::{Counts, Outcome, Started, Trigger};
use store::access::RunScope;
use store::runs::WorkerId;
use store::{NewRehearsal, PlannedWork, RehearsedItem, Restore, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::restores::{checked, permit};

async fn claimed(world: &World) -> RunScope {
    let claim = world.claim(&WorkerId::new("rehearsal")).await;
    world.admit(&claim).await
}

async fn ended(t: &TestStore, run: &RunScope) {
    t.store.queue().finish(run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
}

/// A plan with two objects that are made.
async fn planned(t: &TestStore, world: &World) -> (store::access::TenantScope, Restore) {
    let (scope, restore) = checked(t, world).await;
    let store = t.store.restores();
    store.start_preview(&permit(world).await, restore.id, restore.revision, Trigger::Manual).await.unwrap();
    let run = claimed(world).await;
    let work: Vec<PlannedWork> = store
        .items_for_run(&run, restore.id)
        .await
        .unwrap()
        .into_iter()
        .map(|item| PlannedWork {
            number: item.number,
            resource_type: item.resource_type,
            source_id: item.source_id,
            name: item.name,
            action: Action::Create,
            target_id: None,
            before_semantic: None,
            before: None,
            hindrance: None,
            needs: Vec::new(),
            suggested: Vec::new(),
            reach: None,
        })
        .collect();
    store.freeze(&run, restore.id, restore.revision, &work).await.unwrap();
    ended(t, &run).await;
    let restore = store.find(&scope, restore.id).await.unwrap();
    (scope, restore)
}

fn item(number: u32, outcome: ItemOutcome) -> RehearsedItem {
    RehearsedItem {
        number,
        resource_type: "scope_tag".to_owned(),
        name: format!("Number {number}"),
        action: Action::Create,
        outcome,
        code: (outcome != ItemOutcome::Verified).then(|| "graph.bad_request".to_owned()),
        differs: vec!["description".to_owned()],
        stripped: vec!["isBuiltIn".to_owned()],
        writes: 2,
        placeholders: 1,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_is_of_one_plan_and_the_latest_few_are_kept() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, restore) = planned(&t, &world).await;
        let (permit, store) = (permit(&world).await, t.store.restores());
        let plan = restore.plan_hash.clone().unwrap();
        let other = store.start_rehearsal(&permit, restore.id, "0000", Trigger::Manual).await;
        assert!(matches!(other, Err(StoreError::Conflict(_))), "{other:?}");
        assert!(store.rehearsal(&scope, restore.id).await.unwrap().is_none());
        let figures = NewRehearsal { objects: 2, unreadable: 1, requests: 9, writes: 4, placeholders: 2, takes_ms: 1_500 };
        let mut kept = Vec::new();
        for _ in 0..5 {
            t.clock.advance(std::time::Duration::from_secs(60));
            let started = store.start_rehearsal(&permit, restore.id, &plan, Trigger::Manual).await.unwrap();
            let Started::Accepted(run) = started else { panic!("{started:?}") };
            let again = store.start_rehearsal(&permit, restore.id, &plan, Trigger::Manual).await.unwrap();
            assert!(matches!(&again, Started::Deduplicated(same) if same.id == run.id), "while it is under way it is one");
            assert_eq!(store.find(&scope, restore.id).await.unwrap().rehearsal_run, Some(run.id));
            let attempt = claimed(&world).await;
            let items = [item(1, ItemOutcome::Verified), item(2, ItemOutcome::Refused)];
            // An attempt that was lost after it kept what came of it is followed by one that does so again.
            store.record_rehearsal(&attempt, restore.id, &plan, &figures, &items[..1]).await.unwrap();
            kept.push(store.record_rehearsal(&attempt, restore.id, &plan, &figures, &items).await.unwrap());
            ended(&t, &attempt).await;
            let lost = store.record_rehearsal(&attempt, restore.id, &plan, &figures, &items).await;
            assert!(matches!(lost, Err(StoreError::LeaseLost)), "{lost:?}");
        }
        let latest = store.rehearsal(&scope, restore.id).await.unwrap().unwrap();
        assert_eq!((latest.id, &latest.figures, latest.plan.as_str()), (kept[4], &figures, plan.as_str()));
        assert_eq!((latest.outcomes.verified, latest.outcomes.refused), (1, 1));
        assert!(!latest.is_stale(Some(&plan)) && latest.is_stale(None));
        let rows = async |rehearsal, outcome, limit| {
            store.rehearsed_items(&scope, restore.id, rehearsal, outcome, None, limit).await.unwrap()
        };
        assert_eq!(rows(kept[4], None, 10).await.rows, [item(1, ItemOutcome::Verified), item(2, ItemOutcome::Refused)]);
        assert_eq!(rows(kept[4], Some(ItemOutcome::Refused), 10).await.rows, [item(2, ItemOutcome::Refused)]);
        let first = rows(kept[4], None, 1).await;
        let next = first.next.as_ref();
        let second = store.rehearsed_items(&scope, restore.id, kept[4], None, next, 1).await.unwrap();
        assert_eq!(second.rows, [item(2, ItemOutcome::Refused)]);
        let counts: Vec<usize> = [rows(kept[1], None, 10).await.rows.len(), rows(kept[2], None, 10).await.rows.len()].to_vec();
        assert_eq!(counts, [0, 2], "three are kept");
        // Whoever changed the restore has no plan to rehearse.
        store.check(&permit, &scope, restore.id, restore.revision).await.unwrap();
        let now = store.find(&scope, restore.id).await.unwrap();
        if now.state != RestoreState::Previewed {
            let none = store.start_rehearsal(&permit, restore.id, &plan, Trigger::Manual).await;
            assert!(matches!(none, Err(StoreError::Conflict(_))), "{none:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_made_of_what_is_stored_and_not_gone() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (_, restore) = planned(&t, &world).await;
        let store = t.store.restores();
        let plan = restore.plan_hash.clone().unwrap();
        store.start_rehearsal(&permit(&world).await, restore.id, &plan, Trigger::Manual).await.unwrap();
        let run = claimed(&world).await;
        let tags = ["scope_tag".to_owned()];
        let all = store.stored_objects(&run, &tags, None, 10).await.unwrap();
        assert_eq!(all.iter().map(|object| object.object_id.as_str()).collect::<Vec<_>>(), ["1", "2"]);
        assert!(all.iter().all(|object| object.content.is_some() && object.size > 0 && !object.semantic_hash.is_empty()));
        let behind = store.stored_objects(&run, &tags, Some(("scope_tag", "1")), 10).await.unwrap();
        assert_eq!(behind, all[1..]);
        assert_eq!(store.stored_objects(&run, &tags, None, 1).await.unwrap(), all[..1]);
        assert!(store.stored_objects(&run, &[], None, 10).await.unwrap().is_empty());
        t.execute("update inventory_items set absent = (1 = 1) where object_id = '1'").await;
        assert_eq!(store.stored_objects(&run, &tags, None, 10).await.unwrap(), all[1..]);
        t.execute("update blobs set plain_size = plain_size + 1").await;
        assert!(store.stored_objects(&run, &tags, None, 10).await.unwrap()[0].content.is_none(), "damaged");
        let (groups, filled) = store.stored_groups(&run, &["8e75af29-5176-4372-a718-724b8a4620dc".to_owned()]).await.unwrap();
        assert!(groups.is_empty() && !filled, "nobody looked yet");
    })
    .await;
}
