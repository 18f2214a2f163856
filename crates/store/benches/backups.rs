//! How fast contents are made ready to be stored, and how much room daily backups take.
//!
//! 1. Throughput of one core: canonical form and its hashes, and those with the compression of `store`, in MB of received JSON a second.
//! 2. 100 daily captures of 5,000 policies of which 1 % change each day: bytes of contents stored against the sum of the distinct
//!    contents, each compressed by itself, and what the rows of versions and sets take beside them.
//!
//! `cargo xtask postgres` prints the URL to set; then `cargo bench -p store --bench backups` (after `--`: `throughput`, `size`; days and
//! policies by `TENANTATLAS_DAYS` and `TENANTATLAS_POLICIES`).
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first error")]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use model::access::can;
use model::backup::Selection;
use model::canonical::canonical;
use model::json::Json;
use model::operations::{Operation, backup_set_capture};
use model::resource_types::{self, Platform, ResourceType};
use model::run::{Counts, NewItem, Outcome, Trigger};
use store::runs::{Admission, LEASE, Progress, WorkerId};
use store::{Effort, ObservedItem, TypeList};
use testkit::stores::{TestStore, on};
use testkit::world::World;

const KIND: &str = "settings_catalog_policy";
/// Objects that are written together, as a sync does.
const PORTION: usize = 100;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    if wants("throughput") {
        throughput();
    }
    if wants("size") {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        for backend in [store::Backend::Sqlite, store::Backend::Postgres] {
            runtime.block_on(on(backend, true, &|t| async move { size(&t).await }));
        }
    }
}

fn figure(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn kind() -> &'static ResourceType {
    resource_types::find(KIND).unwrap()
}

/// A policy with some dozen settings, as Graph sends it: about 9 KB.
fn policy(n: usize, revision: usize) -> String {
    let setting = |i: usize| {
        let value = (n * 31 + i * 7 + if i == 0 { revision } else { 0 }) % 1_000;
        format!(
            r##"{{"id":"{i}","settingInstance":{{"@odata.type":"#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance","settingDefinitionId":"device_vendor_msft_policy_config_area{}_setting{i}","settingInstanceTemplateReference":null,"choiceSettingValue":{{"settingValueTemplateReference":null,"value":"device_vendor_msft_policy_config_area{}_setting{i}_{value}","children":[]}}}}}}"##,
            n % 40,
            n % 40
        )
    };
    let settings: Vec<String> = (0..24).map(setting).collect();
    format!(
        r##"{{"@odata.type":"#microsoft.graph.deviceManagementConfigurationPolicy","id":"{n:08x}-0000-4000-8000-000000000000","name":"Policy {n}","description":"Revision {revision}","platforms":"windows10","technologies":"mdm","createdDateTime":"2026-01-01T00:00:00Z","lastModifiedDateTime":"2026-01-01T00:00:00Z","settingCount":24,"roleScopeTagIds":["0"],"settings":[{}],"assignments":[{{"id":"{n}_1","source":"direct","sourceId":"{n}","target":{{"@odata.type":"#microsoft.graph.groupAssignmentTarget","deviceAndAppManagementAssignmentFilterType":"none","groupId":"{:08x}-1111-4000-8000-000000000000"}}}}]}}"##,
        settings.join(","),
        n % 200
    )
}

fn throughput() {
    let texts: Vec<String> = (0..2_000).map(|n| policy(n, 0)).collect();
    let bytes: usize = texts.iter().map(String::len).sum();
    let speed = |name: &str, took: Duration| {
        let megabytes = u32::try_from(bytes / 1_000).map(f64::from).unwrap() / 1_000.0;
        println!("{name}: {:.0} MB/s ({megabytes:.1} MB in {} ms)", megabytes / took.as_secs_f64(), took.as_millis());
    };
    for round in 0..3 {
        let began = Instant::now();
        let parsed: Vec<Json> = texts.iter().map(|text| Json::parse(text.as_bytes()).unwrap()).collect();
        speed(&format!("round {round}: parse"), began.elapsed());
        let began = Instant::now();
        let ready: Vec<_> = parsed.into_iter().map(|object| canonical(kind(), object)).collect();
        speed(&format!("round {round}: canonical form and hashes"), began.elapsed());
        let before = began.elapsed();
        let began = Instant::now();
        let packed: usize = ready.iter().map(|content| zstd::bulk::compress(content.text.as_bytes(), 3).unwrap().len()).sum();
        speed(&format!("round {round}: compression"), began.elapsed());
        speed(&format!("round {round}: canonical form, hashes and compression"), before + began.elapsed());
        println!("compressed to {packed} bytes, {:.1} %", percent(packed, bytes));
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * f64::from(u32::try_from(part / 10).unwrap()) / f64::from(u32::try_from(whole / 10).unwrap())
}

fn observed(n: usize, revision: usize) -> ObservedItem {
    ObservedItem {
        resource_type: KIND,
        object_id: format!("{n:08x}"),
        name: format!("Policy {n}"),
        platform: Platform::Windows,
        odata_type: None,
        modified_at: None,
        assignments: Some(1),
        content: canonical(kind(), Json::parse(policy(n, revision).as_bytes()).unwrap()),
        fingerprint: None,
        asked_at: None,
    }
}

async fn size(t: &TestStore) {
    let (days, policies) = (figure("TENANTATLAS_DAYS", 100), figure("TENANTATLAS_POLICIES", 5_000));
    let world = World::build(&t.store, &t.operator).await;
    let permit = world.tenant_scope(&world.owner).await.permit::<can::BackupsRun>().unwrap();
    let mut revisions = vec![0_usize; policies];
    let (mut distinct, mut sum, mut first) = (BTreeSet::new(), 0_usize, 0_usize);
    let began = Instant::now();
    for day in 0..days {
        t.clock.advance(Duration::from_secs(86_400));
        // Another hundredth of the policies each day.
        for n in (0..policies).filter(|n| day > 0 && n % 100 == day % 100) {
            revisions[n] += 1;
        }
        let selection = Selection::of_types([KIND]).unwrap();
        let request = backup_set_capture::Arguments::of(selection.clone()).request(world.tenant);
        t.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
        let claims = t.store.queue().claim(&WorkerId::new("w"), &[Operation::BackupSetCapture], 1, LEASE).await.unwrap();
        let Admission::Admitted(run) = t.store.queue().admit(&claims[0]).await.unwrap() else { panic!("refused") };
        t.store.backups().open(&run, &selection, "Daily").await.unwrap();
        let from = t.store.now().await.unwrap();
        for start in (0..policies).step_by(PORTION) {
            let items: Vec<ObservedItem> = (start..policies.min(start + PORTION)).map(|n| observed(n, revisions[n])).collect();
            for item in &items {
                if distinct.insert(item.content.hash.clone()) {
                    sum += zstd::bulk::compress(item.content.text.as_bytes(), 3).unwrap().len();
                }
            }
            t.store.inventory().observe(&run, items).await.unwrap();
        }
        let many = i64::try_from(policies).unwrap();
        let effort = Effort { objects: many, pages: 5, details: many, every_detail: true, ..Effort::default() };
        t.store.inventory().types_complete(&run, &[TypeList { resource_type: KIND, from, effort }]).await.unwrap();
        t.store.queue().record(&run, &[NewItem::succeeded(KIND)], Progress::default()).await.unwrap();
        let sealed = t.store.backups().seal(&run).await.unwrap();
        assert_eq!(sealed.items, many);
        t.store.queue().finish(&run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        if day == 0 {
            first = sum;
        }
    }
    let stored = usize::try_from(t.number("select cast(sum(length(bytes)) as bigint) from blobs").await).unwrap();
    let count = async |table: &str| t.number(&format!("select count(*) from {table}")).await;
    println!(
        "{:?}: {days} captures of {policies} policies, 1 % changed a day, {} s",
        t.store.backend(),
        began.elapsed().as_secs()
    );
    println!(
        "contents stored {stored} bytes; sum of {} distinct contents {sum} bytes; ratio {:.4}",
        distinct.len(),
        percent(stored, sum) / 100.0
    );
    println!("against {days} times the first capture: {:.2} %", percent(stored, first * days));
    println!("rows: {} versions, {} in sets", count("policy_versions").await, count("backup_set_items").await);
    if t.url.starts_with("postgres") {
        for table in ["blobs", "policy_versions", "backup_set_items"] {
            println!(
                "{table}: {} bytes on disk, with indexes",
                t.number(&format!("select pg_total_relation_size('{table}')")).await
            );
        }
    } else {
        println!(
            "file: {} bytes",
            t.number("select p.page_count * s.page_size from pragma_page_count p, pragma_page_size s").await
        );
    }
}
