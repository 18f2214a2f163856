//! Restore drills: the backup that is put back, and what came of it over time.

use std::time::Duration;

use model::ids::DrillId;
use model::operations::restore_drill;
use model::restore::Readiness;
use model::run::{Counts, Outcome, Trigger};
use store::access::RunScope;
use store::runs::WorkerId;
use store::{DrillReason, DrillType, NewDrill, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::backups::captured;
use crate::restores::permit;

async fn begun(t: &TestStore, world: &World) -> RunScope {
    let request = restore_drill::request(world.tenant);
    t.store.runs().start(&permit(world).await, &request, Trigger::Manual).await.unwrap();
    let claim = world.claim(&WorkerId::new("drill")).await;
    world.admit(&claim).await
}

async fn ended(t: &TestStore, run: &RunScope) {
    t.store.queue().finish(run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
}

fn tags(verified: i64) -> DrillType {
    DrillType {
        resource_type: "scope_tag".to_owned(),
        readiness: Readiness { objects: 2, restorable: 2, verified },
        reasons: vec![DrillReason { code: "graph.bad_request".to_owned(), count: 2 - verified }],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_puts_the_latest_complete_backup_back() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let set = captured(&t, &world).await;
        let run = begun(&t, &world).await;
        let store = t.store.restores();
        t.execute("update backup_sets set status = 'complete'").await;
        let source = store.drill_source(&run).await.unwrap().unwrap();
        assert_eq!((source.set, source.items), (set, 2));
        let all = store.drill_objects(&run, set, None, 10).await.unwrap();
        assert_eq!(
            all.iter().map(|one| (one.object_id.as_str(), one.name.as_str())).collect::<Vec<_>>(),
            [("1", "One"), ("2", "Two")]
        );
        assert!(all.iter().all(|one| one.content.is_some() && one.size > 0 && one.semantic_hash.len() == 64));
        assert_eq!(store.drill_objects(&run, set, Some(("scope_tag", "1")), 10).await.unwrap(), all[1..]);
        t.execute("update backup_sets set status = 'partial'").await;
        assert_eq!(store.drill_source(&run).await.unwrap(), None, "what is not complete says nothing of the tenant");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn drills_are_kept_over_time_and_bounded() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        captured(&t, &world).await;
        t.execute("update backup_sets set status = 'complete'").await;
        let scope = world.tenant_scope(&world.owner).await;
        let store = t.store.restores();
        assert_eq!(store.latest_drill(&scope).await.unwrap(), None);
        let of = |verified| NewDrill {
            readiness: Readiness { objects: 4, restorable: 2, verified },
            requests: 9,
            writes: 4,
            placeholders: 1,
            takes_ms: 2_000,
        };
        let mut last = None;
        for verified in [1, 2] {
            let run = begun(&t, &world).await;
            let source = store.drill_source(&run).await.unwrap().unwrap();
            // An attempt that was lost after it kept what came of it is followed by one that does so again.
            store.record_drill(&run, &source, &of(0), &[tags(0)]).await.unwrap();
            last = Some(store.record_drill(&run, &source, &of(verified), &[tags(verified)]).await.unwrap());
            ended(&t, &run).await;
            let lost = store.record_drill(&run, &source, &of(0), &[]).await;
            assert!(matches!(lost, Err(StoreError::LeaseLost)), "{lost:?}");
            t.clock.advance(Duration::from_secs(3600));
        }
        let (drill, before) = store.latest_drill(&scope).await.unwrap().unwrap();
        assert_eq!((Some(drill.id), drill.score, before), (last, 50, Some(25)));
        let (again, types) = store.drill(&scope, drill.id).await.unwrap();
        assert_eq!((&again, types), (&drill, vec![tags(2)]));
        assert_eq!(again.figures, of(2));
        assert!(matches!(store.drill(&scope, DrillId::generate()).await, Err(StoreError::NotVisible)));
        let first = store.drills(&scope, None, 1).await.unwrap();
        let next = store.drills(&scope, first.next.as_ref(), 1).await.unwrap();
        assert_eq!((first.rows[0].score, next.rows[0].score, next.next), (50, 25, None));
        // Older ones go.
        for _ in 0..100 {
            let old = format!(
                "insert into restore_drills (id, workspace_id, tenant_id, set_name, taken_at, score, objects, restorable, verified, requests,
                   writes, placeholders, takes_ms, drilled_at)
                 select {}, workspace_id, tenant_id, 'old', started_at, 0, 0, 0, 0, 0, 0, 0, 0, started_at from backup_sets",
                t.literal(DrillId::generate().uuid())
            );
            t.execute(&old).await;
        }
        let run = begun(&t, &world).await;
        let source = store.drill_source(&run).await.unwrap().unwrap();
        store.record_drill(&run, &source, &of(2), &[]).await.unwrap();
        assert_eq!(t.number("select count(*) from restore_drills").await, 100);
        assert_eq!(store.drills(&scope, None, 1).await.unwrap().rows[0].score, 50, "the latest stay");
    })
    .await;
}
