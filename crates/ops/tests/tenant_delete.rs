//! Removing a tenant for good, by a worker, on both databases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use model::access::can;
use model::backup::Selection;
use model::failure::Code;
use model::ids::TenantId;
use model::operations::{backup_set_capture, inventory_sync, snapshot_gc};
use model::run::{CountKey, Outcome, Run, RunRequest, Trigger};
use model::tenant::TenantStatus;
use store::Backend;
use store::access::Confirmed;
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

async fn work(world: &World, graph: &TestGraph, request: &RunRequest) -> Run {
    let scope = world.tenant_scope(&world.owner).await;
    let run = match request.operation().entry().capability {
        model::access::Capability::BackupsRun => {
            world.store.runs().start(&scope.permit::<can::BackupsRun>().unwrap(), request, Trigger::Manual).await
        }
        _ => world.store.runs().start(&scope.permit::<can::InventorySync>().unwrap(), request, Trigger::Manual).await,
    };
    let run = run.unwrap().run().id;
    graph.worker(&world.store).run_queue_now().await.unwrap();
    world.run(run).await
}

/// Asks for the deletion as its owner does.
async fn ask(world: &World) -> Run {
    let permit = world.workspace_scope(&world.owner).await.permit::<can::TenantDangerZone>().unwrap();
    let scope = world.tenant_scope(&world.owner).await;
    let confirmed = Confirmed::typed(permit, scope.tenant(), &scope.tenant().name).unwrap();
    world.store.tenants().delete(&confirmed, Trigger::Manual).await.unwrap().run().clone()
}

/// The tables that have rows of that tenant, but for the audit trail.
async fn left(t: &TestStore, tenant: TenantId) -> Vec<String> {
    let tables = match t.store.backend() {
        Backend::Postgres => {
            "select table_name::text from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id'"
        }
        Backend::Sqlite => {
            "select m.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and c.name = 'tenant_id'"
        }
    };
    let mut left = Vec::new();
    for table in t.texts(tables).await.into_iter().filter(|table| table != "audit_entries") {
        let count = format!("select count(*) from {table} where tenant_id = {}", t.literal(tenant.uuid()));
        if t.number(&count).await > 0 {
            left.push(table);
        }
    }
    left
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_was_read_backed_up_and_checked_goes_with_everything() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let graph = TestGraph::inventing(&world, 120).await;
        let sync = work(&world, &graph, &inventory_sync::Arguments::everything().request(world.tenant)).await;
        assert_eq!(sync.outcome, Outcome::Succeeded, "{:?}", sync.failures);
        let backup = work(&world, &graph, &backup_set_capture::Arguments::of(Selection::All).request(world.tenant)).await;
        assert_eq!(backup.outcome, Outcome::Succeeded, "{:?}", backup.failures);
        assert!(left(&t, world.tenant).await.len() > 15);
        let requests = graph.sim.requests();

        // What is taken out of the archive between the click and the worker stays as it is.
        let set = async |status| t.store.tenants().set_status(&t.operator, world.tenant, status).await.unwrap();
        set(TenantStatus::Archived).await;
        let run = ask(&world).await;
        set(TenantStatus::Active).await;
        graph.worker(&t.store).run_queue_now().await.unwrap();
        let run = world.run(run.id).await;
        assert_eq!((run.outcome, run.reason_code.as_deref()), (Outcome::Failed, Some(Code::TenantInUse.code())));
        assert!(left(&t, world.tenant).await.len() > 15);

        set(TenantStatus::Archived).await;
        let run = ask(&world).await;
        assert_eq!(run.tenant_id, None, "the run outlives the tenant");
        graph.worker(&t.store).run_queue_now().await.unwrap();
        let run = world.run(run.id).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
        assert!(run.counts.get(CountKey::Deleted).unwrap() > 240);
        assert_eq!(left(&t, world.tenant).await, Vec::<String>::new());
        assert_eq!(graph.sim.requests(), requests, "Microsoft is not asked anything");

        // Its contents go with the clean-up, a day later.
        assert!(t.number("select count(*) from blobs").await > 0);
        t.clock.advance(std::time::Duration::from_secs(86_400));
        let permit = world.workspace_scope(&world.owner).await.permit::<can::WorkspaceSettingsManage>().unwrap();
        t.store.runs().start(&permit, &snapshot_gc::request(world.workspace), Trigger::Manual).await.unwrap();
        graph.worker(&t.store).run_queue_now().await.unwrap();
        assert_eq!(t.number("select count(*) from blobs").await, 0);
    })
    .await;
}
