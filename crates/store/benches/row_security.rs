//! What row-level security costs on PostgreSQL: the same calls with the policies on and off, in alternating rounds.
//!
//! `cargo xtask postgres` prints the URL to set; then `cargo bench -p store --bench row_security`. Prints medians in microseconds.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first error")]

use std::time::{Duration, Instant};

use model::access::can;
use model::operations::inventory_sync::Arguments;
use model::resource_types;
use model::run::Trigger;
use store::runs::RunFilter;
use testkit::stores::{TestStore, on};
use testkit::world::World;

/// Rows in the list.
const RUNS: usize = 20_000;
/// Calls per round and number of rounds of each kind.
const CALLS: usize = 400;
const ROUNDS: usize = 5;
const TABLES: [&str; 6] =
    ["operation_runs", "operation_run_events", "notices", "tenants", "audit_entries", "provider_connections"];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(on(store::Backend::Postgres, false, &|t| async move { measure(&t).await }));
}

async fn measure(t: &TestStore) {
    let world = World::build(&t.store, &t.operator).await;
    fill(t, &world).await;
    let mut figures: Vec<(&str, bool, Vec<Duration>)> = Vec::new();
    for round in 0..ROUNDS * 2 {
        let on = round % 2 == 0;
        switch(t, on).await;
        for (name, taken) in [("list page of 50 runs", list(&world).await), ("start, equal run active", start(&world).await)] {
            match figures.iter_mut().find(|(have, with, _)| *have == name && *with == on) {
                Some((_, _, all)) => all.push(taken),
                None => figures.push((name, on, vec![taken])),
            }
        }
    }
    println!("{RUNS} runs, {CALLS} calls a round, median of {ROUNDS} alternating rounds, one client");
    for (name, on, mut taken) in figures {
        taken.sort();
        println!("{name:<28} policies {:<4} {:>7} µs", if on { "on" } else { "off" }, taken[taken.len() / 2].as_micros());
    }
}

async fn fill(t: &TestStore, world: &World) {
    let text = format!(
        "insert into operation_runs (id, workspace_id, tenant_id, type, status, outcome, run_identity_hash, trigger, initiator_name,
           summary_counts, failure_summary, context, priority, attempt, max_attempts, available_at, lease_token, created_at,
           completed_at, updated_at)
         select gen_random_uuid(), '{}', '{}', 'inventory_sync', 'completed', 'succeeded', decode(md5(n::text), 'hex'), 'manual', 'x',
           '{{}}', '[]', '{{}}', 0, 1, 3, now(), 1, now(), now(), now() from generate_series(1, {RUNS}) n; analyze operation_runs",
        world.workspace, world.tenant
    );
    store::testing::execute(&t.store, &text).await.unwrap();
}

async fn switch(t: &TestStore, on: bool) {
    let word = if on { "enable" } else { "disable" };
    for table in TABLES {
        store::testing::execute(&t.store, &format!("alter table {table} {word} row level security")).await.unwrap();
    }
}

async fn list(world: &World) -> Duration {
    let scope = world.workspace_scope(&world.operator_member).await;
    let began = Instant::now();
    for _ in 0..CALLS {
        let page = world.store.runs().list(&scope, &RunFilter::default(), None, 50).await.unwrap();
        assert_eq!(page.page.rows.len(), 50);
    }
    began.elapsed() / u32::try_from(CALLS).unwrap()
}

async fn start(world: &World) -> Duration {
    let scope = world.tenant_scope(&world.owner).await;
    let permit = scope.permit::<can::InventorySync>().unwrap();
    let one = Arguments::only([resource_types::all()[0].key.as_str()]).unwrap();
    let request = one.request(world.tenant);
    let began = Instant::now();
    for _ in 0..CALLS {
        world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
    }
    began.elapsed() / u32::try_from(CALLS).unwrap()
}
