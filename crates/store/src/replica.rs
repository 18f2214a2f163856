//! A replica of the PostgreSQL database: pages that may be a moment old are read there.
//!
//! What holds:
//! - Only what runs inside of [`aside`] is read there, and of that only reads of a workspace or a tenant: who somebody is and what they
//!   may see is always read where it is written, so that a right that was taken away is gone at once.
//! - Nothing that is read there is older than [`MOST_BEHIND`]: the replica has to have replayed what the database had written by then.
//! - A replica that lags, is away or belongs to another database is not asked.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use model::metric::REPLICA_PAGES;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool, Postgres, Transaction};

use crate::db::Result;
use crate::error::StoreError;
use crate::open::Store;
use crate::reach::Reach;

mod watch;

pub use watch::{ReplicaState, ReplicaWatch};

/// How old at most what a replica is asked for may be.
pub const MOST_BEHIND: Duration = Duration::from_secs(2);
/// How often it is looked at.
const LOOKS: Duration = Duration::from_millis(500);
/// A replica that was not looked at for so long is not asked.
const FORGOTTEN: Duration = Duration::from_secs(3);
/// How long a page waits for a connection to it before it goes to the database itself.
const PATIENCE: Duration = Duration::from_secs(2);

tokio::task_local! {
    /// Set where reads may come from a replica; true once one did.
    static ASIDE: Arc<AtomicBool>;
}

/// Does that work so that its reads may come from a replica; with whether one did.
pub async fn aside<F: Future>(work: F) -> (F::Output, bool) {
    let used = Arc::new(AtomicBool::new(false));
    let output = ASIDE.scope(Arc::clone(&used), work).await;
    let used = used.load(Ordering::Relaxed);
    metrics::counter!(REPLICA_PAGES.name, "from" => if used { "replica" } else { "database" }).increment(1);
    (output, used)
}

/// A replica that may be asked.
#[derive(Debug)]
pub(crate) struct Replica {
    pool: PgPool,
    begun: Instant,
    /// Milliseconds from `begun` to the look that found that it keeps up; 0: it does not.
    kept_up: AtomicU64,
}

/// Where a replica is kept once there is one.
pub(crate) type Slot = Arc<OnceLock<Replica>>;

impl Replica {
    /// Runs a statement there.
    #[cfg(feature = "testing")]
    pub(crate) async fn tell(&self, what: &'static str) -> sqlx::Result<()> {
        sqlx::query(what).execute(&self.pool).await.map(drop)
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    fn keeps_up(&self) -> bool {
        let at = Duration::from_millis(self.kept_up.load(Ordering::Relaxed));
        !at.is_zero() && self.begun.elapsed().saturating_sub(at) < FORGOTTEN
    }

    fn found(&self, keeps_up: bool) {
        let at = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        self.kept_up.store(if keeps_up { at } else { 0 }, Ordering::Relaxed);
    }

    /// A transaction there, where the work at hand may read there.
    pub(crate) async fn begin(&self, reach: &Reach) -> Option<Transaction<'static, Postgres>> {
        let used = ASIDE.try_with(Arc::clone).ok().filter(|_| reach.is_of_a_workspace() && self.keeps_up())?;
        match self.pool.begin_with(AssertSqlSafe(reach.begin(false))).await {
            Ok(transaction) => {
                used.store(true, Ordering::Relaxed);
                Some(transaction)
            }
            Err(error) => {
                self.found(false);
                tracing::warn!(error = %StoreError::from(error), "the replica cannot be read; pages go to the database itself");
                None
            }
        }
    }
}

impl Store {
    /// Has pages read from that replica of the database, as long as the returned watch finds that it keeps up. It need not be reachable
    /// yet.
    ///
    /// # Errors
    /// [`StoreError::Unusable`]: the database is a file, the URL cannot be read, or there is a replica already.
    pub fn follow(&self, url: &str, connections: u32) -> Result<ReplicaWatch> {
        let unusable = |why: &str| StoreError::Unusable(why.to_owned());
        if !self.db().is_postgres() {
            return Err(unusable("a replica belongs to a PostgreSQL database, and this one is a file"));
        }
        let connect: PgConnectOptions = url.parse().map_err(|_| unusable("the URL of the replica cannot be read"))?;
        let connect = connect.application_name("tenantatlas").options([("statement_timeout", "60000")]);
        let pool = PgPoolOptions::new().max_connections(connections.max(2)).acquire_timeout(PATIENCE).connect_lazy_with(connect);
        let replica = Replica { pool, begun: Instant::now(), kept_up: AtomicU64::new(0) };
        self.db().replica.set(replica).map_err(|_| unusable("there is a replica already"))?;
        Ok(ReplicaWatch::new(self.clone()))
    }

    /// Whether pages may be read from a replica.
    #[must_use]
    pub fn has_replica(&self) -> bool {
        self.db().replica.get().is_some()
    }
}
