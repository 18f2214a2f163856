//! Moving contents to an object storage, and reading them there: `s3s-fs` on this machine.
//!
//! `cargo xtask postgres` prints the URL to set; then `cargo bench -p ops --bench object_storage`. Prints for each database how many contents
//! a second were moved, and how many a verification read here and there.
#![allow(clippy::unwrap_used, reason = "a measurement that breaks down measures nothing")]

use std::time::{Duration, Instant};

use model::access::can;
use model::backup::Selection;
use model::operations::{backup_set_capture, backup_set_verify};
use model::run::{RunRequest, Trigger};
use outbound::objects::shared;
use testkit::graph::TestGraph;
use testkit::object_server::ObjectServer;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

const POLICIES: usize = 1_000;
const DAY: Duration = Duration::from_secs(86_400);

async fn work(world: &World, graph: &TestGraph, request: &RunRequest) -> Duration {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::BackupsRun>().unwrap();
    world.store.runs().start(&permit, request, Trigger::Manual).await.unwrap();
    let begun = Instant::now();
    graph.worker(&world.store).run_queue_now().await.unwrap();
    begun.elapsed()
}

async fn measure(t: TestStore) {
    let server = ObjectServer::start().await;
    let store = t.another_with(Some(shared(server.objects()))).await;
    let world = World::build(&store, &t.operator).await;
    let graph = TestGraph::inventing(&world, POLICIES).await;
    work(&world, &graph, &backup_set_capture::Arguments::of(Selection::All).request(world.tenant)).await;
    let set = store.backups().list(&world.tenant_scope(&world.owner).await, None, None, 1).await.unwrap().rows.remove(0);
    let verify = backup_set_verify::Arguments { set: set.id }.request(world.tenant);
    let here = work(&world, &graph, &verify).await;
    t.clock.advance(2 * DAY);
    let (mut after, mut contents, mut bytes, begun) = (None, 0, 0, Instant::now());
    loop {
        let part = store.contents().move_out(DAY, after.as_ref(), 64).await.unwrap();
        (contents, bytes) = (contents + part.contents, bytes + part.bytes);
        if part.last.is_none() {
            break;
        }
        after = part.last;
    }
    let moved = begun.elapsed();
    let there = work(&world, &graph, &verify).await;
    let speed = |count: i64, time: Duration| count as f64 / time.as_secs_f64();
    println!(
        "{:?}: {contents} contents of {} bytes on average; moved {:.0} a second; verified {:.0} a second here, {:.0} in the storage",
        store.backend(),
        bytes / contents.max(1),
        speed(contents, moved),
        speed(set.items, here),
        speed(set.items, there)
    );
    store.close().await;
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(on_both(measure));
}
