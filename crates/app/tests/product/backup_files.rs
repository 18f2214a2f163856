//! Backup sets as files: `tenantatlas backup`, with a database and without, and the pages.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use model::access::can;
use model::backup::{BackupStatus, Selection};
use model::canonical::canonical;
use model::json::Json;
use model::operations::backup_set_capture;
use model::resource_types::find;
use model::run::Trigger;
use model::time::Moment;
use ops::archive::{Limits, Lock, Protection, SetHeader, SetLine, SetObject, TenantLine, export};
use store::Store;
use testkit::html;
use testkit::stores::{TEST_KEY, on_both, options};
use testkit::world::World;

use crate::served::Served;
use crate::somebody::Somebody;

const KEY: &str = "AGE-SECRET-KEY-1EV89A7US9UPRR0V05DNMYE8JC9YKQVFF97V5H5YSZWS4NZF63QWSUPKZXK";

pub(crate) fn exported(protection: &Protection) -> Vec<u8> {
    let at = Moment::parse("2026-11-21T20:00:00Z").unwrap();
    let kind = find("device_category").unwrap();
    let object = |id: &str| {
        let stored = canonical(kind, Json::from([("id", Json::text(id)), ("displayName", Json::text(format!("Category {id}")))]));
        Ok::<_, std::convert::Infallible>(SetObject {
            resource_type: kind.key.clone(),
            object_id: id.to_owned(),
            name: format!("Category {id}"),
            captured_at: at,
            hash: stored.hash,
            content: Json::parse(stored.text.as_bytes()).unwrap(),
            volatile: Json::parse(stored.volatile.as_bytes()).unwrap(),
        })
    };
    let header = SetHeader {
        tenant: TenantLine { entra_id: "0f0f0f0f-1111-2222-3333-444444444444".to_owned(), name: "Contoso".to_owned() },
        set: SetLine { id: "1".to_owned(), name: "Nightly\u{1b}[31m".to_owned(), captured_at: at, complete: true },
        coverage: Vec::new(),
        missing: Vec::new(),
    };
    export(Vec::new(), &header, at, protection, &Limits::default(), [object("1"), object("2")]).unwrap().0
}

fn verify(folder: &Path, arguments: &[&str]) -> (bool, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantatlas"));
    let Output { status, stdout, stderr } =
        command.env_clear().current_dir(folder).args(["backup", "verify"]).args(arguments).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.success(), text(stdout), text(stderr))
}

#[test]
fn an_export_is_verified_without_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let whole = exported(&Protection::Open { scripts: false });
    write("good.zip", &whole);
    let (good, out, err) = verify(folder.path(), &["good.zip"]);
    assert!(good, "{out}{err}");
    assert!(out.contains("made by TenantAtlas, 4 files") && out.contains("2  Device category"), "{out}");
    assert!(!out.contains('\u{1b}'), "a name cannot write on the terminal");

    // One byte in a file, one byte in the list, no export at all.
    let mut broken = whole.clone();
    broken[80] ^= 1;
    write("broken.zip", &broken);
    let (good, out, err) = verify(folder.path(), &["broken.zip"]);
    assert!(
        !good && out.contains("fail  device_category/category-1-") && err.contains("1 file is not what it should be"),
        "{out}{err}"
    );
    assert!(out.contains("1 objects understood"), "the other is fine: {out}");
    write("short.zip", &whole[..whole.len() - 1]);
    let (good, _, err) = verify(folder.path(), &["short.zip"]);
    assert!(!good && err.contains("short.zip: the zip file is damaged: its end is missing"), "{err}");
    write("text.zip", b"hello");
    assert!(verify(folder.path(), &["text.zip"]).2.contains("neither a zip file"));
    assert!(!verify(folder.path(), &["nothing.zip"]).0);
}

#[test]
fn an_encrypted_export_is_verified_with_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let identity: ops::archive::Identity = KEY.parse().unwrap();
    let sealed = exported(&Protection::Sealed(Lock::Recipients(vec![identity.recipient().unwrap()])));
    std::fs::write(folder.path().join("sealed.age"), sealed).unwrap();
    std::fs::write(folder.path().join("key.txt"), format!("# a key\n{KEY}\n")).unwrap();
    std::fs::write(folder.path().join("phrase.txt"), "wrong\n").unwrap();
    let (good, out, err) = verify(folder.path(), &["sealed.age", "--identity-file", "key.txt"]);
    assert!(good, "{out}{err}");
    let (good, _, err) = verify(folder.path(), &["sealed.age"]);
    assert!(!good && err.contains("a passphrase or a key is needed"), "{err}");
    let (good, _, err) = verify(folder.path(), &["sealed.age", "--passphrase-file", "phrase.txt"]);
    assert!(!good && err.contains("neither the passphrase nor the key opens it"), "{err}");
    assert!(!verify(folder.path(), &["sealed.age", "--identity-file", "phrase.txt"]).0);
}

#[test]
fn an_export_of_another_tool_says_what_would_be_understood() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("export/Settings Catalog");
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join("a.json"), r#"{"id":"1","name":"A","settings":[]}"#).unwrap();
    std::fs::write(place.join("b.json"), "{").unwrap();
    let (good, out, err) = verify(folder.path(), &["export", "--all"]);
    assert!(good, "{out}{err}");
    assert!(out.contains("made by IntuneCD") && out.contains("1  Settings catalog policy"), "{out}");
    assert!(out.contains("left  Settings Catalog/b.json: not valid JSON"), "{out}");
    std::fs::remove_file(place.join("a.json")).unwrap();
    assert!(verify(folder.path(), &["export"]).2.contains("nothing in it was understood"));
}

/// Runs `tenantatlas backup` on a database: whether it went well, and what it said.
fn backup(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let key: String = TEST_KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantatlas"));
    command.env_clear().env("TENANTATLAS_DATABASE_URL", "sqlite:test.db").env("TENANTATLAS_SECRETS_KEY", key);
    let done = command.current_dir(folder).arg("backup").args(arguments).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.success(), text(done.stdout) + &text(done.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_imports_and_exports_on_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let opened = Store::open(&url, options(None)).await.unwrap();
    World::build(&opened.store, &std::sync::Arc::new(opened.operator)).await;
    opened.store.close().await;
    // The file is free once the store is gone.
    drop(opened.store);
    std::fs::write(folder.path().join("set.zip"), exported(&Protection::Open { scripts: false })).unwrap();
    std::fs::write(folder.path().join("phrase.txt"), "four words and more\n").unwrap();
    let (good, said) = backup(folder.path(), &["import", "--tenant", "Contoso", "set.zip"]);
    assert!(good && said.contains("complete, 2 objects") && said.contains("captured in another tenant than Contoso"), "{said}");
    let export = [
        "export",
        "--tenant",
        "contoso.onmicrosoft.example",
        "--set",
        "latest",
        "--out",
        "out.age",
        "--passphrase-file",
        "phrase.txt",
    ];
    let (good, said) = backup(folder.path(), &export);
    assert!(good && said.contains("Exported 2 objects to out.age"), "{said}");
    let (good, said) = backup(folder.path(), &export);
    assert!(!good && said.contains("is there already"), "{said}");
    let (good, said, _) = verify(folder.path(), &["out.age", "--passphrase-file", "phrase.txt"]);
    assert!(good && said.contains("2  Device category"), "{said}");
    // Nothing of what is refused is in the database, and nothing that is wrong is called whole.
    std::fs::write(folder.path().join("text.zip"), "hello").unwrap();
    assert!(!backup(folder.path(), &["import", "--tenant", "Contoso", "text.zip"]).0);
    let (good, said) = backup(folder.path(), &["import", "--tenant", "Nobody", "set.zip"]);
    assert!(!good && said.contains("there is no tenant Nobody"), "{said}");
    let mut broken = std::fs::read(folder.path().join("set.zip")).unwrap();
    broken[80] ^= 1;
    std::fs::write(folder.path().join("broken.zip"), broken).unwrap();
    let (good, said) = backup(folder.path(), &["import", "--tenant", "Contoso", "broken.zip", "--name", "Broken"]);
    assert!(!good && said.contains("not complete, 1 objects") && said.contains("1 file is not what it should be"), "{said}");
    let opened = Store::open(&url, options(None)).await.unwrap();
    let tenant = opened.store.tenants().called(&opened.operator, "Contoso").await.unwrap()[0];
    let scope = opened.store.access().tenant_of_operator(&opened.operator, tenant).await.unwrap();
    let sets = opened.store.backups().list(&scope, None, None, 9).await.unwrap().rows;
    let told: Vec<_> = sets.iter().map(|set| (set.name.as_str(), set.status)).collect();
    assert_eq!(told, [("Broken", BackupStatus::Partial), ("set", BackupStatus::Complete)]);
    opened.store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_exported_fetched_and_imported_by_the_pages() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let graph = served.synced(20).await;
        let (store, tenant) = (&served.world.store, served.world.tenant);
        let scope = served.world.tenant_scope(&served.world.owner).await;
        let permit = scope.permit::<can::BackupsRun>().unwrap();
        let capture = backup_set_capture::Arguments::of(Selection::of_types(["device_category"]).unwrap()).request(tenant);
        store.runs().start(&permit, &capture, Trigger::Manual).await.unwrap();
        assert_eq!(graph.worker(store).run_queue_now().await.unwrap(), 1);
        let set = store.backups().list(&scope, None, None, 1).await.unwrap().rows.remove(0);
        let files = format!("/admin/t/{tenant}/backups/{}/files", set.id);
        let owner = served.browser(Somebody::Owner).await;
        let form = owner.page(&files).await.form(&files);
        // A passphrase that is too short makes nothing.
        let short = owner.submit(&form.clone().with("protection", "passphrase").with("passphrase", "short")).await;
        assert!(short.status == 422 && html::text(&short.body).contains("12 characters at least"), "{}", html::text(&short.body));
        assert_eq!(owner.submit(&form.with("protection", "open")).await.status, 303);
        assert_eq!(graph.worker(store).run_queue_now().await.unwrap(), 1);
        let link = owner.page(&files).await.link(&format!("{files}/")).expect("it can be fetched");
        let file = owner.page(&link).await;
        assert_eq!(file.header("content-type"), Some("application/zip"));
        assert!(file.header("content-disposition").unwrap().ends_with(".zip\"") && file.body.starts_with("PK"));
        // Whoever may not export does not fetch, and strangers find nothing.
        let reader = served.browser(Somebody::Readonly).await;
        assert_eq!((reader.get(&link).await.status, reader.page(&files).await.link(&format!("{files}/"))), (403, None));
        assert_eq!(served.browser(Somebody::Stranger).await.get(&link).await.status, 404);
        // Sent back, it is a set of its own.
        let kept = store.backup_files().of_set(&scope, set.id).await.unwrap().remove(0);
        let open = store.backup_files().fetch(&permit, set.id, kept.id).await.unwrap();
        let mut bytes = Vec::new();
        for number in 0..open.parts() {
            bytes.extend(store.backup_files().part(&scope, &open, number).await.unwrap());
        }
        let to = format!("/admin/t/{tenant}/backups/import");
        let form = owner.page(&to).await.form(&to).with("name", "The copy");
        let empty = owner.submit_with_file(&form, b"").await;
        assert!(empty.status == 422 && html::text(&empty.body).contains("Choose a file"));
        assert_eq!(owner.submit_with_file(&form.clone().with("csrf", "no"), &bytes).await.status, 403);
        assert_eq!(owner.submit_with_file(&form, &bytes).await.status, 303);
        test.clock.advance(std::time::Duration::from_secs(60));
        assert_eq!(graph.worker(store).run_queue_now().await.unwrap(), 1);
        let copy = store
            .backups()
            .list(&scope, None, None, 9)
            .await
            .unwrap()
            .rows
            .into_iter()
            .find(|set| set.name == "The copy")
            .unwrap();
        assert_eq!((copy.status, copy.items), (BackupStatus::Complete, set.items));
        let about = html::text(&owner.page(&format!("/admin/t/{tenant}/backups/{}", copy.id)).await.body);
        assert!(about.contains("Imported from") && about.contains("TenantAtlas"), "{about}");
        for page in ["contents", "report", "files"] {
            owner.page(&format!("/admin/t/{tenant}/backups/{}/{page}", copy.id)).await;
        }
        // A file that is removed is gone.
        let remove = format!("{link}/remove");
        let form = owner.page(&files).await.form(&remove);
        assert_eq!(owner.submit(&form).await.status, 303);
        assert_eq!(owner.get(&link).await.status, 404);
        // Secret values that were fetched go along for whoever may fetch them, and into no open file.
        let manager = served.browser(Somebody::Manager).await;
        let secrets = "select count(*) from operation_runs where type = 'backup_set_export'
          and cast(context as text) like '%\"secrets\":%true%'";
        for (who, protection, many) in
            [(&owner, "open", 0), (&owner, "open_with_scripts", 0), (&manager, "passphrase", 0), (&owner, "passphrase", 1)]
        {
            let form = who.page(&files).await.form(&files).with("protection", protection);
            assert_eq!(who.submit(&form.with("passphrase", "four words and more")).await.status, 303, "{protection}");
            assert_eq!(test.number(secrets).await, many, "{protection}");
        }
    })
    .await;
}
