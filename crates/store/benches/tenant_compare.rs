//! How long comparing two tenants takes, and one tenant with what it was, on both databases: 5,000 policies each, of which one in a hundred
//! differs; each policy of the first has 20 versions. As many versions of another tenant as twenty such tenants have lie
//! beside them in the same tables.
//!
//! `cargo xtask postgres` prints the URL to set; then `cargo bench -p store --bench tenant_compare`. Prints p50 and p99 in microseconds.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first error")]

use std::time::{Duration, Instant};

use model::canonical::canonical;
use model::comparison::{ComparisonFilter, Difference};
use model::json::Json;
use model::operations::{Operation, inventory_sync};
use model::resource_types::{self, Platform};
use model::run::{Counts, Outcome, Trigger};
use store::ObservedItem;
use store::access::{RunScope, TenantScope};
use store::runs::{Admission, WorkerId};
use testkit::stores::{TestStore, on};
use testkit::world::{World, connection, tenant};

const POLICIES: usize = 5_000;
/// Versions of other tenants.
const BESIDE: usize = 100_000;
const CALLS: usize = 100;
/// Versions of each policy of the first tenant.
const VERSIONS: usize = 20;
/// Nobody renews the leases of this program.
const LONG: Duration = Duration::from_secs(7_200);

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for backend in [store::Backend::Sqlite, store::Backend::Postgres] {
        runtime.block_on(on(backend, false, &|t| async move { measure(&t).await }));
    }
}

/// A policy of some kilobytes; `change` makes it another one.
fn policy(n: usize, change: usize) -> ObservedItem {
    let settings: Vec<String> = (0..20)
        .map(|s| {
            let value = if s == 0 { change } else { n + s };
            format!(r#"{{"id":"{s}","settingInstance":{{"settingDefinitionId":"device_vendor_msft_{s}","simpleSettingValue":{{"value":{value}}}}}}}"#)
        })
        .collect();
    let text = format!(r#"{{"id":"{n}","name":"Policy {n}","settings":[{}]}}"#, settings.join(","));
    let kind = resource_types::find("settings_catalog_policy").unwrap();
    ObservedItem {
        resource_type: "settings_catalog_policy",
        object_id: n.to_string(),
        name: format!("Policy {n}"),
        platform: Platform::Windows,
        odata_type: None,
        modified_at: None,
        assignments: Some(0),
        content: canonical(kind, Json::parse(text.as_bytes()).unwrap()),
        fingerprint: None,
        asked_at: None,
    }
}

async fn attempt(t: &TestStore, scope: &TenantScope) -> RunScope {
    let permit = scope.permit::<model::access::can::InventorySync>().unwrap();
    let request = inventory_sync::Arguments::only(["scope_tag"]).unwrap().request(scope.tenant_id());
    t.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
    let claims = t.store.queue().claim(&WorkerId::new("w"), Operation::ALL, 1, LONG).await.unwrap();
    match t.store.queue().admit(&claims[0]).await.unwrap() {
        Admission::Admitted(run) => run,
        other => panic!("{other:?}"),
    }
}

async fn fill(t: &TestStore, scope: &TenantScope, many: usize, change: impl Fn(usize) -> usize) {
    let run = attempt(t, scope).await;
    for from in (0..many).step_by(500) {
        let items = (from..many.min(from + 500)).map(|n| policy(n, change(n))).collect();
        t.store.inventory().observe(&run, items).await.unwrap();
    }
    t.store.queue().finish(&run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
}

async fn measure(t: &TestStore) {
    let world = World::build(&t.store, &t.operator).await;
    let who = world.sign_in(&world.owner).await;
    let beside = tenant(&t.store, &t.operator, world.workspace, "Beside").await;
    for one in [beside, world.other_tenant] {
        t.store.connections().save(&t.operator, one, &connection()).await.unwrap();
    }
    let beside = t.store.access().tenant(&who, beside).await.unwrap();
    fill(t, &beside, BESIDE, |_| 0).await;
    let first = world.tenant_scope(&world.owner).await;
    let second = t.store.access().tenant(&who, world.other_tenant).await.unwrap();
    for version in (0..VERSIONS).rev() {
        fill(t, &first, POLICIES, |_| version * 10).await;
    }
    fill(t, &second, POLICIES, |n| usize::from(n.is_multiple_of(100))).await;
    let then = t.store.now().await.unwrap();
    fill(t, &first, POLICIES, |n| if n % 100 == 1 { 2 } else { 0 }).await;
    // The product does so on PostgreSQL only, where the database does it by itself.
    if t.store.backend() == store::Backend::Postgres {
        t.execute("analyze").await;
    }
    println!("{:?}: {POLICIES} policies each, {BESIDE} beside them; {CALLS} calls each for a page of 50", t.store.backend());
    let past = ComparisonFilter { before_at: Some(then), ..ComparisonFilter::default() };
    let same = ComparisonFilter { differences: vec![Difference::Same], ..ComparisonFilter::default() };
    for (what, after, wanted) in [
        ("two tenants, what differs", &second, &ComparisonFilter::default()),
        ("two tenants, what is the same", &second, &same),
        ("one tenant, then and now", &first, &past),
    ] {
        let mut taken: Vec<Duration> = Vec::with_capacity(CALLS);
        let mut counts = Vec::new();
        for _ in 0..CALLS {
            let began = Instant::now();
            counts = t.store.inventory().compare(&first, after, wanted, None, 50).await.unwrap().counts;
            taken.push(began.elapsed());
        }
        taken.sort();
        let told: Vec<String> = counts.iter().map(|(difference, count)| format!("{count} {difference}")).collect();
        println!(
            "  {what:<30} p50 {:>7} µs  p99 {:>7} µs  ({})",
            taken[CALLS / 2].as_micros(),
            taken[CALLS * 99 / 100].as_micros(),
            told.join(", ")
        );
    }
}
