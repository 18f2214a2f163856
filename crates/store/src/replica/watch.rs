//! Looking whether a replica keeps up.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use model::metric::REPLICA_KEEPS_UP;
use sqlx::PgPool;

use super::{LOOKS, MOST_BEHIND, Replica};
use crate::db::Pools;
use crate::open::Store;

/// How a replica stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplicaState {
    /// It is at most [`MOST_BEHIND`] behind, and asked.
    KeepsUp,
    /// It lags, and is not asked.
    Behind,
    /// It, or the database, cannot be reached.
    Away,
    /// It is no replica of this database: another one, or one that takes writes.
    Foreign,
}

/// Looks at the replica again and again.
#[derive(Debug)]
pub struct ReplicaWatch {
    store: Store,
    /// Where the database's log was at which moment, the oldest first.
    noted: VecDeque<(Duration, u64)>,
    /// Whether it was found to be a replica of this database.
    known: bool,
    state: Option<ReplicaState>,
}

impl ReplicaWatch {
    pub(super) const fn new(store: Store) -> Self {
        Self { store, noted: VecDeque::new(), known: false, state: None }
    }

    /// Looks until the end of the process.
    pub async fn run(mut self) {
        let begun = Instant::now();
        loop {
            self.look(begun.elapsed()).await;
            tokio::time::sleep(LOOKS).await;
        }
    }

    /// Looks once; `at` is how long ago the first look was.
    pub async fn look(&mut self, at: Duration) -> ReplicaState {
        let store = self.store.clone();
        let (Pools::Postgres(database), Some(replica)) = (&store.db().pools, store.db().replica.get()) else {
            return ReplicaState::Away;
        };
        let state = self.seen(database, replica, at).await.unwrap_or_else(|_| {
            // What comes back may be another server.
            self.known = false;
            ReplicaState::Away
        });
        replica.found(state == ReplicaState::KeepsUp);
        metrics::gauge!(REPLICA_KEEPS_UP.name).set(if state == ReplicaState::KeepsUp { 1.0 } else { 0.0 });
        if self.state.replace(state) != Some(state) {
            match state {
                ReplicaState::KeepsUp => tracing::info!("pages are read from the replica"),
                ReplicaState::Behind => tracing::warn!("the replica lags; pages are read from the database itself"),
                ReplicaState::Away => tracing::warn!("the replica cannot be reached; pages are read from the database itself"),
                ReplicaState::Foreign => tracing::error!("what is configured as replica is none of this database, and not asked"),
            }
        }
        state
    }

    async fn seen(&mut self, database: &PgPool, replica: &Replica, at: Duration) -> sqlx::Result<ReplicaState> {
        if !self.known {
            const WHICH: &str = "select system_identifier::text, pg_is_in_recovery() from pg_control_system()";
            let (ours, _): (String, bool) = sqlx::query_as(WHICH).fetch_one(database).await?;
            let (theirs, replays): (String, bool) = sqlx::query_as(WHICH).fetch_one(&replica.pool).await?;
            if ours != theirs || !replays {
                return Ok(ReplicaState::Foreign);
            }
            self.known = true;
        }
        const WRITTEN: &str = "select pg_current_wal_insert_lsn()::text";
        const REPLAYED: &str = "select coalesce(pg_last_wal_replay_lsn(), '0/0')::text, pg_is_in_recovery()";
        let written: String = sqlx::query_scalar(WRITTEN).fetch_one(database).await?;
        self.noted.push_back((at, place(&written)));
        let (replayed, replays): (String, bool) = sqlx::query_as(REPLAYED).fetch_one(&replica.pool).await?;
        if !replays {
            self.known = false;
            return Ok(ReplicaState::Foreign);
        }
        Ok(if place(&replayed) >= self.wanted(at) { ReplicaState::KeepsUp } else { ReplicaState::Behind })
    }

    /// What has to be replayed: what was written [`MOST_BEHIND`] ago, or when it was first looked at.
    fn wanted(&mut self, at: Duration) -> u64 {
        let limit = at.saturating_sub(MOST_BEHIND);
        while self.noted.get(1).is_some_and(|(noted, _)| *noted <= limit) {
            self.noted.pop_front();
        }
        self.noted.front().map_or(u64::MAX, |(_, place)| *place)
    }
}

/// A place in PostgreSQL's log, written as `16/B374D848`. One that cannot be read is never reached.
fn place(text: &str) -> u64 {
    let read = |part| u64::from_str_radix(part, 16).ok();
    let parts = text.split_once('/').and_then(|(high, low)| Some((read(high)? << 32) | read(low)?));
    parts.unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_the_log_are_compared_as_numbers() {
        assert_eq!(place("0/0"), 0);
        assert_eq!(place("16/B374D848"), 0x16_B374_D848);
        assert!(place("1/0") > place("0/FFFFFFFF"));
    }
}
