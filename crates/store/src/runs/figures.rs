//! The installation in numbers, for whoever watches it.

use std::time::Duration;

use model::run::{QueueDepth, Worker};
use model::time::Moment;

use super::Queue;
use crate::bind::DbTime;
use crate::db::Result;
use crate::dialect;
use crate::reach::Reach;
use crate::sql::sql;

/// The installation at one moment, by the database's clock. It holds no name and no id.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// When it was read.
    pub at: Moment,
    /// What of each type is queued or running; types without either are missing.
    pub queue: Vec<QueueDepth>,
    /// Processes that work and were heard of within [`Worker::ALIVE`].
    pub workers: u64,
    /// Schedules whose next fire is due.
    pub due: u64,
    /// For how long the first of them has been due.
    pub overdue: Option<Duration>,
    /// For how long the first delivery of an alert has been due; `None` when none is.
    pub alerts_overdue: Option<Duration>,
    /// Open transactions of others; `None` where the database has no such thing (SQLite).
    pub transactions: Option<Transactions>,
}

/// The open transactions of a PostgreSQL database, this process's reading aside. The role sees those of its own name; those of
/// others only as a member of `pg_read_all_stats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Transactions {
    /// Age of the oldest.
    pub oldest: Option<Duration>,
    /// Age of the oldest that holds a snapshot: no row that was changed or removed since it began can be cleared away.
    pub oldest_with_snapshot: Option<Duration>,
}

impl Queue<'_> {
    /// Reads all of it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn figures(&self) -> Result<Figures> {
        const WORKERS: &str = "select count(*) from workers where stopped_at is null and seen_at >= $1";
        const DUE: &str =
            "select count(*), min(next_fire_at) from schedules where next_fire_at is not null and next_fire_at <= $1";
        const ALERT: &str = "select min(due_at) from alert_deliveries where state = 'waiting' and due_at <= $1";
        let at = self.0.now().await?;
        let queue = self.depth().await?;
        let mut db = self.0.db().read(&Reach::system()).await?;
        let (workers,): (i64,) = db.one(sql(WORKERS).bind(at.minus(Worker::ALIVE))).await?;
        let (due, first): (i64, Option<DbTime>) = db.one(sql(DUE).bind(at)).await?;
        let (alert,): (Option<DbTime>,) = db.one(sql(ALERT).bind(at)).await?;
        let transactions = match dialect::oldest_transactions(self.0.db().is_postgres()) {
            Some(text) => {
                let (oldest, with_snapshot): (Option<i64>, Option<i64>) = db.one(sql(text)).await?;
                let age = |micros: Option<i64>| micros.map(|age| Duration::from_micros(u64::try_from(age).unwrap_or(0)));
                Some(Transactions { oldest: age(oldest), oldest_with_snapshot: age(with_snapshot) })
            }
            None => None,
        };
        db.end().await?;
        let number = |count: i64| u64::try_from(count).unwrap_or(0);
        let ago = |first: DbTime| at.since(first.0);
        let (overdue, alerts_overdue) = (first.map(ago), alert.map(ago));
        Ok(Figures { at, queue, workers: number(workers), due: number(due), overdue, alerts_overdue, transactions })
    }
}
