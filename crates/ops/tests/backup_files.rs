//! Backup sets out of one database and into another, on both.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Cursor;
use std::sync::Mutex;

use graph_sim::TenantState;
use model::access::can;
use model::backup::{BackupSet, BackupStatus, Layout, Origin, Remark, Selection};
use model::ids::BackupSetId;
use model::operations::{backup_set_capture, backup_set_export, backup_set_import, backup_set_verify};
use model::run::{CountKey, Outcome, Run, RunRequest, Trigger};
use model::time::Moment;
use ops::archive::{Identity, Key, Limits, Lock, Protection, Verdict, open_file};
use ops::backup_files::{FileError, Importer, Opener, export, import};
use secrecy::SecretString;
use store::access::TenantScope;
use store::{FileKey, FileLock, Store};
use testkit::graph::{TestGraph, test_data};
use testkit::stores::{TestStore, on_both, start_of_time};
use testkit::world::World;

const PHRASE: &str = "four words and more";

/// Type, id and hash of every object of a set, in the order in which an export holds them.
async fn hashes(store: &Store, scope: &TenantScope, set: BackupSetId) -> Vec<(String, String, String)> {
    let mut found: Vec<(String, String, String)> = Vec::new();
    loop {
        let after = found.last().map(|(kind, object, _)| (kind.as_str(), object.as_str()));
        let next = store.backups().objects(scope, set, after).await.unwrap();
        if next.is_empty() {
            return found;
        }
        found.extend(next.into_iter().map(|object| (object.resource_type, object.object_id, object.hash)));
    }
}

async fn exported(store: &Store, scope: &TenantScope, set: BackupSetId, protection: Protection) -> Vec<u8> {
    let at = Moment::parse("2026-11-21T20:00:00Z").unwrap();
    let mut export = export(store, scope, set, protection, at, Limits::default(), Vec::new()).await.unwrap();
    while export.portion().await.unwrap().is_some() {}
    export.finish().await.unwrap().0
}

fn opener(bytes: Vec<u8>, key: Option<Key>) -> Opener {
    Box::new(move |limits: &Limits| open_file(Box::new(Cursor::new(bytes)), key.as_ref(), limits))
}

async fn imported(t: &TestStore, scope: &TenantScope, open: Opener) -> Result<(BackupSetId, ops::archive::Report), FileError> {
    let permit = scope.permit::<can::BackupsRun>().unwrap();
    let set = t.store.backups().begin_import(&permit, "From elsewhere").await.unwrap();
    let by = Importer::Person(&permit);
    let mut import = import(&t.store, set, Limits::default(), open);
    while import.portion(&by).await?.is_some() {}
    Ok((set, import.finish(&by).await?.1))
}

/// Alters a byte of the first file of a zip.
fn damage(zip: &mut [u8]) {
    let length = |at: usize| usize::from(u16::from_le_bytes([zip[at], zip[at + 1]]));
    // Behind the head of the file: 30 bytes, its name, and what else is said of it.
    let begin = 30 + length(26) + length(28);
    zip[begin + 5] ^= 1;
}

async fn captured(t: &TestStore, world: &World) -> (BackupSetId, TestGraph) {
    captured_of(t, world, TestGraph::inventing(world, 80).await).await
}

async fn captured_of(t: &TestStore, world: &World, graph: TestGraph) -> (BackupSetId, TestGraph) {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::BackupsRun>().unwrap();
    let request = backup_set_capture::Arguments::of(Selection::All).request(world.tenant);
    t.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
    assert_eq!(graph.worker(&t.store).run_queue_now().await.unwrap(), 1);
    let scope = world.tenant_scope(&world.owner).await;
    (t.store.backups().list(&scope, None, None, 1).await.unwrap().rows.remove(0).id, graph)
}

/// An export, and what was in the set.
type Carried = (Vec<u8>, Vec<(String, String, String)>);

/// Captures a tenant on both databases, exports the sets, and imports all of them into both databases, which are empty.
async fn the_same_after_a_file(tenant: &(dyn Fn() -> TenantState + Sync), least: usize) {
    let carried: Mutex<Vec<Carried>> = Mutex::new(Vec::new());
    let kept = &carried;
    // Made for this test.
    const KEY: &str = "AGE-SECRET-KEY-1EV89A7US9UPRR0V05DNMYE8JC9YKQVFF97V5H5YSZWS4NZF63QWSUPKZXK";
    let key = || Some(Key::Identity(KEY.parse().unwrap()));
    let lock = || Protection::Sealed(Lock::Recipients(vec![KEY.parse::<Identity>().unwrap().recipient().unwrap()]));
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let (set, _graph) = captured_of(&t, &world, TestGraph::serving(&world, tenant()).await).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let held = hashes(&t.store, &scope, set).await;
        assert!(held.len() > least, "{}", held.len());
        let bytes = exported(&t.store, &scope, set, lock()).await;
        kept.lock().unwrap().push((bytes, held));
    })
    .await;
    let carried = &carried.into_inner().unwrap();
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let scope = t.store.access().tenant_of_operator(&t.operator, world.other_tenant).await.unwrap();
        for (bytes, held) in carried {
            assert_eq!(t.number("select count(*) from inventory_items").await, 0, "it is empty");
            let (set, report) = imported(&t, &scope, opener(bytes.clone(), key())).await.unwrap();
            assert_eq!((report.count(Verdict::Wrong), usize::try_from(report.understood())), (0, Ok(held.len())));
            let found = t.store.backups().find(&scope, set).await.unwrap();
            assert_eq!((found.status, usize::try_from(found.items)), (BackupStatus::Complete, Ok(held.len())));
            let origin = found.origin.unwrap();
            assert_eq!((origin.layout(), origin.tenant.as_deref(), origin.complete), (Layout::Ours, Some("Contoso"), true));
            assert_eq!(&hashes(&t.store, &scope, set).await, held, "the same hashes");
            assert!(!t.store.backups().certificate(&scope, set).await.unwrap().is_empty());
            // And once more through a file: what was imported is exported like what was captured.
            let again = exported(&t.store, &scope, set, lock()).await;
            let (second, _) = imported(&t, &scope, opener(again, key())).await.unwrap();
            assert_eq!(&hashes(&t.store, &scope, second).await, held);
            assert_eq!(t.store.backups().find(&scope, second).await.unwrap().origin.unwrap().entra_id, origin.entra_id);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_goes_through_a_file_into_an_empty_database_has_the_same_hashes() {
    let size = graph_sim::Size { policies: 80, groups: 20 };
    the_same_after_a_file(&|| graph_sim::generate(7, size, start_of_time()), 80).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn collected_tenants_go_through_a_file_and_have_the_same_hashes() {
    let Some(data) = test_data("collected_tenants_go_through_a_file_and_have_the_same_hashes") else { return };
    let collected = || {
        let folders = std::fs::read_dir(data.join("tenants")).unwrap().map(|entry| entry.unwrap().path());
        let mut folders: Vec<_> = folders.filter(|folder| folder.is_dir()).collect();
        folders.sort();
        graph_sim::load_folders(folders.iter().map(std::path::PathBuf::as_path)).unwrap().0
    };
    the_same_after_a_file(&collected, 1_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_export_withholds_secrets_and_its_import_is_not_complete() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let (set, _graph) = captured(&t, &world).await;
        let scope = t.store.access().tenant_of_operator(&t.operator, world.tenant).await.unwrap();
        let bytes = exported(&t.store, &scope, set, Protection::Open { scripts: false }).await;
        let (copy, report) = imported(&t, &scope, opener(bytes.clone(), None)).await.unwrap();
        assert!(report.withheld > 0, "the invented tenant has scripts");
        let found = t.store.backups().find(&scope, copy).await.unwrap();
        assert_eq!((found.status, found.origin.map(|origin| origin.withheld)), (BackupStatus::Partial, Some(report.withheld)));
        assert_eq!(found.items, t.store.backups().find(&scope, set).await.unwrap().items);
        // A file is damaged: the set holds the others and is not complete.
        let mut broken = bytes.clone();
        damage(&mut broken);
        let (copy, report) = imported(&t, &scope, opener(broken, None)).await.unwrap();
        assert_eq!(report.count(Verdict::Wrong), 1);
        let found = t.store.backups().find(&scope, copy).await.unwrap();
        assert_eq!(found.status, BackupStatus::Partial);
        let wrong = t.store.backups().remarks(&scope, copy, Some(Remark::Wrong), None, 9).await.unwrap();
        assert_eq!(wrong.rows.len(), 1);
        // No archive at all, and one that is cut: the set stays visibly unfinished, and nothing can be taken out of it.
        for bytes in [b"hello".to_vec(), bytes[..bytes.len() - 1].to_vec()] {
            assert!(matches!(imported(&t, &scope, opener(bytes, None)).await, Err(FileError::Archive(_))));
            let unfinished = t.store.backups().list(&scope, None, None, 1).await.unwrap().rows.remove(0);
            assert_eq!((unfinished.status, unfinished.completed_at), (BackupStatus::Failed, None));
            let at = Moment::parse("2026-11-21T20:00:00Z").unwrap();
            let refused =
                export(&t.store, &scope, unfinished.id, Protection::Open { scripts: true }, at, Limits::default(), Vec::new())
                    .await;
            assert!(matches!(refused, Err(FileError::NotUsable)));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_broken_off_is_no_archive_and_one_that_meets_damage_names_it() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let (set, _graph) = captured(&t, &world).await;
        let scope = world.tenant_scope(&world.owner).await;
        let at = Moment::parse("2026-11-21T20:00:00Z").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("half.zip");
        let out = std::fs::File::create(&path).unwrap();
        let mut half =
            export(&t.store, &scope, set, Protection::Open { scripts: false }, at, Limits::default(), out).await.unwrap();
        assert!(half.portion().await.unwrap() > Some(0));
        half.break_off().await;
        assert!(ops::archive::open(&path, None, &Limits::default()).is_err(), "what was broken off is no archive");
        let held = hashes(&t.store, &scope, set).await;
        t.execute(&format!("update blobs set plain_size = 1 where hash = '{}'", held[3].2)).await;
        let mut export =
            export(&t.store, &scope, set, Protection::Open { scripts: true }, at, Limits::default(), Vec::new()).await.unwrap();
        while export.portion().await.unwrap().is_some() {}
        let named: Vec<_> = export.damaged().iter().map(|line| (line.resource_type.clone(), line.id.clone())).collect();
        let shared = held.iter().filter(|(_, _, hash)| *hash == held[3].2);
        assert_eq!(named, shared.map(|(kind, id, _)| (kind.clone(), id.clone())).collect::<Vec<_>>());
        let (bytes, done) = export.finish().await.unwrap();
        assert_eq!((done.damaged, done.objects), (named.len() as u64, (held.len() - named.len()) as u64));
        // Whoever imports it is told, and it is not called whole.
        let (copy, report) =
            imported(&t, &t.store.access().tenant_of_operator(&t.operator, world.tenant).await.unwrap(), opener(bytes, None))
                .await
                .unwrap();
        assert_eq!(
            report.missing.iter().map(|line| line.code.as_str()).collect::<Vec<_>>(),
            vec!["content.corrupt"; named.len()]
        );
        let found = t.store.backups().find(&scope, copy).await.unwrap();
        assert_eq!((found.status, usize::try_from(found.missing)), (BackupStatus::Partial, Ok(named.len())));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_another_tool_becomes_a_set_with_a_report() {
    // One policy in the layout of each of the three.
    const CATALOG: &str = r#"{"id":"1","name":"A","settings":[]}"#;
    const COMPLIANCE: &str = r##"{"id":"1","displayName":"A","@odata.type":"#microsoft.graph.iosCompliancePolicy"}"##;
    let layouts = [
        (Layout::IntuneCd, "Settings Catalog", CATALOG),
        (Layout::IntuneManagement, "SettingsCatalog", CATALOG),
        (Layout::IntuneBackupAndRestore, "Device Compliance Policies", COMPLIANCE),
    ];
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let scope = t.store.access().tenant_of_operator(&t.operator, world.tenant).await.unwrap();
        for (layout, kept, policy) in layouts {
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir_all(folder.path().join(kept)).unwrap();
            for (name, text) in [("a.json", policy), ("x.json", "{")] {
                std::fs::write(folder.path().join(kept).join(name), text).unwrap();
            }
            let root = folder.path().to_owned();
            let open: Opener = Box::new(move |limits| ops::archive::open(&root, None, limits));
            let (set, report) = imported(&t, &scope, open).await.unwrap();
            let found = t.store.backups().find(&scope, set).await.unwrap();
            assert_eq!(found.origin.as_ref().map(Origin::layout), Some(layout), "{report:?}");
            assert_eq!((found.status, found.items), (BackupStatus::Partial, 1), "nothing says that it is whole");
            let remarks = t.store.backups().remarks(&scope, set, None, None, 9).await.unwrap().rows;
            assert!(remarks.iter().any(|line| line.file.ends_with("x.json") && line.remark == Remark::Left), "{remarks:?}");
            assert_eq!(t.number("select count(*) from inventory_items").await, 0);
        }
    })
    .await;
}

/// Starts an operation as the owner and works on it; the run as it ended.
async fn worked(t: &TestStore, world: &World, graph: &TestGraph, request: &RunRequest) -> Run {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::BackupsRun>().unwrap();
    let run = t.store.runs().start(&permit, request, Trigger::Manual).await.unwrap().run().id;
    assert_eq!(graph.worker(&t.store).run_queue_now().await.unwrap(), 1);
    world.run(run).await
}

/// Asks for an export of a set, waits for it and fetches it.
async fn fetched(t: &TestStore, world: &World, graph: &TestGraph, set: BackupSetId, lock: &FileLock) -> Vec<u8> {
    let scope = world.tenant_scope(&world.owner).await;
    let permit = scope.permit::<can::BackupsRun>().unwrap();
    let file = t.store.backup_files().ask(&permit, set, lock).await.unwrap();
    let run = worked(t, world, graph, &backup_set_export::Arguments { set, file, secrets: false }.request(world.tenant)).await;
    assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
    let open = t.store.backup_files().fetch(&permit, set, file).await.unwrap();
    let mut bytes = Vec::new();
    for number in 0..open.parts() {
        bytes.extend(t.store.backup_files().part(&scope, &open, number).await.unwrap());
    }
    assert_eq!(bytes.len(), usize::try_from(open.bytes()).unwrap());
    bytes
}

/// Sends a file and imports it.
async fn sent(t: &TestStore, world: &World, graph: &TestGraph, bytes: &[u8], key: Option<&FileKey>) -> (Run, BackupSet) {
    let scope = world.tenant_scope(&world.owner).await;
    let permit = scope.permit::<can::BackupsRun>().unwrap();
    let mut file = t.store.backup_files().receive(&permit, key).await.unwrap();
    t.store.backup_files().append(&permit, &mut file, bytes).await.unwrap();
    let file = t.store.backup_files().received(&permit, file).await.unwrap();
    let wish = backup_set_import::Arguments { file, name: "Sent".to_owned() };
    let run = worked(t, world, graph, &wish.request(world.tenant)).await;
    assert_eq!(t.number("select count(*) from backup_files where kind = 'import'").await, 0, "nothing of what was sent is kept");
    (run, t.store.backups().list(&scope, None, None, 1).await.unwrap().rows.remove(0))
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_write_a_file_that_other_runs_read_again() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let (set, graph) = captured(&t, &world).await;
        let scope = world.tenant_scope(&world.owner).await;
        let held = hashes(&t.store, &scope, set).await;
        t.clock.advance(std::time::Duration::from_secs(60));
        let phrase = || SecretString::from(PHRASE);
        let bytes = fetched(&t, &world, &graph, set, &FileLock::Passphrase(phrase())).await;
        assert!(bytes.starts_with(b"age-encryption.org/v1"));
        let (run, copy) = sent(&t, &world, &graph, &bytes, Some(&FileKey::Passphrase(phrase()))).await;
        assert_eq!((run.outcome, copy.status, copy.name.as_str()), (Outcome::Succeeded, BackupStatus::Complete, "Sent"));
        assert_eq!((copy.run_id, copy.created_by_name.as_str()), (Some(run.id), "owner"));
        assert_eq!(hashes(&t.store, &scope, copy.id).await, held);
        let verify = backup_set_verify::Arguments { set: copy.id }.request(world.tenant);
        let run = worked(&t, &world, &graph, &verify).await;
        assert_eq!((run.outcome, run.counts.get(CountKey::Processed)), (Outcome::Succeeded, Some(copy.items)));
        // Not with another passphrase, and not without: refused, and the set is visibly of no use.
        for key in [Some(FileKey::Passphrase(SecretString::from("another one altogether"))), None] {
            t.clock.advance(std::time::Duration::from_secs(60));
            let (run, none) = sent(&t, &world, &graph, &bytes, key.as_ref()).await;
            let codes: Vec<&str> = run.failures.iter().map(|line| line.code.as_str()).collect();
            assert_eq!(
                (run.outcome, codes.as_slice(), none.status),
                (Outcome::Failed, &["archive.refused"][..], BackupStatus::Failed)
            );
        }
        // An open export lacks secrets, and one with a damaged file is told as such.
        t.clock.advance(std::time::Duration::from_secs(60));
        let mut open = fetched(&t, &world, &graph, set, &FileLock::Open { scripts: false }).await;
        let (run, copy) = sent(&t, &world, &graph, &open, None).await;
        assert_eq!((run.outcome, copy.status), (Outcome::Succeeded, BackupStatus::Partial));
        damage(&mut open);
        t.clock.advance(std::time::Duration::from_secs(60));
        let (run, copy) = sent(&t, &world, &graph, &open, None).await;
        assert_eq!((run.outcome, copy.status), (Outcome::PartiallySucceeded, BackupStatus::Partial));
        // The damage of a content is told; the file holds the rest.
        t.execute(&format!("update blobs set plain_size = 1 where hash = '{}'", held[3].2)).await;
        let permit = scope.permit::<can::BackupsRun>().unwrap();
        let file = t.store.backup_files().ask(&permit, set, &FileLock::Open { scripts: false }).await.unwrap();
        let run =
            worked(&t, &world, &graph, &backup_set_export::Arguments { set, file, secrets: false }.request(world.tenant)).await;
        assert_eq!((run.outcome, run.failures[0].code.as_str()), (Outcome::PartiallySucceeded, "content.corrupt"));
        let told = t.texts("select message from operation_run_events where code = 'content_corrupt'").await;
        assert!(told[0].starts_with("Left out, because what is stored is damaged"), "{told:?}");
        assert!(t.store.backup_files().fetch(&permit, set, file).await.unwrap().bytes() > 0);
    })
    .await;
}
