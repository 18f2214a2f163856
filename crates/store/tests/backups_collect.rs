//! The collector of contents: never what something refers to.

use std::time::Duration;

use model::ids::{RunId, TenantId};
use model::operations::snapshot_gc;
use model::run::Trigger;
use store::StoreError;
use store::access::RunScope;
use store::runs::WorkerId;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::backups::TAGS;
use crate::inventory::{attempt_in, seen};

const DAY: Duration = Duration::from_secs(86_400);

async fn collector(world: &World) -> RunScope {
    let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
    let permit: store::access::Permit<model::access::can::WorkspaceSettingsManage> = permit;
    let started = world.store.runs().start(&permit, &snapshot_gc::request(world.workspace), Trigger::Manual).await.unwrap();
    let claim = world.claim(&WorkerId::new("gc")).await;
    assert_eq!(claim.run.id, started.run().id);
    world.admit(&claim).await
}

async fn attempt(t: &TestStore, world: &World, tenant: TenantId) -> RunScope {
    let who = world.sign_in(&world.owner).await;
    attempt_in(t, &t.store.access().tenant(&who, tenant).await.unwrap()).await
}

async fn contents(t: &TestStore) -> i64 {
    t.number("select count(*) from blobs").await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_contents_go_to_which_no_tenant_of_the_workspace_refers() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        t.store.connections().save(&t.operator, world.other_tenant, &testkit::world::connection()).await.unwrap();
        let (one, two) = (attempt(&t, &world, world.tenant).await, attempt(&t, &world, world.other_tenant).await);
        // One content is of both tenants, one of each alone.
        t.store.inventory().observe(&one, vec![seen(TAGS, "1", "Both", 1), seen(TAGS, "2", "One", 1)]).await.unwrap();
        t.store.inventory().observe(&two, vec![seen(TAGS, "1", "Both", 1), seen(TAGS, "2", "Two", 1)]).await.unwrap();
        t.store.inventory().observe(&one, vec![seen(TAGS, "2", "One", 2)]).await.unwrap();
        assert_eq!(contents(&t).await, 4);
        let gc = collector(&world).await;
        t.clock.advance(DAY);
        assert_eq!(t.store.backups().collect(&gc, None, 100).await.unwrap(), store::Collected::default());
        // A tenant goes with its versions.
        t.execute(&format!("delete from tenants where id = {}", t.literal(world.tenant.uuid()))).await;
        let removed = t.store.backups().collect(&gc, None, 1).await.unwrap();
        assert!(removed.contents == 1 && removed.bytes > 0);
        let rest = t.store.backups().collect(&gc, removed.last.as_deref(), 100).await.unwrap();
        assert_eq!(rest.contents, 1, "both states of what was the tenant's alone");
        assert!(rest.last > removed.last, "it goes on behind what was looked at");
        assert_eq!(t.store.backups().collect(&gc, rest.last.as_deref(), 100).await.unwrap(), store::Collected::default());
        assert_eq!(contents(&t).await, 2);
        assert!(
            matches!(t.store.backups().collect(&two, None, 100).await, Err(StoreError::Forbidden(_))),
            "a tenant's run sees less"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_content_that_was_stored_or_found_stored_lately_stays() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        t.store.inventory().observe(&run, vec![seen(TAGS, "1", "One", 1)]).await.unwrap();
        let orphan = "insert into blobs (workspace_id, hash, bytes, plain_size, created_at)
            select workspace_id, 'orphan', bytes, plain_size, created_at from blobs";
        t.execute(orphan).await;
        let gc = collector(&world).await;
        t.clock.advance(Duration::from_secs(3599));
        assert_eq!(t.store.backups().collect(&gc, None, 9).await.unwrap().contents, 0);
        t.clock.advance(Duration::from_secs(2));
        assert_eq!(t.store.backups().collect(&gc, None, 9).await.unwrap().contents, 1);
        assert_eq!(contents(&t).await, 1);
    })
    .await;
}

/// Captures that come upon old contents to which nothing refers, while collectors are at work: whoever is first, no capture fails and no
/// version lacks its content.
#[tokio::test(flavor = "multi_thread")]
async fn a_capture_that_finds_an_old_content_keeps_it_from_collectors() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        let ids: Vec<String> = (0..120).map(|n| format!("{n}")).collect();
        let all = || ids.iter().map(|id| seen(TAGS, id, id, 7)).collect::<Vec<_>>();
        let gc = collector(&world).await;
        for round in 0..6 {
            // The contents are there, old, and nobody's.
            t.store.inventory().observe(&run, all()).await.unwrap();
            let tables =
                "delete from inventory_items; delete from blobs where hash not in (select content_hash from policy_versions
                where content_hash is not null)";
            let off = if t.url.starts_with("postgres") {
                "alter table policy_versions disable trigger user; delete from policy_versions;"
            } else {
                "drop trigger if exists policy_versions_no_delete; delete from policy_versions;"
            };
            let keep = "create table if not exists kept_blobs as select * from blobs where false";
            t.execute(keep).await;
            t.execute("delete from kept_blobs").await;
            t.execute("insert into kept_blobs select * from blobs").await;
            t.execute(&format!("{off} {tables}")).await;
            t.execute("insert into blobs select * from kept_blobs where hash not in (select hash from blobs)").await;
            assert_eq!(contents(&t).await, 120);
            t.clock.advance(DAY);
            let collecting: Vec<_> = (0..3)
                .map(|_| {
                    let (store, gc) = (t.store.clone(), gc.clone());
                    tokio::spawn(async move {
                        let (mut removed, mut after) = (0, None);
                        loop {
                            let some = store.backups().collect(&gc, after.as_deref(), 7).await.unwrap();
                            removed += some.contents;
                            if some.last.is_none() {
                                return removed;
                            }
                            after = some.last;
                        }
                    })
                })
                .collect();
            for part in all().chunks(10) {
                t.store.inventory().observe(&run, part.to_vec()).await.unwrap();
            }
            let mut removed = 0;
            for task in collecting {
                removed += task.await.unwrap();
            }
            assert_eq!(contents(&t).await, 120, "round {round}: {removed} were removed and stored again");
            let without = "select count(*) from policy_versions v where v.content_hash is not null
              and not exists (select 1 from blobs b where b.workspace_id = v.workspace_id and b.hash = v.content_hash)";
            assert_eq!(t.number(without).await, 0);
        }
        let _: RunId = run.run_id();
    })
    .await;
}
