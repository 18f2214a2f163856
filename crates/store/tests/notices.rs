//! Notices: exactly one per run, to whoever started it.

use model::failure::{Code, Failure};
use model::notice::Notice;
use model::run::{Counts, Outcome, Status};
use model::user::User;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

async fn newest(world: &World, user: &User) -> Vec<Notice> {
    world.store.notices().newest(&world.sign_in(user).await, 50).await.unwrap()
}

async fn unread(world: &World, user: &User) -> i64 {
    world.store.notices().unread(&world.sign_in(user).await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn v3_queued_is_replaced_by_the_end_which_is_unread_again() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        let queued = newest(&world, &world.owner).await;
        assert_eq!(queued.len(), 1);
        assert_eq!((queued[0].run_id, queued[0].tenant_id), (scope.run_id(), Some(world.tenant)));
        assert_eq!((queued[0].status, queued[0].outcome, queued[0].read), (Status::Queued, Outcome::Pending, false));
        assert_eq!((queued[0].label, unread(&world, &world.owner).await), ("Inventory sync", 1));
        let who = world.sign_in(&world.owner).await;
        t.store.notices().read_all(&who).await.unwrap();
        assert_eq!(unread(&world, &world.owner).await, 0);
        assert!(newest(&world, &world.owner).await[0].read);
        t.clock.advance(std::time::Duration::from_secs(60));
        t.store.queue().finish(&scope, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        let ended = newest(&world, &world.owner).await;
        assert_eq!(ended.len(), 1, "replaced, not added");
        assert_eq!((ended[0].id, ended[0].status, ended[0].outcome), (queued[0].id, Status::Completed, Outcome::Succeeded));
        assert_eq!((ended[0].read, ended[0].at), (false, t.store.now().await.unwrap()));
        assert_eq!(unread(&world, &world.owner).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v3_only_the_initiator_hears_of_a_run_also_when_another_reuses_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        world.start_sync(&world.manager, &["scope_tag"]).await;
        let failure = Failure::new(Code::GraphForbidden);
        t.store.queue().finish(&scope, Outcome::Failed, Some(&failure), &Counts::default(), &[]).await.unwrap();
        assert_eq!(newest(&world, &world.owner).await.len(), 1);
        for user in [&world.manager, &world.operator_member, &world.readonly, &world.stranger] {
            assert_eq!((newest(&world, user).await, unread(&world, user).await), (vec![], 0), "{}", user.name);
        }
        t.store.notices().read_all(&world.sign_in(&world.manager).await).await.unwrap();
        assert_eq!(unread(&world, &world.owner).await, 1, "reading is one's own affair");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v3_a_run_of_the_system_gives_no_notice() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        t.execute("delete from notices").await;
        t.execute("update operation_runs set user_id = null").await;
        let scope = world.admit(&world.claim(&store::runs::WorkerId::new("w")).await).await;
        t.store.queue().finish(&scope, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        assert_eq!(t.number("select count(*) from notices").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v3_every_end_replaces_the_notice() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let cancelled = world.queued(&["scope_tag"]).await;
        let who = world.sign_in(&world.owner).await;
        let sight = t.store.access().run(&who, cancelled.id).await.unwrap();
        t.store.runs().cancel(&sight).await.unwrap();
        let stale = world.queued(&["named_location"]).await;
        t.clock.advance(std::time::Duration::from_secs(24 * 3600));
        t.store.queue().rescue().await.unwrap();
        let who = world.sign_in(&world.owner).await;
        let notices = t.store.notices().newest(&who, 50).await.unwrap();
        let seen: Vec<_> = notices.iter().map(|notice| (notice.run_id, notice.outcome)).collect();
        assert_eq!(seen, [(stale.id, Outcome::Failed), (cancelled.id, Outcome::Cancelled)], "newest first");
        assert_eq!(t.store.notices().newest(&who, 1).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_of_an_unknown_type_has_words_too() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        t.execute("update notices set type = 'future_type', outcome = 'splendid'").await;
        let notices = newest(&world, &world.owner).await;
        assert_eq!((notices[0].label, notices[0].outcome), ("Unknown operation", Outcome::Unknown));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unread_counts_no_further_than_it_is_shown() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        crate::runs_claim::queue_many(&world, 103).await;
        assert_eq!(unread(&world, &world.owner).await, 100);
    })
    .await;
}
