//! Taking over the database of an earlier installation, from a real PostgreSQL to both databases.

mod course;
mod crash;
mod numbers;
pub(crate) mod older;
mod rules;
mod twice;

use std::collections::BTreeMap;

use model::ids::UserId;
use model::user::User;
use secrecy::SecretString;
use sqlx::PgPool;
use store::access::SignedIn;
use store::{AdoptFrom, Adopted, AdoptionReport, Backend, StoreError};
use testkit::postgres::Database;
use testkit::stores::TestStore;
use uuid::Uuid;

use older::Size;

/// As large as an adoption is tested with at least: 5,000 rows of the older run tables.
pub(crate) const FULL: Size =
    Size { runs: 20_000, syncs: 3_000, group_syncs: 500, schedule_runs: 1_500, findings: 2_000, items: 10_000 };

/// The older database, filled.
pub(crate) async fn older_of(size: Size) -> Database {
    let database = Database::create().await;
    older::fill(database.url(), size).await;
    database
}

/// How the older database is adopted under a name.
pub(crate) fn named(url: &str, name: &str, dry_run: bool) -> AdoptFrom {
    AdoptFrom { url: SecretString::from(url.to_owned()), name: Some(name.to_owned()), dry_run }
}

pub(crate) async fn try_adopt(t: &TestStore, url: &str, name: &str, dry_run: bool) -> Result<Adopted, StoreError> {
    t.store.adoption().adopt(&t.operator, &named(url, name, dry_run)).await
}

pub(crate) async fn adopt(t: &TestStore, url: &str) -> AdoptionReport {
    try_adopt(t, url, "older", false).await.unwrap().report
}

/// Ids that a query answers with.
pub(crate) async fn ids(t: &TestStore, column: &str, rest: &str) -> Vec<Uuid> {
    let text = if t.store.backend() == Backend::Postgres { format!("{column}::text") } else { format!("lower(hex({column}))") };
    t.texts(&format!("select {text} from {rest}")).await.iter().map(|id| id.parse().unwrap()).collect()
}

/// Somebody of the older database, signed in.
pub(crate) async fn person(t: &TestStore, number: u64) -> SignedIn {
    let email = format!("person{number}@older.test");
    let id = ids(t, "id", &format!("users where email = '{email}'")).await[0];
    let user = User { id: UserId::from_uuid(id), email, name: format!("Person {number}") };
    let token = t.store.sessions().start(&user).await.unwrap();
    t.store.sessions().find(&token).await.unwrap().unwrap()
}

/// What the older database says, in one number.
pub(crate) async fn number(older: &Database, query: &'static str) -> i64 {
    let pool = PgPool::connect(older.url()).await.unwrap();
    let (number,): (i64,) = sqlx::query_as(query).fetch_one(&pool).await.unwrap();
    pool.close().await;
    number
}

/// What becomes of the references of rows 1 to `count` (see `older`): own run, mapped, and null by reason.
pub(crate) fn fates(count: u64) -> (u64, u64, BTreeMap<&'static str, u64>) {
    let (mut own, mut mapped, mut null) = (0, 0, BTreeMap::new());
    for n in 1..=count {
        let why = match (n % 5, n % 2) {
            (0, _) => {
                own += 1;
                continue;
            }
            (1, 1) => {
                mapped += 1;
                continue;
            }
            (1, _) => "the older run names no operation run",
            (2, _) => "the older run is of another tenant",
            (3, _) => "the older run is not there",
            _ => "the run is not here",
        };
        *null.entry(why).or_default() += 1;
    }
    (own, mapped, null)
}

/// Everything that an adoption wrote, in a form that can be compared: ids of rows, and the ledger.
pub(crate) async fn everything(t: &TestStore) -> BTreeMap<&'static str, Vec<String>> {
    const TABLES: [&str; 13] = [
        "users",
        "workspaces",
        "tenants",
        "provider_connections",
        "operation_runs",
        "schedules",
        "inventory_items",
        "policy_versions",
        "backup_sets",
        "restores",
        "findings",
        "directory_role_definitions",
        "adopted_records",
    ];
    let postgres = t.store.backend() == Backend::Postgres;
    let mut all = BTreeMap::new();
    for table in TABLES {
        let id = match table {
            "directory_role_definitions" => "object_id",
            "adopted_records" => "new_id",
            _ => "id",
        };
        let id = match (id, postgres) {
            ("object_id", _) => "object_id".to_owned(),
            (id, true) => format!("replace({id}::text, '-', '')"),
            (id, false) => format!("lower(hex({id}))"),
        };
        all.insert(table, t.texts(&format!("select {id} from {table} order by 1")).await);
    }
    let references = [
        ("fires", "select cast(count(*) as text) || ' ' || cast(count(run_id) as text) from schedule_fires"),
        ("seen", "select cast(count(last_seen_operation_run_id) as text) from inventory_items"),
        ("held", "select cast(sum(items) as text) || ' ' || cast(sum(missing) as text) from backup_sets"),
        ("members", "select cast(count(*) as text) from workspace_members"),
    ];
    for (name, query) in references {
        all.insert(name, t.texts(query).await);
    }
    all
}
