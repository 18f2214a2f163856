//! The rules by which a second start is the same run: keys of clicks, records, lanes, follow-ups.

use model::operations::probe::Probe;
use model::run::{NewEvent, Outcome, StartBy, StartKey, Started, Trigger};
use store::StoreError;
use testkit::probes::{claim, ids};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

fn click(key: &str) -> StartBy {
    StartBy::from(Trigger::Manual).with_key(Some(StartKey::parse(key).unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn i4_one_click_gives_one_run_and_two_clicks_give_two() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let start = async |key: &str| world.try_probe(world.tenant, Probe::Click, "a", click(key)).await.unwrap();
        let first = start("k1").await;
        assert!(matches!(first, Started::Accepted(_)));
        let second = start("k2").await;
        assert!(matches!(second, Started::Accepted(_)), "another click is another run, although the first one waits");
        assert_ne!(first.run().id, second.run().id);
        assert_eq!(start("k1").await.run().id, first.run().id, "a repetition of the first click");
        let scope = world.take_probe().await;
        assert_eq!(scope.run_id(), first.run().id);
        world.succeed(&scope).await;
        let late = start("k1").await;
        assert!(matches!(&late, Started::Deduplicated(run) if run.id == first.run().id), "also after the run has ended");
        assert_eq!(t.number("select count(*) from operation_runs").await, 2);
        assert_eq!(t.number("select count(*) from notices").await, 2, "v3: a repetition gives no notice");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i4_fifty_copies_of_one_click_give_one_run() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let mut clicks = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let world = world.clone();
            clicks.spawn(async move { world.try_probe(world.tenant, Probe::Click, "a", click("k")).await.unwrap().run().id });
        }
        let runs: std::collections::BTreeSet<_> = clicks.join_all().await.into_iter().collect();
        assert_eq!(runs.len(), 1);
        assert_eq!(t.number("select count(*) from operation_runs").await, 1);
        assert_eq!(t.number("select count(*) from operation_run_events where code = 'queued'").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i4_a_key_that_comes_back_with_another_wish_is_refused() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.try_probe(world.tenant, Probe::Click, "a", click("k")).await.unwrap();
        for (tenant, probe, name) in
            [(world.tenant, Probe::Click, "b"), (world.tenant, Probe::Plain, "a"), (world.other_tenant, Probe::Click, "a")]
        {
            let other = world.try_probe(tenant, probe, name, click("k")).await;
            assert!(matches!(other, Err(StoreError::KeyMismatch)), "{other:?}");
        }
        assert_eq!(t.number("select count(*) from operation_runs").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i4_the_key_of_one_person_is_not_that_of_another() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let mine = world.try_probe(world.tenant, Probe::Click, "a", click("k")).await.unwrap();
        let theirs = World { owner: world.manager.clone(), ..world.clone() };
        let other = theirs.try_probe(world.tenant, Probe::Click, "a", click("k")).await.unwrap();
        assert_ne!(mine.run().id, other.run().id);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i4_the_key_of_a_start_that_met_an_equal_run_leads_to_that_run() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.probe(Probe::Plain, "a").await;
        let met = world.try_probe(world.tenant, Probe::Plain, "a", click("k")).await.unwrap();
        assert!(matches!(&met, Started::Deduplicated(found) if found.id == run.id));
        let scope = world.take_probe().await;
        world.succeed(&scope).await;
        let again = world.try_probe(world.tenant, Probe::Plain, "a", click("k")).await.unwrap();
        assert_eq!(again.run().id, run.id, "the repetition of that click starts nothing new");
        let new = world.try_probe(world.tenant, Probe::Plain, "a", click("other")).await.unwrap();
        assert!(matches!(new, Started::Accepted(_)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i4_the_key_of_a_pruned_run_starts_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.try_probe(world.tenant, Probe::Click, "a", click("k")).await.unwrap();
        t.execute(&format!("delete from operation_runs where id = {}", t.literal(run.run().id.uuid()))).await;
        let late = world.try_probe(world.tenant, Probe::Click, "a", click("k")).await;
        assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
    })
    .await;
}

#[test]
fn a_key_has_a_length_and_visible_characters() {
    assert!(StartKey::parse(&"x".repeat(StartKey::MAX)).is_ok());
    for bad in ["", "a b", "ä", "a\n", &"x".repeat(StartKey::MAX + 1)] {
        assert!(StartKey::parse(bad).is_err(), "{bad:?}");
    }
    assert!(StartKey::parse(StartKey::generate().as_str()).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn i5_one_record_gives_one_run_ever() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.probe(Probe::Record, "r").await;
        let scope = world.take_probe().await;
        world.succeed(&scope).await;
        let again = world.try_probe(world.tenant, Probe::Record, "r", Trigger::Manual.into()).await.unwrap();
        assert!(matches!(&again, Started::Deduplicated(found) if found.id == run.id && found.outcome == Outcome::Succeeded));
        world.probe(Probe::Record, "another").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_writer_of_a_tenant_is_told_who_is_at_work() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let first = world.probe(Probe::Writer, "a").await;
        world.probe(Probe::Writer, "waits behind it").await;
        let holder = world.take_probe().await;
        assert_eq!(holder.run_id(), first.id);
        let busy = world.try_probe(world.tenant, Probe::Writer, "b", Trigger::Manual.into()).await.unwrap();
        assert!(matches!(&busy, Started::ScopeBusy(run) if run.id == first.id), "{busy:?}");
        assert_eq!(t.number("select count(*) from operation_runs").await, 2, "no run was made");
        let system = world.try_probe(world.tenant, Probe::Writer, "c", Trigger::System.into()).await.unwrap();
        assert!(matches!(system, Started::Accepted(_)), "what the system starts waits for its turn");
        let elsewhere = world.try_probe(world.other_tenant, Probe::Writer, "b", Trigger::Manual.into()).await.unwrap();
        assert!(matches!(elsewhere, Started::Accepted(_)), "another tenant has a lane of its own");
        world.succeed(&holder).await;
        let free = world.try_probe(world.tenant, Probe::Writer, "b", Trigger::Manual.into()).await.unwrap();
        assert!(matches!(free, Started::Accepted(_)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f1_what_follows_is_started_once_however_often_the_run_is_tried() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let cause = world.probe(Probe::Chain, "a").await;
        let first = world.take_probe().await;
        let event = NewEvent::warning("retry", "…");
        t.store.queue().hand_back(&first, std::time::Duration::ZERO, true, event).await.unwrap();
        assert_eq!(t.number("select count(*) from operation_runs").await, 1, "an attempt that did not end it starts nothing");
        let second = world.take_probe().await;
        world.succeed(&second).await;
        assert!(matches!(
            t.store.queue().finish(&first, Outcome::Succeeded, None, &model::run::Counts::default(), &[]).await,
            Err(StoreError::LeaseLost)
        ));
        let next = claim(&t.store, 9).await;
        assert_eq!(next.len(), 1, "one follow-up: {:?}", ids(&next));
        let run = &next[0].run;
        assert_eq!((run.caused_by_run_id, run.trigger, run.user_id), (Some(cause.id), Trigger::FollowUp, None));
        assert_eq!(t.number("select count(*) from notices").await, 1, "v3: a run of the system gives no notice");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_a_start_ends_an_equal_run_that_nobody_picked_up_in_time() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let stale = world.probe(Probe::Hasty, "a").await;
        t.clock.advance(std::time::Duration::from_secs(121));
        let fresh = world.probe(Probe::Hasty, "a").await;
        assert_ne!(stale.id, fresh.id, "no sweep was needed");
        let ended = world.run(stale.id).await;
        assert_eq!((ended.outcome, ended.reason_code.as_deref()), (Outcome::Failed, Some("run.stale_queued")));
    })
    .await;
}
