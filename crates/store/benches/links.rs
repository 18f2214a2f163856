//! What links cost a first sync of 5,000 policies with five links each, on both databases, and how long it then takes to find who uses a
//! group, what leads nowhere and what nobody uses.
//!
//! `cargo xtask postgres` prints the URL to set; then `cargo bench -p store --bench links`. Prints milliseconds.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first error")]

use std::time::{Duration, Instant};

use model::canonical::canonical;
use model::directory::{DirectoryKind, GroupChange};
use model::json::Json;
use model::links::{Depth, OrphanKind, links};
use model::operations::{Operation, inventory_sync};
use model::resource_types::{self, Platform, ResourceType};
use model::restore::Reference;
use model::run::Trigger;
use store::access::{RunScope, TenantScope};
use store::runs::{Admission, LEASE, WorkerId};
use store::{DirectoryEnd, Effort, ObservedItem, Pass, TypeList};
use testkit::stores::{TestStore, on};
use testkit::world::World;

const POLICIES: usize = 5_000;
const PORTION: usize = 100;
const CALLS: usize = 20;
const POLICY: &str = "settings_catalog_policy";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for backend in [store::Backend::Sqlite, store::Backend::Postgres] {
        runtime.block_on(on(backend, false, &|t| async move { measure(&t).await }));
    }
}

fn kind() -> &'static ResourceType {
    resource_types::find(POLICY).unwrap()
}

fn group(n: usize) -> String {
    format!("{n:08x}-0000-4000-8000-{:012x}", n * 7_919 + 13)
}

/// A policy of some kilobytes. `linked`: its assignments stand where assignments are, and not beside.
fn policy(n: usize, linked: bool) -> ObservedItem {
    let (assignments, tags) = if linked { ("assignments", "roleScopeTagIds") } else { ("notAssigned", "noTags") };
    let settings: Vec<String> = (0..20)
        .map(|i| {
            format!(
                r##"{{"settingInstance":{{"@odata.type":"#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance",
                "settingDefinitionId":"device_vendor_msft_policy_config_area{i}_name{n}","choiceSettingValue":{{"value":"v_{n}_{i}"}}}}}}"##
            )
        })
        .collect();
    let target = |kind: &str, group: String| {
        format!(
            r##"{{"target":{{"@odata.type":"#microsoft.graph.{kind}","groupId":"{group}",
            "deviceAndAppManagementAssignmentFilterId":"filter-{}","deviceAndAppManagementAssignmentFilterType":"include"}}}}"##,
            n % 40
        )
    };
    let text = format!(
        r#"{{"id":"p{n}-{linked}","name":"Policy {n}","{tags}":["{}"],"{assignments}":[{},{}],"settings":[{}]}}"#,
        n % 9 + 1,
        target("groupAssignmentTarget", group(n % 400)),
        target("exclusionGroupAssignmentTarget", group(n % 300 + 400)),
        settings.join(",")
    );
    ObservedItem {
        resource_type: POLICY,
        object_id: format!("p{n}-{linked}"),
        name: format!("Policy {n}"),
        platform: Platform::Windows,
        odata_type: None,
        modified_at: None,
        assignments: Some(2),
        content: canonical(kind(), Json::parse(text.as_bytes()).unwrap()),
        fingerprint: None,
        asked_at: None,
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

async fn write(t: &TestStore, run: &RunScope, linked: bool) -> Duration {
    let mut took = Duration::ZERO;
    for start in (0..POLICIES).step_by(PORTION) {
        let portion = (start..start + PORTION).map(|n| policy(n, linked)).collect();
        let began = Instant::now();
        t.store.inventory().observe(run, portion).await.unwrap();
        took += began.elapsed();
    }
    took
}

/// The longest and the middle of some calls.
async fn asked<F: Future>(what: &str, call: impl Fn() -> F) {
    let mut times = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let began = Instant::now();
        call().await;
        times.push(began.elapsed());
    }
    times.sort();
    println!("  {what}: p50 {:.1} ms, longest {:.1} ms", ms(times[CALLS / 2]), ms(times[CALLS - 1]));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

async fn measure(t: &TestStore) {
    let world = World::build(&t.store, &t.operator).await;
    let scope = world.tenant_scope(&world.owner).await;
    let run = attempt(t, &scope).await;
    println!("{:?}", t.store.backend());
    let without = write(t, &run, false).await;
    let with = write(t, &run, true).await;
    println!("  first sync of {POLICIES}: {:.0} ms without links, {:.0} ms with", ms(without), ms(with));
    let texts: Vec<String> = (0..POLICIES).map(|n| policy(n, true).content.text).collect();
    let began = Instant::now();
    let found: usize = texts.iter().map(|text| links(kind(), &Json::parse(text.as_bytes()).unwrap()).len()).sum();
    println!("  of both, reading the contents for links: {:.0} ms; {found} links", ms(began.elapsed()));
    let again = write(t, &run, true).await;
    println!("  the same again, nothing changed: {:.0} ms", ms(again));
    let from = t.store.now().await.unwrap();
    let pass = Pass { from, full: true };
    let known = |n: usize| GroupChange { object_id: group(n), name: Some(format!("Group {n}")), ..GroupChange::default() };
    t.store.directory().observe_groups(&run, pass, (0..690).map(known).collect()).await.unwrap();
    let end = DirectoryEnd { kind: DirectoryKind::Groups, from, full_from: Some(from), delta_link: None };
    t.store.directory().complete(&run, end).await.unwrap();
    let effort = Effort { objects: 0, pages: 1, details: 0, requests: 1, took: Duration::ZERO, every_detail: true };
    let lists = ["assignment_filter", "scope_tag"].map(|resource_type| TypeList { resource_type, from, effort });
    t.store.inventory().types_complete(&run, &lists).await.unwrap();
    if t.store.backend() == store::Backend::Postgres {
        t.execute("analyze").await;
    }
    let (store, scope) = (t.store.links(), &scope);
    let one = Reference::new("group", group(7));
    let user = store.used_by(scope, &one, None, 1).await.unwrap().rows[0].item;
    asked("who uses a group", || async { store.used_by(scope, &one, None, 50).await.unwrap() }).await;
    asked("what an item uses", || async { store.uses(scope, user, None, 50).await.unwrap() }).await;
    asked("neighbours, two deep", || async { store.around(scope, user, Depth::Two).await.unwrap() }).await;
    asked("what leads nowhere", || async { store.dangling(scope, None, 50).await.unwrap() }).await;
    asked("assigned to nobody", || async { store.orphans(scope, OrphanKind::Unassigned, None, 50).await.unwrap() }).await;
    t.execute("delete from object_links").await;
    t.execute("update inventory_items set links_form = ''").await;
    let began = Instant::now();
    while store.relink(64).await.unwrap() > 0 {}
    println!("  making all links of {} items later: {:.0} ms", 2 * POLICIES, ms(began.elapsed()));
}
