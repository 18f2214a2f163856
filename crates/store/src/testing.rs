//! Raw SQL for tests, on either database. No normal dependency edge may enable this feature.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use sqlx::AssertSqlSafe;

use crate::db::{Pools, Result};
use crate::open::Store;

/// Runs statements that change something. On PostgreSQL as the connection's own role, with `app.system` on.
///
/// # Errors
/// When the database refuses.
pub async fn execute(store: &Store, text: &str) -> Result<()> {
    match &store.db().pools {
        Pools::Postgres(pool) => {
            let mut tx = pool.begin_with(AssertSqlSafe("begin; set local app.system = 'on'".to_owned())).await?;
            sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(&mut *tx).await?;
            tx.commit().await?;
        }
        Pools::Sqlite { writer, .. } => {
            sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(writer).await?;
        }
    }
    Ok(())
}

/// What the databases do by themselves some minutes after many rows were written: statistics and, on PostgreSQL, which pages every
/// transaction sees.
///
/// # Errors
/// When the database refuses.
pub async fn settle(store: &Store) -> Result<()> {
    match &store.db().pools {
        // No transaction may be open around it. It passes over what this role does not own.
        Pools::Postgres(pool) => _ = sqlx::raw_sql("vacuum analyze").execute(pool).await?,
        Pools::Sqlite { writer, .. } => _ = sqlx::raw_sql("analyze").execute(writer).await?,
    }
    Ok(())
}

/// The number that a query answers with. `system`: whether row-level security is lifted on PostgreSQL.
///
/// # Errors
/// When the database refuses or answers with something else.
pub async fn number(store: &Store, text: &str, system: bool) -> Result<i64> {
    match &store.db().pools {
        Pools::Postgres(pool) => {
            let begin = if system { "begin; set local app.system = 'on'" } else { "begin" };
            let mut tx = pool.begin_with(begin).await?;
            Ok(sqlx::query_as::<_, (i64,)>(AssertSqlSafe(text.to_owned())).fetch_one(&mut *tx).await?.0)
        }
        Pools::Sqlite { readers, .. } => {
            Ok(sqlx::query_as::<_, (i64,)>(AssertSqlSafe(text.to_owned())).fetch_one(readers).await?.0)
        }
    }
}

/// The texts that a query answers with: its one column, row by row. `system` as for [`number`].
///
/// # Errors
/// When the database refuses or answers with something else.
pub async fn texts(store: &Store, text: &str, system: bool) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = match &store.db().pools {
        Pools::Postgres(pool) => {
            let begin = if system { "begin; set local app.system = 'on'" } else { "begin" };
            let mut tx = pool.begin_with(begin).await?;
            sqlx::query_as(AssertSqlSafe(text.to_owned())).fetch_all(&mut *tx).await?
        }
        Pools::Sqlite { readers, .. } => sqlx::query_as(AssertSqlSafe(text.to_owned())).fetch_all(readers).await?,
    };
    Ok(rows.into_iter().map(|(text,)| text).collect())
}

/// Transactions of this process that wrote and were committed, by the reason why they are not audited.
static COMMITS: Mutex<BTreeMap<&'static str, u64>> = Mutex::new(BTreeMap::new());
/// At which commit, the words in its reason, and whom to tell.
type Stop = (u64, String, fn(u64));

/// Where a task of this process goes no further.
static STOP: OnceLock<Stop> = OnceLock::new();

fn sum(counts: &BTreeMap<&'static str, u64>, of: &str) -> u64 {
    counts.iter().filter(|(reason, _)| reason.contains(of)).map(|(_, count)| count).sum()
}

/// How many transactions this process has committed that wrote something, of reasons with these words in them.
#[must_use]
pub fn commits(of: &str) -> u64 {
    sum(&COMMITS.lock().unwrap_or_else(PoisonError::into_inner), of)
}

/// The task that makes the `n`-th commit of this process with these words in its reason goes no further: `tell` is called with the number, and
/// whoever hears of it may kill the process between that commit and whatever would have come next. Only the first call counts.
pub fn stop_at_commit(n: u64, of: &str, tell: fn(u64)) {
    STOP.get_or_init(|| (n, of.to_owned(), tell));
}

/// A transaction was committed.
pub(crate) async fn committed(reason: &'static str) {
    let reached = {
        let mut counts = COMMITS.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(reason).or_default() += 1;
        STOP.get().filter(|(n, of, _)| reason.contains(of.as_str()) && sum(&counts, of) == *n)
    };
    if let Some((n, _, tell)) = reached {
        tell(*n);
        std::future::pending::<()>().await;
    }
}

/// A transaction on PostgreSQL that does nothing and stays open.
#[derive(Debug)]
pub struct OpenTransaction(sqlx::Transaction<'static, sqlx::Postgres>);

impl OpenTransaction {
    /// Begins one at that isolation level and asks one thing in it; from `repeatable read` on it keeps its snapshot.
    ///
    /// # Errors
    /// When the database refuses, also because it is no PostgreSQL.
    pub async fn begin(store: &Store, isolation: &str) -> Result<Self> {
        let Pools::Postgres(pool) = &store.db().pools else {
            return Err(crate::StoreError::Corrupt("only PostgreSQL tells of open transactions"));
        };
        let mut tx = pool.begin_with(AssertSqlSafe(format!("begin isolation level {isolation}"))).await?;
        sqlx::raw_sql(AssertSqlSafe("select 1".to_owned())).execute(&mut *tx).await?;
        Ok(Self(tx))
    }

    /// Ends it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end(self) -> Result<()> {
        Ok(self.0.rollback().await?)
    }
}

/// An id as a literal of a statement.
#[must_use]
pub fn literal(store: &Store, id: uuid::Uuid) -> String {
    if store.db().is_postgres() { format!("'{id}'::uuid") } else { format!("x'{}'", id.simple()) }
}

/// Creates an empty database on the server and returns its URL.
///
/// # Errors
/// When the server refuses.
pub async fn create_database(server: &str) -> Result<String> {
    let name = format!("t_{}", model::ids::RunId::generate().uuid().simple());
    server_command(server, format!("create database {name}")).await?;
    let (head, _) = server.rsplit_once('/').unwrap_or((server, ""));
    Ok(format!("{head}/{name}"))
}

/// Creates a database with today's schema on the server and returns its URL. It is a copy of one that is migrated once per server
/// (`schema_…`, which stays there), so that each test does not wait for the migrations again.
///
/// # Errors
/// When the server refuses.
pub async fn create_migrated_database(server: &str) -> Result<String> {
    use sqlx::{ConnectOptions as _, Connection as _};
    let (head, _) = server.rsplit_once('/').unwrap_or((server, ""));
    let schema = format!("schema_{}", crate::migrate::fingerprint());
    let options: sqlx::postgres::PgConnectOptions = server.parse()?;
    let mut connection = options.connect().await?;
    let known = "select count(*) from pg_database where datname = $1";
    let mut waited = false;
    while sqlx::query_as::<_, (i64,)>(known).bind(&schema).fetch_one(&mut connection).await?.0 == 0 {
        if !waited {
            // Of the test processes that begin at once, one makes it; the others wait here and look again.
            sqlx::raw_sql("select pg_advisory_lock(7046)").execute(&mut connection).await?;
            waited = true;
            continue;
        }
        for text in [format!("drop database if exists {schema}_new"), format!("create database {schema}_new")] {
            sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
        }
        let keyring = crate::sealed::Keyring::new([&[0; crate::sealed::KEY_LEN][..]])?;
        let options = crate::Options { exclusive: true, migrate: true, keyring, clock: None, connections: 2, vault: None };
        Store::open(&format!("{head}/{schema}_new"), options).await?.store.close().await;
        let rename = format!("alter database {schema}_new rename to {schema}");
        sqlx::raw_sql(AssertSqlSafe(rename)).execute(&mut connection).await?;
    }
    let name = format!("t_{}", model::ids::RunId::generate().uuid().simple());
    if waited {
        sqlx::raw_sql("select pg_advisory_unlock(7046)").execute(&mut connection).await?;
    }
    let copy = format!("create database {name} template {schema}");
    sqlx::raw_sql(AssertSqlSafe(copy)).execute(&mut connection).await?;
    connection.close().await?;
    Ok(format!("{head}/{name}"))
}

/// Creates a database with everything that another one on the server has, and returns its URL. Nobody may be connected to that one.
///
/// # Errors
/// When the server refuses.
pub async fn copy_database(server: &str, url: &str) -> Result<String> {
    let (name, (_, template)) =
        (format!("t_{}", model::ids::RunId::generate().uuid().simple()), url.rsplit_once('/').unwrap_or(("", url)));
    server_command(server, format!("create database {name} template {template}")).await?;
    let (head, _) = server.rsplit_once('/').unwrap_or((server, ""));
    Ok(format!("{head}/{name}"))
}

/// Removes a database. Connections of the same role that are still open are ended.
///
/// # Errors
/// When the server refuses.
pub async fn drop_database(server: &str, url: &str) -> Result<()> {
    let (_, name) = url.rsplit_once('/').unwrap_or(("", url));
    // Not `with (force)`: it may not end a vacuum worker, which is the server's own, and fails then; a plain drop waits for it.
    let end =
        format!("select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and datname = '{name}'");
    server_command(server, end).await?;
    server_command(server, format!("drop database if exists {name}")).await
}

/// Runs statements on the PostgreSQL database behind that URL, whatever it holds.
///
/// # Errors
/// When the server refuses.
pub async fn run_on(url: &str, text: &str) -> Result<()> {
    server_command(url, text.to_owned()).await
}

async fn server_command(server: &str, text: String) -> Result<()> {
    use sqlx::{ConnectOptions as _, Connection as _};
    let options: sqlx::postgres::PgConnectOptions = server.parse()?;
    let mut connection = options.connect().await?;
    sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Has the replica that the store follows stop replaying, or go on.
///
/// # Errors
/// When there is none, or it cannot be asked.
pub async fn replay(store: &Store, on: bool) -> Result<()> {
    let replica = store.db().replica.get().ok_or(sqlx::Error::PoolClosed)?;
    let what = if on { "select pg_wal_replay_resume()" } else { "select pg_wal_replay_pause()" };
    Ok(replica.tell(what).await?)
}
