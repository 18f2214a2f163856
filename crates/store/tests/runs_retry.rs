//! Repeating runs, and ending those that do not stop.

use std::time::Duration;

use model::failure::Code;
use model::operations::probe::{Arguments, Probe};
use model::run::{NewItem, Outcome, StartKey, Started, Status, Trigger};
use store::StoreError;
use store::access::RunSight;
use store::runs::{Again, Progress};
use testkit::probes::claim;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

async fn sight(world: &World, run: model::ids::RunId) -> RunSight {
    let who = world.sign_in(&world.owner).await;
    world.store.access().run(&who, run).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_is_a_new_run_that_is_linked_to_the_old_one() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.probe(Probe::Plain, "a").await;
        let seen = sight(&world, run.id).await;
        let early = t.store.runs().retry(&seen, Again::Whole, None).await;
        assert!(matches!(early, Err(StoreError::Conflict(_))), "a run that is not over is not repeated: {early:?}");
        let scope = world.take_probe().await;
        t.store.queue().finish(&scope, Outcome::Failed, None, &model::run::Counts::default(), &[]).await.unwrap();
        let before = world.run(run.id).await;
        let key = Some(StartKey::generate());
        let Started::Accepted(again) = t.store.runs().retry(&seen, Again::Whole, key.clone()).await.unwrap() else { panic!() };
        assert_eq!((again.retry_of_run_id, again.trigger), (Some(run.id), Trigger::Retry));
        assert_eq!(t.store.runs().repeated_by(&seen).await.unwrap(), Some(again.id));
        assert_eq!(t.store.runs().repeated_by(&sight(&world, again.id).await).await.unwrap(), None);
        assert_eq!(again.context, run.context);
        assert_eq!(world.run(run.id).await, before, "l4: the old one stays as it is");
        let twice = t.store.runs().retry(&seen, Again::Whole, key).await.unwrap();
        assert_eq!(twice.run().id, again.id, "i4: one click");
        let other = t.store.runs().retry(&seen, Again::Whole, None).await.unwrap();
        assert!(matches!(&other, Started::Deduplicated(run) if run.id == again.id), "i1: it is under way");
        let reader = world.sign_in(&world.readonly).await;
        assert!(t.store.access().run(&reader, run.id).await.is_err());
        assert_eq!(t.number("select count(*) from audit_entries where action = 'run.retry'").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_failed_items_are_repeated() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.probe(Probe::Plain, "a").await;
        let scope = world.take_probe().await;
        let items = [NewItem::succeeded("1"), NewItem::failed("2", Code::Internal), NewItem::failed("3", Code::Internal)];
        t.store.queue().record(&scope, &items, Progress::default()).await.unwrap();
        t.store.queue().finish(&scope, Outcome::PartiallySucceeded, None, &model::run::Counts::default(), &[]).await.unwrap();
        let seen = sight(&world, run.id).await;
        let again = t.store.runs().retry(&seen, Again::Failed, None).await.unwrap();
        let arguments: Arguments = serde_json::from_value(again.run().context.clone()).unwrap();
        assert_eq!(arguments.only.unwrap().into_iter().collect::<Vec<_>>(), ["2", "3"]);
        let scope = world.take_probe().await;
        let ended = world.succeed(&scope).await;
        let none = t.store.runs().retry(&sight(&world, ended.id).await, Again::Failed, None).await;
        assert!(matches!(none, Err(StoreError::Conflict(_))), "there is none: {none:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_failed_types_of_a_sync_are_repeated_by_themselves() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag", "assignment_filter", "compliance_policy"]).await;
        let items = [NewItem::succeeded("scope_tag"), NewItem::failed("assignment_filter", Code::GraphForbidden)];
        t.store.queue().record(&scope, &items, Progress::default()).await.unwrap();
        t.store.queue().finish(&scope, Outcome::Failed, None, &model::run::Counts::default(), &[]).await.unwrap();
        let again = t.store.runs().retry(&sight(&world, scope.run_id()).await, Again::Failed, None).await.unwrap();
        assert_eq!(again.run().context, serde_json::json!({ "types": ["assignment_filter"] }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_an_unknown_type_is_not_repeated() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.probe(Probe::Plain, "a").await;
        world.succeed(&world.take_probe().await).await;
        t.execute("update operation_runs set type = 'from_the_future'").await;
        let manager = world.sign_in(&world.owner).await;
        let seen = t.store.access().run(&manager, run.id).await.unwrap();
        assert!(matches!(t.store.runs().retry(&seen, Again::Whole, None).await, Err(StoreError::Conflict(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_force_ends_a_run_that_does_not_stop_and_fences_its_worker() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.probe(Probe::Plain, "a").await;
        let scope = world.take_probe().await;
        let seen = sight(&world, run.id).await;
        let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
        let runs = t.store.runs();
        assert!(matches!(runs.force(&permit, &seen).await, Err(StoreError::Conflict(_))), "ask first");
        assert_eq!(runs.cancel(&seen).await.unwrap().status, Status::Running);
        let ended = runs.force(&permit, &seen).await.unwrap();
        assert_eq!((ended.status, ended.outcome), (Status::Completed, Outcome::Cancelled));
        let late = t.store.queue().report(&scope, Progress::default()).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)), "the zombie is fenced");
        assert!(t.store.connections().for_run(&scope).await.is_err(), "and reads no secret any more");
        assert!(matches!(runs.force(&permit, &seen).await, Err(StoreError::Conflict(_))), "once");
        assert_eq!(claim(&t.store, 1).await, []);
        let stranger = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().workspace(&stranger, world.foreign_workspace).await.unwrap().permit().unwrap();
        assert!(matches!(runs.force(&foreign, &seen).await, Err(StoreError::NotVisible)));
        assert_eq!(t.number("select count(*) from audit_entries where action = 'run.force'").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_run_before_is_the_latest_of_the_same_identity() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let mut before = Vec::new();
        for (tenant, name) in [(world.tenant, "a"), (world.tenant, "b"), (world.other_tenant, "a"), (world.tenant, "a")] {
            before.push(world.probe_in(tenant, Probe::Plain, name).await.id);
            world.succeed(&world.take_probe().await).await;
            t.clock.advance(Duration::from_secs(1));
        }
        let previous = async |id| {
            let seen = sight(&world, id).await;
            t.store.runs().previous(&seen, &world.run(id).await).await.unwrap().map(|run| run.id)
        };
        assert_eq!(previous(before[3]).await, Some(before[0]));
        assert_eq!(previous(before[0]).await, None);
        assert_eq!(previous(before[2]).await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_repeats_others_does_so_once_with_the_rights_of_who_started_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.probe(Probe::Plain, "a").await;
        let scope = world.take_probe().await;
        t.store.queue().finish(&scope, Outcome::Failed, None, &model::run::Counts::default(), &[]).await.unwrap();
        world.probe(Probe::Click, "parent").await;
        let parent = world.take_probe().await;
        let who = t.store.access().initiator(&parent).await.unwrap().expect("a person started it");
        assert_eq!(who.user().id, world.owner.id);
        let seen = t.store.access().run(&who, run.id).await.unwrap();
        let child = t.store.runs().retry_within(&parent, &seen, Again::Whole).await.unwrap();
        assert_eq!((child.run().parent_run_id, child.run().retry_of_run_id), (Some(parent.run_id()), Some(run.id)));
        let scope = world.take_probe().await;
        world.succeed(&scope).await;
        let again = t.store.runs().retry_within(&parent, &seen, Again::Whole).await.unwrap();
        assert!(matches!(&again, Started::Deduplicated(same) if same.id == child.run().id), "once, also when it has ended");
        let stranger = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().tenant(&stranger, world.foreign_tenant).await.unwrap();
        let permit = foreign.permit::<model::access::can::InventorySync>().unwrap();
        let request = Probe::Plain.request(&Arguments::named("theirs"));
        let theirs = t.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
        let sight = t.store.access().run(&stranger, theirs.run().id).await.unwrap();
        let refused = t.store.runs().retry_within(&parent, &sight, Again::Whole).await;
        assert!(matches!(refused, Err(StoreError::NotVisible)), "v2: a parent acts in its own workspace");
    })
    .await;
}
