//! How long searching 1,000,000 settings takes, on both databases: 5,000 policies of 200 settings each, of which one in a hundred has 20
//! versions; words that are rare, common, in all of them, in none, short, and two that are common but never in one setting. Another
//! tenant with 500 policies lies beside. Also how fast contents are indexed.
//!
//! `cargo xtask postgres` prints the URL to set; then `cargo bench -p store --bench setting_search`. Prints p50 and p99 in microseconds.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first error")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use model::canonical::canonical;
use model::json::Json;
use model::operations::{Operation, inventory_sync};
use model::resource_types::{Platform, find};
use model::run::Trigger;
use model::setting_search::{SettingSearch, States};
use store::ObservedItem;
use store::access::{RunScope, TenantScope};
use store::runs::{Admission, LEASE, WorkerId};
use testkit::stores::{TestStore, on};
use testkit::world::{World, connection};

const POLICIES: usize = 5_000;
const SETTINGS: usize = 200;
/// In the other tenant of the workspace.
const BESIDE: usize = 500;
/// Versions of the policies that change, which are one in [`CHANGING`].
const VERSIONS: usize = 20;
const CHANGING: usize = 100;
const CALLS: usize = 100;
const TYPE: &str = "settings_catalog_policy";
const AREAS: [&str; 12] = [
    "defender",
    "bitlocker",
    "firewall",
    "update",
    "browser",
    "privacy",
    "power",
    "start",
    "wifi",
    "experience",
    "deviceguard",
    "kerberos",
];
const WORDS: [&str; 16] = [
    "allow",
    "require",
    "disable",
    "scan",
    "archive",
    "encryption",
    "password",
    "timeout",
    "network",
    "drive",
    "notification",
    "user",
    "cloud",
    "protection",
    "minimum",
    "recovery",
];

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

/// A policy: choices, numbers and texts; 20,000 different settings among all.
fn policy(n: usize, version: usize) -> ObservedItem {
    let kind = find(TYPE).unwrap();
    let (id, name) = (format!("{n:08x}-0000-4000-8000-000000000000"), format!("Policy {n:05}"));
    let mut text = format!(r#"{{"id":"{id}","name":"{name}","description":"Version {version} of a policy","settings":["#);
    for i in 0..SETTINGS {
        let which = (n * 7_919 + i * 104_729) % 20_000;
        let (area, one, two) = (AREAS[which % 12], WORDS[which % 16], WORDS[which / 16 % 16]);
        let definition = format!("device_vendor_msft_policy_config_{area}_{one}{two}{which:x}");
        let value = match which % 4 {
            0 | 1 => format!(r#""choiceSettingValue":{{"value":"{definition}_{}","children":[]}}"#, which % 3),
            2 => format!(r#""simpleSettingValue":{{"value":{}}}"#, n.wrapping_mul(2_654_435_761) % 100_000 + i),
            _ => format!(
                r#""simpleSettingValue":{{"value":"https://{one}{:x}.contoso.example/{two}"}}"#,
                n.wrapping_mul(40_503) + i * version
            ),
        };
        let comma = if i > 0 { "," } else { "" };
        write!(text, r#"{comma}{{"settingInstance":{{"settingDefinitionId":"{definition}",{value}}}}}"#).unwrap();
    }
    if n % 1_250 == 3 {
        text.push_str(r#",{"settingInstance":{"settingDefinitionId":"needle","simpleSettingValue":{"value":"in a haystack"}}}"#);
    }
    text.push_str("]}");
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

async fn fill(t: &TestStore, scope: &TenantScope, many: usize, versions: usize) {
    let run = attempt(t, scope).await;
    for start in (0..many).step_by(100) {
        t.store.inventory().observe(&run, (start..many.min(start + 100)).map(|n| policy(n, 1)).collect()).await.unwrap();
    }
    for version in 2..=versions {
        t.clock.advance(Duration::from_secs(3_600));
        t.store.inventory().observe(&run, (0..many).step_by(CHANGING).map(|n| policy(n, version)).collect()).await.unwrap();
    }
}

async fn measure(t: &TestStore) {
    let world = World::build(&t.store, &t.operator).await;
    t.store.connections().save(&t.operator, world.other_tenant, &connection()).await.unwrap();
    let who = world.sign_in(&world.owner).await;
    let other = t.store.access().tenant(&who, world.other_tenant).await.unwrap();
    fill(t, &other, BESIDE, 1).await;
    let scope = world.tenant_scope(&world.owner).await;
    fill(t, &scope, POLICIES, VERSIONS).await;
    let began = Instant::now();
    let (mut contents, mut longest) = (0, Duration::ZERO);
    loop {
        let one = Instant::now();
        match t.store.setting_search().index(64, Duration::ZERO).await.unwrap() {
            0 => break,
            taken => contents += taken,
        }
        longest = longest.max(one.elapsed());
    }
    if t.store.backend() == store::Backend::Postgres {
        // As autovacuum does within a minute.
        t.execute("analyze").await;
    }
    println!(
        "{:?}: {contents} contents of {SETTINGS} settings indexed in {:.1} s, 64 at once in at most {} ms; {CALLS} searches each for a page of 50",
        t.store.backend(),
        began.elapsed().as_secs_f64(),
        longest.as_millis()
    );
    for states in States::ALL {
        for (what, text) in [
            ("in four", "haystack needle"),
            ("in some", "bitlocker recoverypassword"),
            ("in one value", "https://scan9e37 contoso"),
            ("in all", "allow"),
            ("in all, three words", "device defender scan"),
            ("in none", "zzqqx"),
            ("two characters", "bi"),
            ("one character", "7"),
            ("common, never together", "haystack bitlocker"),
            ("in all, never together", "bitlocker kerberos"),
        ] {
            let search = SettingSearch { text: text.to_owned(), states, types: Vec::new() };
            let mut taken = Vec::with_capacity(CALLS);
            let (mut found, mut stopped) = (0, false);
            for _ in 0..CALLS {
                let began = Instant::now();
                let page = t.store.setting_search().find(&scope, &search, None, 50).await.unwrap();
                taken.push(began.elapsed());
                (found, stopped) = (page.page.rows.len(), page.stopped);
            }
            taken.sort();
            println!(
                "  {:<3} {what:<24} {found:>3} found{} p50 {:>7} µs  p99 {:>7} µs",
                states.code(),
                if stopped { ", stopped" } else { "         " },
                taken[CALLS / 2].as_micros(),
                taken[CALLS * 99 / 100].as_micros()
            );
        }
    }
}
