//! Opening a database from its URL.

use std::future::ready;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use model::time::{Clock, Moment};
use model::vault::Vault;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::access::{Access, Operator};
use crate::audit::Audit;
use crate::changes::Changes;
use crate::connections::Connections;
use crate::db::{Db, Pools, Result};
use crate::error::StoreError;
use crate::inventory::Inventory;
use crate::lock::{self, FileLock};
use crate::members::Members;
use crate::migrate::{self, Contracting, MigrationState};
use crate::notices::Notices;
use crate::policy_versions::PolicyVersions;
use crate::replica;
use crate::runs::{Queue, Runs};
use crate::sealed::Keyring;
use crate::sessions::Sessions;
use crate::settings::Settings;
use crate::tenants::Tenants;
use crate::users::Users;
use crate::workspaces::Workspaces;

/// How to open a database.
#[derive(Debug)]
pub struct Options {
    /// Whether this process runs workers or migrates: on SQLite it then holds the file's lock.
    pub exclusive: bool,
    /// Whether missing migrations are applied; else an older schema is an error.
    pub migrate: bool,
    /// Seals and opens secrets.
    pub keyring: Keyring,
    /// Tells the time in place of the database; tests only.
    pub clock: Option<Arc<dyn Clock>>,
    /// Connections to PostgreSQL, or readers of SQLite; at least 2.
    pub connections: u32,
    /// Where contents are, or are to be moved, beside the database.
    pub vault: Option<Arc<dyn Vault>>,
}

/// An opened database and the right to act as its operator.
#[derive(Debug)]
pub struct Opened {
    /// The database.
    pub store: Store,
    /// For the binary's own commands; never handed to request handlers.
    pub operator: Operator,
}

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// An embedded file.
    Sqlite,
    /// A server.
    Postgres,
}

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    db: Db,
    keyring: Keyring,
    vault: Option<Arc<dyn Vault>>,
    _lock: Option<FileLock>,
}

impl Store {
    /// Opens `sqlite:PATH` or `postgres://…` and, if asked, brings the schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] names what is wrong with the URL, the file or the folder; [`StoreError::NewerSchema`] and
    /// [`StoreError::OlderSchema`] speak of versions; [`StoreError::Database`] when the server cannot be reached.
    pub async fn open(url: &str, options: Options) -> Result<Opened> {
        let (pools, clock, lock) = if let Some(path) = url.strip_prefix("sqlite:") {
            let path = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
            sqlite(&path, &options).await?
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            postgres(url, &options).await?
        } else {
            return Err(StoreError::Unusable("the database URL must start with sqlite: or postgres://".to_owned()));
        };
        let state = match options.migrate {
            true => migrate::run(&pools, Contracting::Waits).await?,
            false => migrate::state(&pools).await?,
        };
        migrate::refuse_narrowed(state)?;
        if state.lacking {
            return Err(StoreError::OlderSchema { found: state.applied, known: state.known });
        }
        let db = Db { pools, clock, changes: Changes::default(), replica: replica::Slot::default() };
        let store = Self(Arc::new(Shared { db, keyring: options.keyring, vault: options.vault, _lock: lock }));
        Ok(Opened { store, operator: Operator(()) })
    }

    /// Which database it is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        if self.db().is_postgres() { Backend::Postgres } else { Backend::Sqlite }
    }

    /// Where the schema is.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn migration_state(&self) -> Result<MigrationState> {
        migrate::state(&self.db().pools).await
    }

    /// Applies migrations that take away what the version before uses: whoever asks for it knows that none of its processes is left.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] while a worker of another version than this one is seen.
    pub async fn contract(&self, _: &Operator, version: &'static str) -> Result<MigrationState> {
        migrate::run(&self.db().pools, Contracting::Done { version }).await
    }

    /// Hints that a run changed, in this process.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        &self.db().changes
    }

    /// The present moment by the clock that decides: the database's.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn now(&self) -> Result<Moment> {
        crate::dialect::now(self.db()).await
    }

    /// Closes all connections, so that a file can be removed.
    pub async fn close(&self) {
        if let Some(replica) = self.db().replica.get() {
            replica.close().await;
        }
        match &self.db().pools {
            Pools::Postgres(pool) => pool.close().await,
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn vault(&self) -> Option<&dyn Vault> {
        self.0.vault.as_deref()
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        &self.0.keyring
    }

    /// Scopes.
    #[must_use]
    pub const fn access(&self) -> Access<'_> {
        Access(self)
    }

    /// People.
    #[must_use]
    pub const fn users(&self) -> Users<'_> {
        Users(self)
    }

    /// Sessions.
    #[must_use]
    pub const fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// Workspaces.
    #[must_use]
    pub const fn workspaces(&self) -> Workspaces<'_> {
        Workspaces(self)
    }

    /// Memberships.
    #[must_use]
    pub const fn members(&self) -> Members<'_> {
        Members(self)
    }

    /// Tenants.
    #[must_use]
    pub const fn tenants(&self) -> Tenants<'_> {
        Tenants(self)
    }

    /// Provider connections.
    #[must_use]
    pub const fn connections(&self) -> Connections<'_> {
        Connections(self)
    }

    /// Operation runs, for people.
    #[must_use]
    pub const fn runs(&self) -> Runs<'_> {
        Runs(self)
    }

    /// Operation runs, for workers.
    #[must_use]
    pub const fn queue(&self) -> Queue<'_> {
        Queue(self)
    }

    /// Inventory.
    #[must_use]
    pub const fn inventory(&self) -> Inventory<'_> {
        Inventory(self)
    }

    /// Versions of policies.
    #[must_use]
    pub const fn policy_versions(&self) -> PolicyVersions<'_> {
        PolicyVersions(self)
    }

    /// Notices.
    #[must_use]
    pub const fn notices(&self) -> Notices<'_> {
        Notices(self)
    }

    /// What workspaces, tenants and people chose.
    #[must_use]
    pub const fn settings(&self) -> Settings<'_> {
        Settings(self)
    }

    /// The audit trail.
    #[must_use]
    pub const fn audit(&self) -> Audit<'_> {
        Audit(self)
    }
}

type Parts = (Pools, Option<Arc<dyn Clock>>, Option<FileLock>);

async fn sqlite(path: &std::path::Path, options: &Options) -> Result<Parts> {
    if path.as_os_str().is_empty() {
        return Err(StoreError::Unusable("the database URL names no file: use sqlite:PATH".to_owned()));
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        return Err(StoreError::Unusable(format!("the folder of the database {} does not exist", path.display())));
    }
    let create = options.exclusive && options.migrate;
    if !create && !path.exists() {
        return Err(StoreError::Unusable(format!("the database {} does not exist", path.display())));
    }
    let lock = if options.exclusive { Some(lock::acquire(path)?) } else { None };
    let base = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .journal_mode(SqliteJournalMode::Wal)
        // A run whose link was shown must survive a power cut.
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", "67108864");
    let unusable = |error: sqlx::Error| {
        let why = match error.as_database_error().and_then(|e| e.code()).as_deref() {
            Some("26") => "it is no SQLite database".to_owned(),
            Some("14") => "it is no file, or may not be read or written".to_owned(),
            Some("8" | "1032") => "it, or its folder, is read-only".to_owned(),
            _ => StoreError::from(error).to_string(),
        };
        StoreError::Unusable(format!("cannot open the database {}: {why}", path.display()))
    };
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(ready(Ok(is_clean(connection)))))
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(base.clone().create_if_missing(create))
        .await
        .map_err(unusable)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.connections.max(2))
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(ready(Ok(is_clean(connection)))))
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(base.pragma("query_only", "on"))
        .await
        .map_err(unusable)?;
    let clock = match &options.clock {
        Some(clock) => Arc::clone(clock),
        None => Arc::new(crate::dialect::MonotonicClock::start(&readers).await?),
    };
    Ok((Pools::Sqlite { readers, writer }, Some(clock), lock))
}

/// Whether the connection believes to be outside of any transaction. Where SQLite itself rolls one back (the disk is full, a read or
/// write fails), the connection goes on believing to be inside of it, and refuses every later one: the pool then opens another.
fn is_clean(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

/// A connection that idled for less is taken to be alive.
const TRUSTED: Duration = Duration::from_secs(2);
/// How long a PostgreSQL server may take to let the first connection in.
const FIRST_ANSWER: Duration = Duration::from_secs(10);

async fn postgres(url: &str, options: &Options) -> Result<Parts> {
    let connect: PgConnectOptions =
        url.parse().map_err(|_| StoreError::Unusable("the PostgreSQL URL cannot be read".to_owned()))?;
    let connect = connect
        .application_name("tenantatlas")
        // Transactions here are short: one that idles belongs to a process that is frozen or gone, and holds the rows of a run
        // that another worker is to take over.
        .options([("idle_in_transaction_session_timeout", "10000"), ("statement_timeout", "60000")]);
    // A pool goes on trying to reach a server that refuses; whoever starts the program wants to know at once.
    let first = tokio::time::timeout(FIRST_ANSWER, connect.connect()).await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
    // Closing politely is a courtesy to the server; it notices either way.
    let _ = first.map_err(refused)?.close().await;
    let pool = PgPoolOptions::new()
        .max_connections(options.connections.max(2))
        .acquire_timeout(Duration::from_secs(30))
        // A connection that was used just now is not asked whether it still lives: a round trip less for each transaction.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move { Ok(about.idle_for < TRUSTED || connection.ping().await.is_ok()) })
        })
        .connect_with(connect)
        .await
        .map_err(refused)?;
    Ok((Pools::Postgres(pool), options.clock.clone(), None))
}

/// Why a server does not let us in, in words of ours: its own name the role and the database.
pub(crate) fn refused(error: sqlx::Error) -> StoreError {
    let why = match error.as_database_error().and_then(|e| e.code()).as_deref() {
        Some("28P01" | "28000") => "it refuses the role or its password",
        Some("3D000") => "the database that the URL names does not exist",
        Some("53300") => "it has no connection left",
        Some("57P03") => "it is starting up or shutting down",
        _ if matches!(error, sqlx::Error::PoolTimedOut) => "it could not be reached in time",
        _ => return error.into(),
    };
    StoreError::Unusable(format!("cannot use the PostgreSQL server: {why}"))
}
