//! Whole databases: copies of an embedded one, made while it is in use, and put where there is none yet. Of a server it is only told
//! whether there is room: copies of it are made with its own tools.
//!
//! A copy holds what the database holds, sealed secrets too, and none of the keys that open them.

mod new_file;

use std::path::Path;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::io::AsyncWriteExt as _;

pub use new_file::NewFile;
use new_file::{beside, refuse_taken, unwritable};

use crate::db::Result;
use crate::error::StoreError;
use crate::lock;
use crate::migrate::{self, MigrationState};

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WholeCopy {
    /// Newest migration that had been applied to it.
    pub schema: i64,
    /// Size of the file.
    pub bytes: u64,
}

/// Copies an embedded database as it is at one moment, beside processes that use it, and checks the copy. It is the owner's alone to
/// read. An unfinished one has another name, `….part`.
///
/// # Errors
/// [`StoreError::Unusable`] when there is such a file already, when the database is none of ours, or when the copy is damaged.
pub async fn back_up(database: &Path, to: &Path) -> Result<WholeCopy> {
    let mut from = open(database, false).await?;
    schema(&mut from, database).await?;
    let file = NewFile::claim(to)?;
    let part = file.part();
    let text = part.to_str().ok_or_else(|| StoreError::Unusable(format!("{} is no name in UTF-8", part.display())))?;
    sqlx::query("vacuum into $1").bind(text).execute(&mut from).await?;
    from.close().await?;
    let schema = check(part).await?.applied;
    Ok(WholeCopy { schema, bytes: file.settle()? })
}

/// Puts a copy where no database is yet; nobody may open it meanwhile.
///
/// # Errors
/// [`StoreError::Unusable`] when there is a database already or another process has its place locked, and when the copy is damaged or
/// none of ours; [`StoreError::NewerSchema`] when a newer version made it that this one cannot stand beside.
pub async fn put_back(copy: &Path, database: &Path) -> Result<WholeCopy> {
    if beside(copy, "-wal").symlink_metadata().is_ok_and(|journal| journal.len() > 0) {
        let words = format!("{} has a journal beside it: it is a database, and no copy of one", copy.display());
        return Err(StoreError::Unusable(words));
    }
    migrate::refuse_narrowed(check(copy).await?)?;
    let _lock = lock::acquire(database)?;
    for end in ["-wal", "-shm", "-journal"] {
        refuse_taken(&beside(database, end))?;
    }
    let file = NewFile::claim(database)?;
    // Who may read the copy does not matter: what it becomes is the owner's alone.
    let copied = async {
        let mut from = tokio::fs::File::open(copy).await?;
        let mut to = tokio::fs::OpenOptions::new().write(true).open(file.part()).await?;
        tokio::io::copy(&mut from, &mut to).await?;
        to.flush().await
    };
    copied.await.map_err(|error| unwritable(file.part(), &error))?;
    let schema = check(file.part()).await?.applied;
    Ok(WholeCopy { schema, bytes: file.settle()? })
}

/// Whether a database of a server has no tables, or whatever else could be in the way.
///
/// # Errors
/// When it cannot be reached or asked.
pub async fn is_bare(url: &str) -> Result<bool> {
    let options: PgConnectOptions =
        url.parse().map_err(|_| StoreError::Unusable("the PostgreSQL URL cannot be read".to_owned()))?;
    let mut connection = options.connect().await?;
    let query = "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'";
    let (things,): (i64,) = sqlx::query_as(query).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(things == 0)
}

/// Reads a whole database and every reference in it.
async fn check(file: &Path) -> Result<MigrationState> {
    let mut connection = open(file, true).await?;
    let state = schema(&mut connection, file).await?;
    let damaged = || StoreError::Unusable(format!("{} is damaged", file.display()));
    let told: Vec<(String,)> =
        sqlx::query_as("pragma integrity_check(1)").fetch_all(&mut connection).await.map_err(|_| damaged())?;
    let lost = sqlx::query("pragma foreign_key_check").fetch_all(&mut connection).await.map_err(|_| damaged())?;
    connection.close().await?;
    if told != [("ok".to_owned(),)] || !lost.is_empty() {
        return Err(damaged());
    }
    Ok(state)
}

async fn schema(connection: &mut SqliteConnection, file: &Path) -> Result<MigrationState> {
    migrate::state_of(connection).await.ok().filter(|state| state.applied > 0).ok_or_else(|| foreign(file))
}

async fn open(file: &Path, alone: bool) -> Result<SqliteConnection> {
    if !file.is_file() {
        return Err(StoreError::Unusable(format!("there is no file {}", file.display())));
    }
    // What nobody writes to is read without a journal beside it.
    let options =
        SqliteConnectOptions::new().filename(file).read_only(alone).immutable(alone).busy_timeout(Duration::from_secs(10));
    options.connect().await.map_err(|_| foreign(file))
}

fn foreign(file: &Path) -> StoreError {
    StoreError::Unusable(format!("{} is no database of TenantAtlas, or cannot be read", file.display()))
}
