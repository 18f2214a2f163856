//! How fast the run history is pruned, in small batches, while it holds eight more days.
//!
//! `cargo xtask postgres` prints the URL to set; then `cargo bench -p ops --bench run_retention`. A history of nine days is made, each run with
//! four entries of its timeline; then a day's runs are older than the workspace keeps them, and the product's own run removes them.
//! `TENANTATLAS_BENCH_RUNS` says how many runs a day has, if not 40,000; 10,000 tenants that are synced every hour make 240,000.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first error")]

use std::time::{Duration, Instant};

use model::access::can;
use model::operations::operation_runs_retention;
use model::run::Trigger;
use model::settings::Key;
use store::Backend;
use testkit::graph::TestGraph;
use testkit::many_runs::{DAYS, fill};
use testkit::stores::{TestStore, on};
use testkit::world::World;

/// Entries of each run's timeline.
const ENTRIES: u32 = 4;
/// Days in the history: the 90 that it is made of are read as nine.
const SHARE: i64 = DAYS / 9;

async fn measure(t: TestStore, day: i64) {
    let world = World::of(&t).await;
    let graph = TestGraph::inventing(&world, 1).await;
    fill(&t, &world, day * 9).await;
    let postgres = t.store.backend() == Backend::Postgres;
    let patient = if postgres { "set local statement_timeout = 0; " } else { "" };
    for _ in 0..ENTRIES {
        let (id, empty) = if postgres { ("gen_random_uuid()", "'{}'::jsonb") } else { ("randomblob(16)", "'{}'") };
        t.execute(&format!(
            "{patient}insert into operation_run_events (id, run_id, workspace_id, tenant_id, at, level, code, message, data)
             select {id}, id, workspace_id, tenant_id, created_at, 'info', 'phase', 'Reading what is there.', {empty} from operation_runs"
        ))
        .await;
    }
    t.execute(&format!("{patient}analyze operation_run_events")).await;
    // A tenth of the history becomes older than it is kept.
    let kept = i64::from(Key::KeepDays.default_value().number());
    t.clock.advance(Duration::from_secs(((kept - DAYS + SHARE) * 86_400).unsigned_abs()));
    let permit = world.workspace_scope(&world.owner).await.permit::<can::WorkspaceSettingsManage>().unwrap();
    world.store.runs().start(&permit, &operation_runs_retention::request(world.workspace), Trigger::Manual).await.unwrap();
    let count = async || t.texts("select cast(count(*) as text) from operation_runs").await.remove(0).parse::<i64>().unwrap();
    let before = count().await;
    let begun = Instant::now();
    graph.worker(&world.store).run_queue_now().await.unwrap();
    let took = begun.elapsed();
    // The history ends with some that wait: the first of them to prune does the work, whichever it is.
    let removed = before - count().await;
    println!(
        "{:?}: {removed} runs of {} with {ENTRIES} entries each removed in {:.1} s: {:.0} a second",
        t.store.backend(),
        day * 9,
        took.as_secs_f64(),
        removed as f64 / took.as_secs_f64()
    );
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let day = std::env::var("TENANTATLAS_BENCH_RUNS").ok().and_then(|text| text.parse::<i64>().ok()).unwrap_or(40_000);
    for backend in [Backend::Sqlite, Backend::Postgres] {
        runtime.block_on(on(backend, true, &|t| async move { measure(t, day).await }));
    }
}
