//! Opening: each trouble has a clear message, and none shows a password.

use std::path::Path;

use store::sealed::{KEY_LEN, Keyring};
use store::{Backend, MigrationState, Opened, Options, Store, StoreError};
use tempfile::TempDir;
use testkit::stores::{TestStore, on, on_both, options};
use testkit::world::World;

fn real() -> Options {
    options(None)
}

fn beside() -> Options {
    Options { exclusive: false, migrate: false, ..real() }
}

fn url(folder: &TempDir, file: &str) -> String {
    format!("sqlite:{}", folder.path().join(file).display())
}

/// The message of a refusal that is about how the database is used.
async fn unusable(url: &str, options: Options) -> String {
    match Store::open(url, options).await {
        Err(StoreError::Unusable(words)) => words,
        other => panic!("{url}: {other:?}"),
    }
}

#[tokio::test]
async fn a_url_of_no_known_database_is_refused() {
    for url in ["", "mysql://user:pass-word@host/db", "file.db", "/var/lib/atlas.db", "SQLITE:x", "http://host"] {
        let words = unusable(url, real()).await;
        assert_eq!(words, "the database URL must start with sqlite: or postgres://");
    }
    for url in ["sqlite:", "sqlite://"] {
        assert!(unusable(url, real()).await.contains("names no file"), "{url}");
    }
    let words = unusable("postgres://user:pass-word@host:not-a-port/db", real()).await;
    assert!(words.contains("cannot be read") && !words.contains("pass-word"), "{words}");
}

#[tokio::test]
async fn a_folder_that_is_not_there_or_cannot_be_written_is_named() {
    let folder = TempDir::new().unwrap();
    let words = unusable(&url(&folder, "no/such/atlas.db"), real()).await;
    assert!(words.contains("folder") && words.contains("no/such/atlas.db"), "{words}");
    // A file in the place of the folder: nothing can be written there, whoever runs this.
    std::fs::write(folder.path().join("file"), "").unwrap();
    let words = unusable(&url(&folder, "file/atlas.db"), real()).await;
    assert!(words.contains("folder") && words.contains("file/atlas.db"), "{words}");
    // A folder in the place of the database.
    std::fs::create_dir(folder.path().join("atlas.db")).unwrap();
    let words = unusable(&url(&folder, "atlas.db"), real()).await;
    assert!(words.contains("atlas.db"), "{words}");
    // A folder in the place of the lock.
    std::fs::create_dir(folder.path().join("locked.db.lock")).unwrap();
    let words = unusable(&url(&folder, "locked.db"), real()).await;
    assert!(words.contains("cannot write beside") && words.contains("locked.db"), "{words}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    let text = "Dear diary, ".repeat(1000);
    std::fs::write(folder.path().join("diary.txt"), &text).unwrap();
    let words = unusable(&url(&folder, "diary.txt"), real()).await;
    assert!(words.contains("diary.txt") && words.contains("no SQLite database"), "{words}");
    assert_eq!(std::fs::read_to_string(folder.path().join("diary.txt")).unwrap(), text);
}

#[tokio::test]
async fn a_database_that_is_not_there_is_made_only_by_who_may() {
    let folder = TempDir::new().unwrap();
    let words = unusable(&url(&folder, "atlas.db"), beside()).await;
    assert!(words.contains("atlas.db") && words.contains("does not exist"), "{words}");
    assert!(!folder.path().join("atlas.db").exists());
    let opened = Store::open(&url(&folder, "atlas.db"), real()).await.expect("made");
    assert_eq!(opened.store.backend(), Backend::Sqlite);
    opened.store.close().await;
    assert!(Path::new(&folder.path().join("atlas.db")).exists());
}

#[tokio::test]
async fn a_second_process_on_the_same_file_is_refused_until_the_first_is_gone() {
    let folder = TempDir::new().unwrap();
    let url = url(&folder, "atlas.db");
    let first = Store::open(&url, real()).await.expect("opens");
    let words = unusable(&url, real()).await;
    assert!(words.contains("another TenantAtlas process") && words.contains("PostgreSQL"), "{words}");
    let reader = Store::open(&url, beside()).await.expect("a command that runs no workers opens beside it");
    assert_eq!(reader.store.migration_state().await.unwrap(), first.store.migration_state().await.unwrap());
    first.store.workspaces().create(&first.operator, "Northwind").await.expect("and the first goes on");
    reader.store.close().await;
    first.store.close().await;
    drop(first);
    Store::open(&url, real()).await.expect("the lock went with the process").store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_is_newer_than_the_program_is_refused() {
    on_both(async |t: TestStore| {
        let known = t.store.migration_state().await.unwrap();
        assert_eq!(known.applied, known.known);
        of_the_future(&t, 9999, "of the future").await;
        for migrate in [true, false] {
            let options = Options { exclusive: false, migrate, ..real() };
            let refused = Store::open(&t.url, options).await.expect_err("a newer schema");
            assert!(matches!(refused, StoreError::NewerSchema { found: 9999, known: k } if k == known.known), "{refused:?}");
            assert!(refused.to_string().contains("upgrade the binary"), "{refused}");
        }
    })
    .await;
}

/// Applies what no version of today has, by that name.
async fn of_the_future(t: &TestStore, version: i64, description: &str) {
    let (success, hash) = if t.store.backend() == Backend::Sqlite { ("1", "x'00'") } else { ("true", "'\\x00'::bytea") };
    t.execute(&format!(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values ({version}, '{description}', {success}, {hash}, 0)"
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_to_which_a_newer_version_added_is_served_until_one_takes_something_away() {
    on_both(async |t: TestStore| {
        let known = t.store.migration_state().await.unwrap();
        for (version, name) in [(9001, "expand tenants"), (9002, "expand more")] {
            of_the_future(&t, version, name).await;
            t.execute(&format!("alter table tenants add column future_{version} text not null default ''")).await;
        }
        for migrate in [true, false] {
            let options = Options { exclusive: false, migrate, ..real() };
            let opened = Store::open(&t.url, options).await.expect("it only added");
            let state = opened.store.migration_state().await.unwrap();
            assert_eq!((state.applied, state.known, state.is_served()), (9002, known.known, true));
            World::build(&opened.store, &std::sync::Arc::new(opened.operator)).await;
            assert_eq!(t.number("select count(*) from tenants where future_9001 = ''").await, 3, "and works with it");
            t.execute("delete from tenants").await;
            t.execute("delete from workspaces").await;
            t.execute("delete from users").await;
            opened.store.close().await;
        }
        of_the_future(&t, 9003, "contract tenants").await;
        assert!(!t.store.migration_state().await.unwrap().is_served(), "a process that runs says so too");
        let refused = Store::open(&t.url, Options { exclusive: false, ..real() }).await.expect_err("a narrower schema");
        assert!(matches!(refused, StoreError::NewerSchema { found: 9003, .. }), "{refused:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_away_is_asked_for_and_there_is_none_yet() {
    on_both(async |t: TestStore| {
        let state = t.store.migration_state().await.unwrap();
        assert_eq!((state.waiting, state.lacking), (0, false));
        t.store.queue().register(&store::runs::WorkerId::new("old"), "host", "0.0.1", 1).await.unwrap();
        assert_eq!(t.store.contract(&t.operator, "0.0.2").await.unwrap(), state, "nothing waits, so nobody is in the way");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_is_older_is_brought_up_to_date_only_when_asked() {
    on_both(async |t: TestStore| {
        let MigrationState { known, .. } = t.store.migration_state().await.unwrap();
        t.execute("delete from _sqlx_migrations where version > 1").await;
        let refused = Store::open(&t.url, beside()).await.expect_err("an older schema");
        assert!(matches!(refused, StoreError::OlderSchema { found: 1, known: k } if k == known), "{refused:?}");
        assert!(refused.to_string().contains("tenantatlas migrate"), "{refused}");
        let state = t.store.migration_state().await.unwrap();
        assert_eq!((state.applied, state.known), (1, known), "looking changed nothing");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_without_migrating_is_an_older_schema() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("empty.db"), "").unwrap();
    let database = testkit::postgres::Database::create().await;
    for url in [url(&folder, "empty.db").as_str(), database.url()] {
        let refused = Store::open(url, beside()).await.expect_err("no schema");
        assert!(matches!(refused, StoreError::OlderSchema { found: 0, .. }), "{refused:?}");
    }
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_start_at_once_migrate_an_empty_server_once() {
    let database = testkit::postgres::Database::create().await;
    let (a, b) = tokio::join!(Store::open(database.url(), real()), Store::open(database.url(), real()));
    let (a, b): (Opened, Opened) = (a.expect("opens"), b.expect("opens"));
    assert_eq!(a.store.migration_state().await.unwrap(), b.store.migration_state().await.unwrap());
    assert_eq!(a.store.backend(), Backend::Postgres);
    a.store.close().await;
    b.store.close().await;
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_says_why_without_the_password() {
    let test = async |t: TestStore| {
        let (head, rest) = t.url.split_once("://").expect("a URL");
        let (login, place) = rest.split_once('@').expect("a login");
        let (user, password) = login.split_once(':').expect("a password");
        let refused = async |url: String, secret: &str| {
            let error = Store::open(&url, beside()).await.expect_err("refused");
            let mut words = error.to_string();
            assert!(matches!(error, StoreError::Unusable(_)), "{error:?}");
            assert!(!format!("{error:?}").contains(secret), "{error:?}");
            words.make_ascii_lowercase();
            words
        };
        let words = refused(format!("{head}://{user}:wrong-pass-word@{place}"), "wrong-pass-word").await;
        assert!(words.contains("password"), "{words}");
        let words = refused(format!("{head}://nobody_of_that_name:wrong-pass-word@{place}"), "wrong-pass-word").await;
        assert!(words.contains("password"), "{words}");
        let words = refused(format!("{}_gone", t.url), password).await;
        assert!(words.contains("does not exist"), "{words}");
    };
    on(Backend::Postgres, true, &test).await;
}

#[test]
fn a_key_of_another_length_or_none_is_refused() {
    for keys in [vec![], vec![vec![1_u8; KEY_LEN - 1]], vec![vec![1; KEY_LEN], vec![2; KEY_LEN + 1]]] {
        let refused = Keyring::new(keys.iter().map(Vec::as_slice)).expect_err("no keyring");
        assert_eq!(refused.to_string(), "an encryption key must have 32 bytes");
    }
    let ring = Keyring::new([&[7_u8; KEY_LEN][..]]).expect("a keyring");
    assert_eq!(format!("{ring:?}"), "Keyring(1 keys)");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_of_sqlite_does_not_turn_back_when_the_machines_does() {
    let test = async |t: TestStore| {
        let world = testkit::world::World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        t.execute("update operation_runs set updated_at = '2999-01-01T00:00:00.000000Z'").await;
        let later = Store::open(&t.url, beside()).await.expect("opens").store;
        let newest = model::time::Moment::parse("2999-01-01T00:00:00Z").unwrap();
        let now = later.now().await.unwrap();
        assert!(now >= newest, "{now}");
        assert!(later.now().await.unwrap() >= now);
        later.close().await;
    };
    on(Backend::Sqlite, true, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_tells_its_own_time_and_closing_ends_its_connections() {
    let test = async |t: TestStore| {
        let (a, b) = (t.store.now().await.unwrap(), t.store.now().await.unwrap());
        assert!(a <= b);
        let other = t.another().await;
        other.close().await;
        assert!(matches!(other.migration_state().await, Err(StoreError::Database { .. })));
        assert!(t.store.migration_state().await.is_ok());
    };
    on(Backend::Postgres, false, &test).await;
}
