//! How long the tenant at an instant takes, on both databases: 5,000 policies with a first version, 20 days on which each of
//! them changed, and 20 on which one in fifty did, all of them in one answer, the first page of 50, and the counts by type; at the beginning, in the middle and at the end.
//!
//! `cargo xtask postgres` prints the URL to set; then `cargo bench -p store --bench time_travel`. Prints p50 and p99 in microseconds.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first error")]

use std::future::Future;
use std::time::{Duration, Instant};

use model::canonical::canonical;
use model::json::Json;
use model::operations::{Operation, inventory_sync};
use model::resource_types::{Platform, find};
use model::run::Trigger;
use model::time::Moment;
use model::version::PastFilter;
use store::ObservedItem;
use store::access::{RunScope, TenantScope};
use store::runs::{Admission, LEASE, WorkerId};
use testkit::stores::{TestStore, on};
use testkit::world::World;

const POLICIES: usize = 5_000;
const DAYS: usize = 20;
/// Days on which every policy changed.
const BUSY: usize = 20;
const CHANGED: usize = 50;
const CALLS: usize = 100;
const TYPE: &str = "settings_catalog_policy";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for backend in [store::Backend::Sqlite, store::Backend::Postgres] {
        runtime.block_on(on(backend, true, &|t| async move { measure(&t).await }));
    }
}

async fn attempt(t: &TestStore, scope: &TenantScope) -> RunScope {
    let permit = scope.permit::<model::access::can::InventorySync>().unwrap();
    let request = inventory_sync::Arguments::only([TYPE]).unwrap().request(scope.tenant_id());
    t.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
    let claims = t.store.queue().claim(&WorkerId::new("w"), Operation::ALL, 1, LEASE).await.unwrap();
    match t.store.queue().admit(&claims[0]).await.unwrap() {
        Admission::Admitted(run) => run,
        other => panic!("{other:?}"),
    }
}

fn policy(n: usize, version: usize) -> ObservedItem {
    let kind = find(TYPE).unwrap();
    let id = format!("{n:08x}-0000-4000-8000-000000000000");
    let name = format!("Policy {n:05}");
    let text = format!(r#"{{"id":"{id}","name":"{name}","description":"{version}","settings":[]}}"#);
    ObservedItem {
        resource_type: &kind.key,
        object_id: id,
        name,
        platform: Platform::Windows,
        odata_type: None,
        modified_at: None,
        assignments: Some(0),
        content: canonical(kind, Json::parse(text.as_bytes()).unwrap()),
        fingerprint: None,
        asked_at: None,
    }
}

async fn timed<T, F: Future<Output = T>>(what: &str, call: impl Fn() -> F, many: impl Fn(&T) -> usize) {
    let mut taken = Vec::with_capacity(CALLS);
    let mut found = 0;
    for _ in 0..CALLS {
        let began = Instant::now();
        found = many(&call().await);
        taken.push(began.elapsed());
    }
    taken.sort();
    let (half, most) = (taken[CALLS / 2].as_micros(), taken[CALLS * 99 / 100].as_micros());
    println!("  {what:<28} {found:>5} found  p50 {half:>7} µs  p99 {most:>7} µs");
}

async fn measure(t: &TestStore) {
    let world = World::build(&t.store, &t.operator).await;
    let scope = world.tenant_scope(&world.owner).await;
    let run = attempt(t, &scope).await;
    let begin = t.store.now().await.unwrap();
    for from in (0..POLICIES).step_by(100) {
        let items = (from..from + 100).map(|n| policy(n, 0)).collect();
        t.store.inventory().observe(&run, items).await.unwrap();
    }
    for day in 1..=BUSY {
        t.clock.advance(Duration::from_secs(86_400));
        for from in (0..POLICIES).step_by(100) {
            let items = (from..from + 100).map(|n| policy(n, day)).collect();
            t.store.inventory().observe(&run, items).await.unwrap();
        }
    }
    for day in BUSY + 1..=BUSY + DAYS {
        t.clock.advance(Duration::from_secs(86_400));
        let items: Vec<ObservedItem> = (day..POLICIES).step_by(CHANGED).map(|n| policy(n, day)).collect();
        t.store.inventory().observe(&run, items).await.unwrap();
    }
    if t.store.backend() == store::Backend::Postgres {
        t.execute("analyze").await;
    }
    let end = t.store.now().await.unwrap();
    println!("{:?}: {POLICIES} policies, {} days, {CALLS} calls each", t.store.backend(), BUSY + DAYS);
    let middle = Moment::from_micros(begin.micros() / 2 + end.micros() / 2);
    let versions = t.store.policy_versions();
    for (name, at) in [("beginning", begin), ("middle", middle), ("end", end)] {
        let (scope, all, page) = (&scope, u32::try_from(POLICIES).unwrap(), 50);
        let filter = &PastFilter::default();
        let list = |rows| async move { versions.at(scope, at, filter, None, rows).await.unwrap() };
        timed(&format!("{name}: whole tenant"), || list(all), |page| page.rows.len()).await;
        timed(&format!("{name}: a page"), || list(page), |page| page.rows.len()).await;
        timed(&format!("{name}: counts by type"), || async move { versions.counts_at(scope, at).await.unwrap() }, Vec::len).await;
    }
}
