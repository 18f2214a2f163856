//! Schedules that nobody made: those of each workspace, and of each tenant in use.

use model::operations::Operation;
use model::schedule::Cadence;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::schedules::HOUR;

#[tokio::test(flavor = "multi_thread")]
async fn each_workspace_has_the_schedules_of_its_own_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        assert_eq!(t.store.queue().schedules_of_workspaces().await.unwrap(), 4);
        assert_eq!(t.store.queue().schedules_of_workspaces().await.unwrap(), 0);
        t.clock.advance(24 * HOUR);
        let done = t.store.queue().fire_due(9).await.unwrap();
        assert_eq!((done.schedules, done.runs), (4, 4));
        let types = t.texts("select distinct type from operation_runs order by type").await;
        assert_eq!(types, ["operation_runs_retention", "snapshot_gc"]);
        let owner = world.tenant_scope(&world.owner).await;
        assert_eq!(t.store.schedules().list(&owner).await.unwrap(), [], "they are of no tenant");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_in_use_before_get_the_daily_reading_of_their_audit_logs_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let migration = match t.store.backend() {
            store::Backend::Postgres => include_str!("../migrations/postgres/0018_attribution.sql"),
            store::Backend::Sqlite => include_str!("../migrations/sqlite/0018_attribution.sql"),
        };
        let (_, insert) = migration.split_once("insert into schedules").unwrap();
        let insert = format!("insert into schedules{insert}");
        let scope = world.tenant_scope(&world.owner).await;
        let daily = async || {
            let all = t.store.schedules().list(&scope).await.unwrap();
            all.into_iter().filter(|schedule| schedule.operation() == Some(Operation::AuditEventsSync)).collect::<Vec<_>>()
        };
        t.execute("delete from schedules").await;
        t.execute(&insert).await;
        t.execute(&insert).await;
        let made = daily().await;
        assert_eq!(made.len(), 1, "{made:?}");
        let schedule = &made[0];
        assert!(schedule.enabled && schedule.problem.is_none(), "{schedule:?}");
        let Some(Cadence::Daily { at }) = &schedule.cadence else { panic!("{schedule:?}") };
        let next = schedule.next_fire_at.unwrap().to_fixed_text();
        assert!(next.contains(&format!("T{at}:00.000000Z")), "{next} {at}");
    })
    .await;
}
