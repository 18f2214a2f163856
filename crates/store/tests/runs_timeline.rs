//! The timeline of a run, and the lists of a tenant's newest and of the active runs.

use model::access::can;
use model::ids::RunId;
use model::run::{Counts, Level, NewEvent, Outcome, Status, Trigger};
use store::StoreError;
use store::access::RunSight;
use store::runs::{Progress, WorkerId};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

async fn sight(world: &World, id: RunId) -> RunSight {
    let who = world.sign_in(&world.owner).await;
    world.store.access().run(&who, id).await.expect("the owner may look")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timeline_tells_the_story_in_order() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        let data = serde_json::json!({"pages": 3});
        let events = vec![NewEvent::error("type_failed", "Scope tags: \u{202e}refused.").with_data(data.clone())];
        t.store.queue().report(&scope, Progress { events, ..Progress::default() }).await.unwrap();
        t.store.queue().finish(&scope, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        let sight = sight(&world, scope.run_id()).await;
        let events = t.store.runs().events(&sight, 100).await.unwrap();
        let story: Vec<_> = events.iter().map(|event| (event.code.as_str(), event.level)).collect();
        let expected =
            [("queued", Level::Info), ("claimed", Level::Info), ("type_failed", Level::Error), ("completed", Level::Info)];
        assert_eq!(story, expected);
        assert_eq!((events[2].message.as_str(), &events[2].data), ("Scope tags: \u{202e}refused.", &data));
        assert!(events.windows(2).all(|pair| pair[0].id < pair[1].id && pair[0].at <= pair[1].at));
        assert_eq!(t.store.runs().events(&sight, 2).await.unwrap(), events[..2]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timeline_is_bounded_and_keeps_the_end() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        let many = |level, count| {
            let event = move |i| NewEvent { level, ..NewEvent::info("phase", format!("event {i}")) };
            Progress { events: (0..count).map(event).collect(), ..Progress::default() }
        };
        let queue = t.store.queue();
        queue.report(&scope, many(Level::Info, 510)).await.unwrap();
        let count = "select count(*) from operation_run_events";
        assert_eq!(t.number(count).await, 500, "the normal course is cut");
        queue.report(&scope, many(Level::Warning, 3)).await.unwrap();
        assert_eq!(t.number(count).await, 503, "what to know is kept");
        queue.report(&scope, many(Level::Error, 600)).await.unwrap();
        let bound = t.number(count).await;
        assert_eq!(bound, 1000, "but not without end");
        queue.finish(&scope, Outcome::Failed, None, &Counts::default(), &[]).await.unwrap();
        assert_eq!(t.number("select count(*) from operation_run_events where code = 'completed'").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_a_tenant_shows_its_newest_runs_and_no_others() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let first = world.queued(&["scope_tag"]).await.id;
        let second = world.queued(&["named_location"]).await.id;
        let third = world.queued(&["assignment_filter"]).await.id;
        t.execute(&format!("update operation_runs set tenant_id = null where id = {}", t.literal(second.uuid()))).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let ids = async |limit| -> Vec<RunId> {
            t.store.runs().newest_of_tenant(&scope, limit).await.unwrap().iter().map(|run| run.id).collect()
        };
        assert_eq!(ids(9).await, [third, first], "a run of the workspace is not the tenant's");
        assert_eq!(ids(1).await, [third]);
        let who = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().tenant(&who, world.foreign_tenant).await.unwrap();
        assert_eq!(t.store.runs().newest_of_tenant(&foreign, 9).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_the_active_runs_are_those_that_the_member_may_see() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let running = world.attempt(&["scope_tag"]).await.run_id();
        let queued = world.queued(&["named_location"]).await.id;
        let over = world.queued(&["assignment_filter"]).await.id;
        t.store.runs().cancel(&sight(&world, over).await).await.unwrap();
        for (user, expected) in [(&world.readonly, vec![queued, running]), (&world.outsider, vec![])] {
            let active = t.store.runs().active(&world.workspace_scope(user).await, 9).await.unwrap();
            assert_eq!(active.iter().map(|run| run.id).collect::<Vec<_>>(), expected, "{}", user.name);
            assert!(active.iter().all(|run| run.status != Status::Completed));
        }
        let one = t.store.runs().active(&world.workspace_scope(&world.owner).await, 1).await.unwrap();
        assert_eq!(one.iter().map(|run| run.id).collect::<Vec<_>>(), [queued]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pruned_run_is_not_found() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let sight = sight(&world, world.queued(&["scope_tag"]).await.id).await;
        world.claim(&WorkerId::new("w")).await;
        t.execute("delete from operation_runs").await;
        assert!(matches!(t.store.runs().find(&sight).await, Err(StoreError::NotVisible)));
        assert_eq!(t.store.runs().events(&sight, 9).await.unwrap(), []);
        assert!(matches!(t.store.runs().cancel(&sight).await, Err(StoreError::Conflict(_))));
        assert_eq!(t.number("select count(*) from notices").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_the_latest_run_of_each_tenant_is_shown_to_who_may_see_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        t.store.connections().save(&t.operator, world.other_tenant, &testkit::world::connection()).await.unwrap();
        let who = world.sign_in(&world.owner).await;
        world.queued(&["scope_tag"]).await;
        let latest = world.queued(&["named_location"]).await.id;
        let other = t.store.access().tenant(&who, world.other_tenant).await.unwrap().permit::<can::InventorySync>().unwrap();
        let request = testkit::world::sync_of(world.other_tenant, &["scope_tag"]);
        let elsewhere = t.store.runs().start(&other, &request, Trigger::Manual).await.unwrap().run().id;
        let tenants = [world.tenant, world.other_tenant, world.foreign_tenant];
        for (user, expected) in
            [(&world.manager, vec![latest, elsewhere]), (&world.readonly, vec![latest]), (&world.outsider, vec![])]
        {
            let scope = world.workspace_scope(user).await;
            let runs = t.store.runs().latest_of_tenants(&scope, &tenants).await.unwrap();
            let mut ids: Vec<RunId> = runs.iter().map(|run| run.id).collect();
            ids.sort();
            assert_eq!(ids, expected, "{}", user.name);
        }
        let scope = world.workspace_scope(&world.owner).await;
        assert_eq!(t.store.runs().latest_of_tenants(&scope, &[world.foreign_tenant]).await.unwrap(), []);
    })
    .await;
}
