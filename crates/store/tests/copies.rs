//! Copies of whole databases: made beside who uses them, checked, and put where there is none.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use model::audit::ChainHead;
use store::{Backend, NewFile, Options, Store, StoreError, WholeCopy};
use tempfile::TempDir;
use testkit::stores::{TestStore, on, options};
use testkit::world::World;

fn file_of(t: &TestStore) -> PathBuf {
    PathBuf::from(t.url.strip_prefix("sqlite:").unwrap())
}

fn words<T: std::fmt::Debug>(refused: Result<T, StoreError>) -> String {
    match refused {
        Err(StoreError::Unusable(words)) => words,
        other => panic!("{other:?}"),
    }
}

/// Every table with how many rows it has.
async fn rows(store: &Store) -> Vec<String> {
    let tables = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by 1";
    let mut rows = Vec::new();
    for table in store::testing::texts(store, tables, true).await.unwrap() {
        let count = store::testing::number(store, &format!("select count(*) from {table}"), true).await.unwrap();
        rows.push(format!("{table} {count}"));
    }
    rows
}

async fn opened(file: &Path) -> store::Opened {
    Store::open(&format!("sqlite:{}", file.display()), Options { migrate: false, ..options(None) }).await.unwrap()
}

async fn head(opened: &store::Opened) -> Option<ChainHead> {
    let report = opened.store.audit().verify(&opened.operator, None, &|_| {}).await.unwrap();
    assert!(report.flaw.is_none(), "{:?}", report.flaw);
    report.head
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_a_database_in_use_has_everything_and_comes_back() {
    let test = async |t: TestStore| {
        World::of(&t).await;
        t.store.audit().seal().await.unwrap();
        let folder = TempDir::new().unwrap();
        let (copy, place) = (folder.path().join("copy.db"), folder.path().join("new.db"));
        let made = store::back_up(&file_of(&t), &copy).await.unwrap();
        assert_eq!(made.schema, t.store.migration_state().await.unwrap().known);
        assert_eq!(made.bytes, copy.metadata().unwrap().len());
        assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o600, "the owner's alone");
        std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o644)).unwrap();
        let back = store::put_back(&copy, &place).await.unwrap();
        assert_eq!(back, WholeCopy { schema: made.schema, bytes: made.bytes });
        assert_eq!(place.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names(&folder), ["copy.db", "new.db", "new.db.lock"]);
        let new = opened(&place).await;
        assert_eq!(rows(&new.store).await, rows(&t.store).await);
        assert!(head(&new).await.is_some(), "the chain of the audit trail is whole");
        new.store.close().await;
    };
    on(Backend::Sqlite, true, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_meanwhile_is_in_it_whole_or_not_at_all() {
    let test = async |t: TestStore| {
        World::of(&t).await;
        // Enough that a copy takes its time.
        let bytes = "insert into blobs (workspace_id, hash, bytes, plain_size, created_at)
          with recursive n(i) as (select 1 union all select i + 1 from n where i < 300)
          select id, 'h' || i, randomblob(100000), 1, created_at from workspaces, n";
        t.execute(bytes).await;
        let writing = async {
            for number in 0..200 {
                t.store.workspaces().create(&t.operator, &format!("Workspace {number}")).await.unwrap();
            }
        };
        let folder = TempDir::new().unwrap();
        let (first, second) = (folder.path().join("one.db"), folder.path().join("two.db"));
        let copying = async {
            store::back_up(&file_of(&t), &first).await.unwrap();
            store::back_up(&file_of(&t), &second).await.unwrap();
        };
        tokio::join!(writing, copying);
        for copy in [&first, &second] {
            let copied = opened(copy).await;
            let number = async |text: &str| store::testing::number(&copied.store, text, true).await.unwrap();
            let made = number("select count(*) from workspaces").await;
            let told = number("select count(*) from audit_entries where action = 'workspace.create'").await;
            assert_eq!(told, made, "each with its entry");
            copied.store.close().await;
        }
    };
    on(Backend::Sqlite, true, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_overwritten_and_nothing_half_done_stays() {
    let test = async |t: TestStore| {
        World::of(&t).await;
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("copy.db"), "precious").unwrap();
        assert!(words(store::back_up(&file_of(&t), &at("copy.db")).await).contains("copy.db is there already"));
        assert_eq!(std::fs::read_to_string(at("copy.db")).unwrap(), "precious");
        std::fs::write(at("other.db.part"), "").unwrap();
        assert!(words(store::back_up(&file_of(&t), &at("other.db")).await).contains("other.db.part is there already"));
        assert!(words(store::back_up(&file_of(&t), &at("no/such/copy.db")).await).contains("cannot write"));
        assert!(words(store::back_up(&at("none.db"), &at("x.db")).await).contains("there is no file"));
        assert!(words(store::back_up(&at("copy.db"), &at("x.db")).await).contains("no database of TenantAtlas"));
        assert_eq!(names(&folder), ["copy.db", "other.db.part"]);

        store::back_up(&file_of(&t), &at("good.db")).await.unwrap();
        for (name, there) in [("a.db", "a.db"), ("b.db", "b.db-wal"), ("c.db", "c.db-journal")] {
            std::fs::write(at(there), "").unwrap();
            assert!(words(store::put_back(&at("good.db"), &at(name)).await).contains(&format!("{there} is there already")));
        }
        // One that is in use, and its own file as the copy.
        assert!(words(store::put_back(&at("good.db"), &file_of(&t)).await).contains("another TenantAtlas process"));
        assert!(words(store::put_back(&file_of(&t), &at("d.db")).await).contains("no copy of one"));
        assert!(!at("d.db").exists());
    };
    on(Backend::Sqlite, true, &test).await;
}

#[test]
fn a_file_that_somebody_made_meanwhile_stays() {
    let folder = TempDir::new().unwrap();
    let at = folder.path().join("copy.db");
    let new = NewFile::claim(&at).unwrap();
    std::fs::write(new.part(), "ours").unwrap();
    assert_eq!(names(&folder), ["copy.db.part"]);
    std::fs::write(&at, "theirs").unwrap();
    assert!(words(new.settle()).contains("is there already"));
    assert_eq!((names(&folder), std::fs::read_to_string(&at).unwrap().as_str()), (vec!["copy.db".to_owned()], "theirs"));
    std::fs::remove_file(&at).unwrap();
    let new = NewFile::claim(&at).unwrap();
    std::fs::write(new.part(), "ours").unwrap();
    assert_eq!(new.settle().unwrap(), 4);
    assert_eq!((names(&folder), std::fs::read_to_string(&at).unwrap().as_str()), (vec!["copy.db".to_owned()], "ours"));
    drop(NewFile::claim(&folder.path().join("other.db")).unwrap());
    assert_eq!(names(&folder), ["copy.db"], "what is not finished goes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_damaged_or_of_a_newer_version_is_refused() {
    let test = async |t: TestStore| {
        World::of(&t).await;
        let folder = TempDir::new().unwrap();
        let (copy, bad, place) = (folder.path().join("copy.db"), folder.path().join("bad.db"), folder.path().join("new.db"));
        store::back_up(&file_of(&t), &copy).await.unwrap();
        let whole = std::fs::read(&copy).unwrap();
        let mut bytes = whole.clone();
        // A page in the middle, and the end.
        let middle = whole.len() / 2 / 4096 * 4096;
        bytes[middle..middle + 4096].fill(0xAA);
        for broken in [bytes.as_slice(), &whole[..whole.len() / 3], &[], b"PGDMP"] {
            std::fs::write(&bad, broken).unwrap();
            let words = words(store::put_back(&bad, &place).await);
            assert!(words.contains("damaged") || words.contains("no database of TenantAtlas"), "{words}");
            assert!(!place.exists());
        }
        std::fs::remove_file(&bad).unwrap();
        t.execute(
            "insert into _sqlx_migrations select version + 1, 'contract of the future', installed_on, success, checksum, execution_time
             from _sqlx_migrations order by version desc limit 1",
        )
        .await;
        store::back_up(&file_of(&t), &bad).await.unwrap();
        assert!(matches!(store::put_back(&bad, &place).await, Err(StoreError::NewerSchema { .. })));
        assert!(!place.exists());
    };
    on(Backend::Sqlite, true, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_server_is_bare_until_something_is_in_it() {
    let empty = testkit::postgres::Database::create().await;
    assert!(store::is_bare(empty.url()).await.unwrap());
    empty.drop().await;
    let full = testkit::postgres::Database::with_schema().await;
    assert!(!store::is_bare(full.url()).await.unwrap());
    full.drop().await;
    assert!(words(store::is_bare("postgres://user:canary@host:port/db").await).contains("cannot be read"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_made_as_the_system_misses_no_row() {
    let test = async |t: TestStore| {
        let hidden = "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p') and n.nspname = 'public' and c.relrowsecurity and not exists (
            select 1 from pg_policies p where p.schemaname = 'public' and p.tablename = c.relname and p.cmd in ('ALL', 'SELECT')
              and (p.qual = '( SELECT app_system() AS app_system)' or p.qual like '(( SELECT app_system() AS app_system) OR %'))";
        assert_eq!(t.texts(hidden).await, Vec::<String>::new(), "pg_dump, with app.system on, sees not all of these");
        assert_eq!(t.number("select count(*) from pg_policies where permissive <> 'PERMISSIVE'").await, 0);
    };
    on(Backend::Postgres, true, &test).await;
}
