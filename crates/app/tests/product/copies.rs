//! Copies of a whole installation, and the question whether a process is ready, from the command line.

use std::path::Path;

use store::Store;
use testkit::browserless::Browserless;
use testkit::postgres::Database;
use testkit::process::{Ended, Program};

use crate::installation::{Installation, Tenants, assert_no_secret, assert_whole, binary, ended, number, sync_now, texts};

fn went_well(ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    assert_no_secret(&format!("{}{}", ended.out, ended.err));
}

fn refused(ended: &Ended, words: &str) {
    assert_eq!(ended.code, Some(1), "{}", ended.out);
    assert!(ended.err.contains(words), "{}", ended.err);
}

/// How many rows there are of each table.
async fn rows(store: &Store, tables: &str) -> Vec<String> {
    let mut rows = Vec::new();
    for table in texts(store, tables).await {
        rows.push(format!("{table} {}", number(store, &format!("select count(*) from {table}")).await));
    }
    rows
}

/// Copies an installation that works, puts the copy at the other place, and compares.
async fn copied(place: &mut Installation, other: &str, tables: &str) {
    let graph = Tenants::invented(1, 20).await;
    place.graph(graph.base());
    place.set_up().await;
    let tenant = place.add_tenant("Contoso", graph.ids[0]).await;
    let mut serve = place.start(&["serve"]);
    let base = serve.ready().await;
    let owner = place.owner_at(&base).await;
    let run = sync_now(&owner, tenant).await;
    assert_eq!(ended(&owner, &run).await, "Completed Succeeded");

    let file = place.folder.path().join("copy").display().to_string();
    let copy = place.run(&["db", "backup", &file], "").await;
    went_well(&copy);
    assert!(copy.out.contains("keys of the configuration are not in it"), "{}", copy.out);
    refused(&place.run(&["db", "backup", &file], "").await, "is there already; nothing is overwritten");
    serve.kill().await;
    refused(&place.run(&["db", "restore", &file], "").await, "nothing is overwritten");
    let store = place.store().await;
    // What the process wrote after the copy is none of these.
    let before = rows(&store, tables).await;
    store.close().await;

    place.set("DATABASE_URL", other);
    place.url = other.to_owned();
    let back = place.run(&["db", "restore", &file], "").await;
    went_well(&back);
    let store = place.store().await;
    assert_whole(&store, graph.objects()).await;
    assert_eq!(rows(&store, tables).await, before);
    store.close().await;
    let check = place.run(&["check"], "").await;
    assert!(check.out.contains("ok    key") && check.out.contains("ok    audit"), "{}{}", check.out, check.err);
    let mut serve = place.start(&["serve"]);
    let owner = place.owner_at(&serve.ready().await).await;
    let run = sync_now(&owner, tenant).await;
    assert_eq!(ended(&owner, &run).await, "Completed Succeeded", "the credentials of its connection are opened");
    serve.kill().await;

    let junk = place.folder.path().join("junk");
    std::fs::write(&junk, "no copy").unwrap();
    assert_eq!(place.run(&["db", "restore", &junk.display().to_string()], "").await.code, Some(1));
}

/// Tables that change only when somebody does something.
const OF_SQLITE: &str = "select name from sqlite_master where type = 'table' and name in ('users', 'workspaces', 'tenants',
  'provider_connections', 'inventory_items', 'policy_versions', 'blobs', 'workspace_members', 'tenant_members', '_sqlx_migrations') order by 1";
const OF_POSTGRES: &str = "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname = 'public' and c.relname in ('users', 'workspaces', 'tenants',
  'provider_connections', 'inventory_items', 'policy_versions', 'blobs', 'workspace_members', 'tenant_members', '_sqlx_migrations') order by 1";

#[tokio::test(flavor = "multi_thread")]
async fn an_embedded_installation_is_copied_while_it_runs_and_comes_back() {
    let mut place = Installation::sqlite().await;
    let other = format!("sqlite:{}", place.folder.path().join("other.db").display());
    copied(&mut place, &other, OF_SQLITE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_on_a_server_is_copied_under_row_level_security_and_comes_back() {
    let mut place = Installation::postgres().await;
    let other = Database::create().await;
    copied(&mut place, other.url(), OF_POSTGRES).await;
    // Row-level security is on again: without a scope there is nothing.
    let store = place.store().await;
    assert_eq!(store::testing::number(&store, "select count(*) from inventory_items", false).await.unwrap(), 0);
    let open = "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p')
      and n.nspname = 'public' and c.relname <> '_sqlx_migrations' and not (c.relrowsecurity and c.relforcerowsecurity)";
    assert_eq!(number(&store, open).await, 0);
    let triggers =
        "select tgname::text from pg_trigger where not tgisinternal and tgrelid = 'policy_versions'::regclass order by 1";
    assert_eq!(texts(&store, triggers).await, ["policy_versions_append_only", "policy_versions_no_truncate", "settings_wait"]);
    store.close().await;
    other.drop().await;
}

/// Runs a command without any setting.
async fn run(arguments: &[&str]) -> Ended {
    Program::run(binary(), arguments, &[], "").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_where_it_is_expected_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (from, to) = (format!("sqlite:{}", at("a.db")), format!("sqlite:{}", at("b.db")));
    went_well(&run(&["migrate", "--database", &from]).await);
    let copy = run(&["db", "backup", "--database", &from, &at("copy.db")]).await;
    went_well(&copy);
    assert!(copy.out.contains("a.db.key is not in it"), "{}", copy.out);
    let back = run(&["db", "restore", "--database", &to, &at("copy.db")]).await;
    went_well(&back);
    assert!(back.out.contains("b.db.key before anything else is started"), "{}", back.out);
    assert!(!Path::new(&at("b.db.key")).exists(), "none is made");
    std::fs::copy(at("a.db.key"), at("b.db.key")).unwrap();
    std::fs::remove_file(at("b.db")).unwrap();
    let back = run(&["db", "restore", "--database", &to, &at("copy.db")]).await;
    went_well(&back);
    assert!(back.out.contains("tenantatlas check"), "{}", back.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_is_asked_whether_it_is_ready() {
    let mut place = Installation::sqlite().await;
    place.set_up().await;
    let mut serve = place.start(&["serve", "--no-worker"]);
    let base = serve.ready().await;
    assert_eq!(Browserless::at(&base).page("/readyz").await.body, "ready\n");
    place.set("SERVER_LISTEN", base.strip_prefix("http://").unwrap());
    let asked = place.run(&["ready"], "").await;
    assert_eq!((asked.code, asked.out.trim()), (Some(0), "ready"), "{}", asked.err);
    let asked = place.run(&["ready", "--alive"], "").await;
    assert_eq!((asked.code, asked.out.trim()), (Some(0), "alive"), "{}", asked.err);
    let store = place.store().await;
    let newer = "insert into _sqlx_migrations select version + 1, 'contract of the future', installed_on, success, checksum, execution_time
        from _sqlx_migrations order by version desc limit 1";
    store::testing::execute(&store, newer).await.unwrap();
    store.close().await;
    refused(&place.run(&["ready"], "").await, "not ready: the database schema is none that");
    assert_eq!(place.run(&["ready", "--alive"], "").await.code, Some(0));
    serve.kill().await;
    refused(&place.run(&["ready"], "").await, "no process is to be asked");
}
