//! Numbered migrations, the same numbers and names on both databases.
//!
//! Versions of the product stand side by side on one database while they are exchanged: a process serves a schema to which a newer
//! version added something, and refuses one from which it took something away (`step`). What takes away is applied only when somebody
//! says that no older process is left, and not while a worker of another version is seen.

mod step;

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::AssertSqlSafe;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnection;

use crate::bind::DbTime;
use crate::db::{Pools, Result};
use crate::error::StoreError;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// A worker that was not seen for so long is gone.
const GONE: Duration = Duration::from_secs(300);

/// Where the schema is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MigrationState {
    /// Newest migration that was applied; 0 for an empty database.
    pub applied: i64,
    /// Newest migration that this binary has.
    pub known: i64,
    /// Whether something is missing that this binary needs.
    pub lacking: bool,
    /// Whether a newer version took something away, or did what this one cannot know.
    pub narrowed: bool,
    /// Migrations of this binary that take something away and were not applied yet.
    pub waiting: usize,
}

impl MigrationState {
    /// Whether this binary can work with it.
    #[must_use]
    pub const fn is_served(self) -> bool {
        !self.lacking && !self.narrowed
    }
}

/// What happens to migrations that take away what the version before uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contracting {
    /// They wait.
    Waits,
    /// They are applied: somebody says that no older process is left, and no worker of another version than this one is seen.
    Done {
        /// The version of the product.
        version: &'static str,
    },
}

const APPLIED: &str = "select version, description from _sqlx_migrations where success order by version";

/// Compares what was applied with what this binary has.
fn compare(applied: &BTreeMap<i64, String>, migrator: &Migrator) -> MigrationState {
    let known = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
    let mut state = MigrationState {
        applied: applied.keys().next_back().copied().unwrap_or(0),
        known,
        lacking: false,
        narrowed: applied.range(known + 1..).any(|(_, description)| !description.starts_with(step::EXPAND)),
        waiting: 0,
    };
    for migration in migrator.iter().filter(|migration| !applied.contains_key(&migration.version)) {
        if step::contracts(migration) {
            state.waiting += 1;
        } else {
            state.lacking = true;
        }
    }
    state
}

/// Reads where the schema is.
pub(crate) async fn state(pools: &Pools) -> Result<MigrationState> {
    match pools {
        Pools::Postgres(pool) => {
            let (exists,): (bool,) = sqlx::query_as("select to_regclass('_sqlx_migrations') is not null").fetch_one(pool).await?;
            let rows: Vec<(i64, String)> = if exists { sqlx::query_as(APPLIED).fetch_all(pool).await? } else { Vec::new() };
            Ok(compare(&rows.into_iter().collect(), &POSTGRES))
        }
        Pools::Sqlite { readers, .. } => state_of(&mut *readers.acquire().await?).await,
    }
}

/// As [`state`], of one connection to an embedded database.
pub(crate) async fn state_of(connection: &mut SqliteConnection) -> Result<MigrationState> {
    let tables = "select count(*) from sqlite_master where type = 'table' and name = '_sqlx_migrations'";
    let (tables,): (i64,) = sqlx::query_as(tables).fetch_one(&mut *connection).await?;
    let rows: Vec<(i64, String)> = if tables > 0 { sqlx::query_as(APPLIED).fetch_all(connection).await? } else { Vec::new() };
    Ok(compare(&rows.into_iter().collect(), &SQLITE))
}

/// Applies what is missing. Safe when several processes start at once: PostgreSQL serialises them by an advisory lock.
pub(crate) async fn run(pools: &Pools, contracting: Contracting) -> Result<MigrationState> {
    let before = state(pools).await?;
    refuse_narrowed(before)?;
    if let Contracting::Done { version } = contracting
        && before.waiting > 0
    {
        refuse_beside_others(pools, version).await?;
    }
    let contract = contracting != Contracting::Waits;
    let done = match pools {
        Pools::Postgres(pool) => step::chosen(&POSTGRES, contract).run(pool).await,
        Pools::Sqlite { writer, .. } => step::chosen(&SQLITE, contract).run(writer).await,
    };
    done.map_err(|error| StoreError::Database { kind: "migration".to_owned(), source: Box::new(error) })?;
    state(pools).await
}

/// Refuses a database from which a newer binary took something away.
pub(crate) const fn refuse_narrowed(state: MigrationState) -> Result<()> {
    if state.narrowed {
        return Err(StoreError::NewerSchema { found: state.applied, known: state.known });
    }
    Ok(())
}

/// Refuses while a worker of another version was seen lately. Processes that only serve pages are in no list.
async fn refuse_beside_others(pools: &Pools, version: &str) -> Result<()> {
    const OTHERS: &str = "select seen_at from workers where stopped_at is null and version <> $1 order by seen_at desc limit 1";
    let (seen, now): (Option<(DbTime,)>, (DbTime,)) = match pools {
        Pools::Postgres(pool) => {
            // The list is the installation's.
            let mut tx = pool.begin_with(AssertSqlSafe("begin; set local app.system = 'on'".to_owned())).await?;
            let seen = sqlx::query_as(OTHERS).bind(version).fetch_optional(&mut *tx).await?;
            let now = sqlx::query_as("select clock_timestamp()").fetch_one(&mut *tx).await?;
            (seen, now)
        }
        // An embedded database serves one process, and this one has it.
        Pools::Sqlite { .. } => return Ok(()),
    };
    let alive = seen.is_some_and(|(seen,)| seen.0 > now.0.0.minus(GONE));
    if alive {
        let words = "a worker of another version was seen within the last five minutes; what it uses is not taken away";
        return Err(StoreError::Unusable(words.to_owned()));
    }
    Ok(())
}

/// Names the schema that this binary makes on PostgreSQL.
#[cfg(feature = "testing")]
pub(crate) fn fingerprint() -> String {
    let mut hash = blake3::Hasher::new();
    for migration in POSTGRES.iter() {
        hash.update(&migration.checksum);
    }
    hash.finalize().to_hex()[..16].to_owned()
}
