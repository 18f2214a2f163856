//! Numbered migrations, the same numbers and names on both databases.

use sqlx::migrate::Migrator;

use crate::db::{Pools, Result};
use crate::error::StoreError;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Where the schema is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MigrationState {
    /// Newest migration that was applied; 0 for an empty database.
    pub applied: i64,
    /// Newest migration that this binary has.
    pub known: i64,
}

fn migrator(pools: &Pools) -> &'static Migrator {
    match pools {
        Pools::Postgres(_) => &POSTGRES,
        Pools::Sqlite { .. } => &SQLITE,
    }
}

/// Reads where the schema is.
pub(crate) async fn state(pools: &Pools) -> Result<MigrationState> {
    let known = migrator(pools).iter().map(|m| m.version).max().unwrap_or(0);
    let newest = "select cast(coalesce(max(version), 0) as bigint) from _sqlx_migrations where success";
    let applied = match pools {
        Pools::Postgres(pool) => {
            let (exists,): (bool,) = sqlx::query_as("select to_regclass('_sqlx_migrations') is not null").fetch_one(pool).await?;
            if exists { sqlx::query_as::<_, (i64,)>(newest).fetch_one(pool).await?.0 } else { 0 }
        }
        Pools::Sqlite { readers, .. } => {
            let tables = "select count(*) from sqlite_master where type = 'table' and name = '_sqlx_migrations'";
            let (tables,): (i64,) = sqlx::query_as(tables).fetch_one(readers).await?;
            if tables > 0 { sqlx::query_as::<_, (i64,)>(newest).fetch_one(readers).await?.0 } else { 0 }
        }
    };
    Ok(MigrationState { applied, known })
}

/// Applies what is missing. Safe when several processes start at once: PostgreSQL serialises them by an advisory lock.
pub(crate) async fn run(pools: &Pools) -> Result<MigrationState> {
    let before = state(pools).await?;
    refuse_newer(before)?;
    let done = match pools {
        Pools::Postgres(pool) => POSTGRES.run(pool).await,
        Pools::Sqlite { writer, .. } => SQLITE.run(writer).await,
    };
    done.map_err(|error| StoreError::Database { kind: "migration".to_owned(), source: Box::new(error) })?;
    state(pools).await
}

/// Refuses a database that a newer binary wrote.
pub(crate) const fn refuse_newer(state: MigrationState) -> Result<()> {
    if state.applied > state.known {
        return Err(StoreError::NewerSchema { found: state.applied, known: state.known });
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
