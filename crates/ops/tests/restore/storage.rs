//! What was backed up is in a real object storage: everything that reads it goes on as before.

use std::time::Duration;

use model::access::can;
use model::backup::BackupSet;
use model::failure::Code;
use model::json::Json;
use model::operations::backup_set_verify;
use model::restore::Source;
use model::run::{CountKey, Outcome, Run, RunRequest, Status, Trigger};
use outbound::objects::shared;
use testkit::graph::TestGraph;
use testkit::object_server::ObjectServer;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::help::*;
use crate::objects::{CATALOG, every};

const DAY: Duration = Duration::from_secs(86_400);

async fn work(world: &World, graph: &TestGraph, request: &RunRequest) -> Run {
    let permit = scope(world).await.permit::<can::BackupsRun>().unwrap();
    let run = world.store.runs().start(&permit, request, Trigger::Manual).await.unwrap().run().id;
    graph.worker(&world.store).run_queue_now().await.unwrap();
    world.run(run).await
}

async fn verify(world: &World, graph: &TestGraph, set: &BackupSet) -> Run {
    work(world, graph, &backup_set_verify::Arguments { set: set.id }.request(world.tenant)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn contents_in_an_object_storage_are_verified_exported_previewed_and_put_back() {
    on_both(async |t: TestStore| {
        let server = ObjectServer::start().await;
        let store = t.another_with(Some(shared(server.objects()))).await;
        let world = World::build(&store, &t.operator).await;
        let graph = TestGraph::inventing(&world, 40).await;
        directory(&world, &graph).await;
        let set = backup(&world, &graph, &[CATALOG]).await;
        t.clock.advance(2 * DAY);
        let moved = store.contents().move_out(DAY, None, 1_000).await.unwrap();
        assert!(moved.contents >= set.items, "{moved:?}");
        assert_eq!(t.number("select count(*) from blobs where length(bytes) > 0").await, 0);
        assert!(server.file("contents-of-tenantatlas").exists());

        let fine = verify(&world, &graph, &set).await;
        assert_eq!((fine.outcome, fine.counts.get(CountKey::Succeeded)), (Outcome::Succeeded, Some(set.items)));
        let policies: Vec<String> = ids(&graph, CATALOG).into_iter().collect();
        disturb(&graph, &policies[0], &policies[1]);
        let restore = previewed(&world, &graph, &Source::BackupSet { set: set.id }, &every(CATALOG)).await;
        let (run, _) = execute(&world, &graph, restore.id).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
        assert_ne!(object(&graph, CATALOG, &policies[1]).get("description").and_then(Json::as_str), Some("changed by hand"));
        let objects = store.backups().objects(&scope(&world).await, set.id, None).await.unwrap();
        assert!(!objects.is_empty() && objects.iter().all(|object| object.text.is_ok()), "as an export reads them");

        // Nobody there: the run waits for another time, and nothing is taken for damaged.
        t.clock.advance(2 * DAY);
        store.contents().move_out(DAY, None, 1_000).await.unwrap();
        server.stop();
        let away = verify(&world, &graph, &set).await;
        assert_eq!(t.number("select count(*) from backup_set_items where problem is not null").await, 0);
        assert!(
            away.status == Status::Queued || away.reason_code.as_deref() == Some(Code::StorageUnavailable.code()),
            "{away:?}"
        );
        store.close().await;
    })
    .await;
}
