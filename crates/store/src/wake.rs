//! Hints from process to process on PostgreSQL: "look at the queue". Nothing depends on one being delivered; polling is the promise.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;

use crate::changes::Changes;
use crate::db::Pools;
use crate::open::Store;

const CHANNEL: &str = "tenantatlas_queue";
/// Hints of this long are told as one: a notification takes a lock of the whole database when it commits.
const DEBOUNCE: Duration = Duration::from_millis(25);
/// How long to wait before the server is tried again.
const AGAIN: Duration = Duration::from_secs(1);

impl Store {
    /// Tells other processes of what this one put into the queue, and hears of theirs, until it is dropped. On SQLite there are no
    /// others: it waits for ever.
    pub async fn pass_hints(&self) {
        let db = self.db();
        match &db.pools {
            Pools::Sqlite { .. } => std::future::pending().await,
            Pools::Postgres(pool) => {
                tokio::join!(tell(pool, &db.changes), hear(pool, &db.changes));
            }
        }
    }
}

/// Notifies outside of every transaction of ours, at most once per [`DEBOUNCE`], at once when nothing was told lately.
async fn tell(pool: &PgPool, changes: &Changes) {
    let mut here = changes.queued_here();
    while here.changed().await.is_ok() {
        here.mark_unchanged();
        if let Err(error) = sqlx::query("select pg_notify($1, '')").bind(CHANNEL).execute(pool).await {
            tracing::debug!(%error, "a hint was not told");
        }
        tokio::time::sleep(DEBOUNCE).await;
    }
}

async fn hear(pool: &PgPool, changes: &Changes) {
    loop {
        match listen(pool).await {
            Ok(mut listener) => {
                // Whatever was told while nobody listened.
                changes.woken();
                while listener.recv().await.is_ok() {
                    changes.woken();
                }
            }
            Err(error) => tracing::debug!(%error, "hints are not heard"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn listen(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}
