//! Upgrades: processes of two versions on one database.

use std::path::PathBuf;

use model::ids::TenantId;
use store::Store;
use testkit::browserless::Browserless;
use testkit::process::Program;

use crate::installation::{Installation, Tenants, assert_whole, binary, ended, sync_now, texts};

const TABLES: &str = "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname = 'public' and c.relname <> '_sqlx_migrations' order by 1";

/// Notes a migration that no version of today has.
async fn note(store: &Store, version: i64, name: &str) {
    let text = format!(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values ({version}, '{name}', true, '\\x00', 0)"
    );
    store::testing::execute(store, &text).await.unwrap();
}

/// What a newer version may do at most while processes of this one work: columns with a default in every table, and a table.
async fn expand(store: &Store) {
    for table in texts(store, TABLES).await {
        let column = format!("alter table {table} add column of_the_future text not null default 'later'");
        store::testing::execute(store, &column).await.unwrap();
    }
    store::testing::execute(store, "create table of_the_future (id uuid primary key)").await.unwrap();
    note(store, 9001, "expand everything").await;
}

async fn syncs(owner: &Browserless, tenant: TenantId) {
    let run = sync_now(owner, tenant).await;
    assert_eq!(ended(owner, &run).await, "Completed Succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_go_on_and_start_on_a_schema_to_which_a_newer_version_added() {
    let graph = Tenants::invented(1, 20).await;
    let mut place = Installation::postgres().await;
    place.graph(graph.base());
    place.set_up().await;
    let tenant = place.add_tenant("Contoso", graph.ids[0]).await;
    let mut pages = place.start(&["serve", "--no-worker", "--metrics-listen", "127.0.0.1:0"]);
    let mut worker = place.start(&["worker", "--slots", "2"]);
    let owner = place.owner_at(&pages.ready().await).await;
    syncs(&owner, tenant).await;

    let store = place.store().await;
    expand(&store).await;
    syncs(&owner, tenant).await;
    worker.kill().await;
    // A pod that is moved meanwhile comes back.
    let mut worker = place.start(&["worker", "--slots", "2"]);
    let mut second = place.start(&["serve", "--no-worker"]);
    let owner = place.owner_at(&second.ready().await).await;
    syncs(&owner, tenant).await;
    assert_whole(&store, graph.objects()).await;
    let migrated = place.run(&["migrate"], "").await;
    assert!(migrated.code == Some(0) && migrated.out.contains("at 9001 of "), "{}{}", migrated.out, migrated.err);

    note(&store, 9002, "contract everything").await;
    for command in [&["worker"][..], &["serve"], &["migrate"], &["check"]] {
        let refused = place.run(command, "").await;
        assert_eq!(refused.code, Some(1), "{command:?}");
        assert!(refused.err.contains("the database schema is newer"), "{command:?}: {}", refused.err);
    }
    store.close().await;
    for process in [&mut pages, &mut worker, &mut second] {
        process.kill().await;
    }
    place.remove().await;
}

/// The program of the release before, where there is one.
fn previous() -> Option<PathBuf> {
    let found = std::env::var_os("TENANTATLAS_TEST_PREVIOUS").map(PathBuf::from).filter(|path| path.is_file());
    if found.is_none() {
        println!(
            "SKIPPED: the_release_before_works_beside_this_one: TENANTATLAS_TEST_PREVIOUS names no program of an earlier release"
        );
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn the_release_before_works_beside_this_one() {
    let Some(previous) = previous() else { return };
    let graph = Tenants::invented(1, 20).await;
    let mut place = Installation::postgres().await;
    place.graph(graph.base());
    // All of it as the release before makes it.
    let migrated = Program::run(&previous, &["migrate"], place.settings(), "").await;
    assert_eq!(migrated.code, Some(0), "{}{}", migrated.out, migrated.err);
    let mut old_pages = Program::start(&previous, &["serve", "--no-worker"], place.settings());
    let old_base = old_pages.ready().await;
    let mut old_worker = Program::start(&previous, &["worker", "--slots", "1"], place.settings());
    old_worker.line("its name", |line| line.strip_prefix("Working as ").map(drop)).await;

    place.set_up().await;
    let tenant = place.add_tenant("Contoso", graph.ids[0]).await;
    let mut pages = place.start(&["serve", "--no-worker"]);
    let (old_owner, owner) = (place.owner_at(&old_base).await, place.owner_at(&pages.ready().await).await);
    // The worker of before does what the pages of both ask for, then that of today does.
    syncs(&old_owner, tenant).await;
    syncs(&owner, tenant).await;
    old_worker.kill().await;
    let mut worker = Program::start(binary(), &["worker", "--slots", "1"], place.settings());
    syncs(&old_owner, tenant).await;
    syncs(&owner, tenant).await;
    let store = place.store().await;
    assert_whole(&store, graph.objects()).await;
    store.close().await;
    for process in [&mut old_pages, &mut pages, &mut worker] {
        process.kill().await;
    }
    place.remove().await;
}
