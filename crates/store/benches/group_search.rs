//! How long searching 100,000 groups takes, on both databases: by the beginning of a name, by a part of it (rare, in some, in all of
//! them), by id and by the last of an id, with what is found in none. Forty other tenants' groups lie beside them.
//!
//! `cargo xtask postgres` prints the URL to set; then `cargo bench -p store --bench group_search`. Prints p50 and p99 in microseconds.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first error")]

use std::time::{Duration, Instant};

use model::directory::{DirectoryFilter, DirectoryKind, GroupChange};
use model::operations::{Operation, inventory_sync};
use model::run::Trigger;
use store::access::{RunScope, TenantScope};
use store::runs::{Admission, LEASE, WorkerId};
use store::{DirectoryEnd, Pass};
use testkit::stores::{TestStore, on};
use testkit::world::{World, connection};

const GROUPS: usize = 100_000;
/// In the other tenant of the workspace.
const BESIDE: usize = 20_000;
const CALLS: usize = 300;
const WORDS: [&str; 8] = ["Intune", "Devices", "Users", "Licence", "App", "VPN", "Müller GmbH", "Standort"];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for backend in [store::Backend::Sqlite, store::Backend::Postgres] {
        runtime.block_on(on(backend, false, &|t| async move { measure(&t).await }));
    }
}

fn id(n: usize) -> String {
    format!("{n:08x}-0000-4000-8000-{:012x}", n * 7_919 + 13)
}

fn name(n: usize) -> String {
    let (a, b) = (WORDS[n % 8], WORDS[(n / 8) % 8]);
    if n.is_multiple_of(25_000) {
        format!("SG-{a} Haystack-Needle {n}")
    } else {
        format!("SG-{a} {b} {:x}", n.wrapping_mul(2_654_435_761))
    }
}

async fn attempt(t: &TestStore, scope: &TenantScope) -> RunScope {
    let permit = scope.permit::<model::access::can::InventorySync>().unwrap();
    let request = inventory_sync::Arguments::only(["scope_tag"]).unwrap().request(scope.tenant_id());
    t.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
    let claims = t.store.queue().claim(&WorkerId::new("w"), Operation::ALL, 1, LEASE).await.unwrap();
    match t.store.queue().admit(&claims[0]).await.unwrap() {
        Admission::Admitted(run) => run,
        other => panic!("{other:?}"),
    }
}

async fn fill(t: &TestStore, scope: &TenantScope, many: usize) -> Duration {
    let run = attempt(t, scope).await;
    let pass = Pass { from: t.store.now().await.unwrap(), full: true };
    let began = Instant::now();
    for start in (0..many).step_by(500) {
        let change =
            |n: usize| GroupChange { object_id: id(n), name: Some(name(n)), security: Some(true), ..GroupChange::default() };
        t.store.directory().observe_groups(&run, pass, (start..start + 500).map(change).collect()).await.unwrap();
    }
    let end = DirectoryEnd { kind: DirectoryKind::Groups, from: pass.from, full_from: Some(pass.from), delta_link: None };
    t.store.directory().complete(&run, end).await.unwrap();
    began.elapsed()
}

async fn measure(t: &TestStore) {
    let world = World::build(&t.store, &t.operator).await;
    t.store.connections().save(&t.operator, world.other_tenant, &connection()).await.unwrap();
    let who = world.sign_in(&world.owner).await;
    let other = t.store.access().tenant(&who, world.other_tenant).await.unwrap();
    fill(t, &other, BESIDE).await;
    let scope = world.tenant_scope(&world.owner).await;
    let filled = fill(t, &scope, GROUPS).await;
    if t.store.backend() == store::Backend::Postgres {
        // As autovacuum does within a minute.
        t.execute("analyze directory_groups").await;
    }
    println!(
        "{:?}: {GROUPS} groups written in {:.1} s; {CALLS} searches each for a page of 20",
        t.store.backend(),
        filled.as_secs_f64()
    );
    for (what, text) in [
        ("beginning, two characters", "sg"),
        ("beginning, many", "sg-intune u"),
        ("part, in all", "-"),
        ("part, in an eighth", "müller"),
        ("part, in some", "app vpn 1"),
        ("part, in four", "needle"),
        ("part, in none", "zzqqx"),
        ("id", "000003e8-0000-4000-8000-00000078d5a5"),
        ("last of an id", "0078d5a5"),
        ("no text: first page", ""),
    ] {
        let filter = DirectoryFilter { text: Some(text.to_owned()), ..DirectoryFilter::default() };
        let mut taken = Vec::with_capacity(CALLS);
        let mut found = 0;
        for _ in 0..CALLS {
            let began = Instant::now();
            found = t.store.directory().groups(&scope, &filter, None, 20).await.unwrap().rows.len();
            taken.push(began.elapsed());
        }
        taken.sort();
        println!(
            "  {what:<28} {found:>3} found  p50 {:>7} µs  p99 {:>7} µs",
            taken[CALLS / 2].as_micros(),
            taken[CALLS * 99 / 100].as_micros()
        );
    }
}
