//! The only file that asks which database it is. Each pair says the same in two tongues.

use std::time::Instant;

use model::time::{Clock, Moment, SystemClock};
use sqlx::SqlitePool;

use crate::bind::DbTime;
use crate::db::{Db, Pools, Result};
use crate::error::StoreError;

/// The present moment, by the clock that decides.
pub(crate) async fn now(db: &Db) -> Result<Moment> {
    match (&db.clock, &db.pools) {
        (Some(clock), _) => Ok(clock.now()),
        (None, Pools::Postgres(pool)) => {
            Ok(sqlx::query_as::<_, (DbTime,)>("select clock_timestamp()").fetch_one(pool).await?.0.0)
        }
        (None, Pools::Sqlite { .. }) => Err(StoreError::Corrupt("SQLite is opened with a clock")),
    }
}

/// Added to the beginning of a transaction on PostgreSQL that may be open once at a time; on SQLite every one that writes is.
pub(crate) const ALONE: &str = "set local idle_in_transaction_session_timeout = 2000; select pg_advisory_xact_lock(7047)";

/// As [`ALONE`], for the sealer of the audit trail.
pub(crate) const SEALING: &str = "set local idle_in_transaction_session_timeout = 2000; select pg_advisory_xact_lock(7048)";

/// Lifts row-level security from a transaction for a moment and says how it was, where there is such a thing.
pub(crate) const fn lift(postgres: bool) -> Option<&'static str> {
    if postgres {
        Some("select coalesce(current_setting('app.system', true), ''), set_config('app.system', 'on', true)")
    } else {
        None
    }
}

/// Puts it back as it was.
pub(crate) const fn put_back(postgres: bool) -> Option<&'static str> {
    if postgres { Some("select set_config('app.system', $1, true)") } else { None }
}

/// Passes over rows that another transaction holds, where there can be one.
pub(crate) const fn skip_locked(postgres: bool) -> &'static str {
    if postgres { " for update skip locked" } else { "" }
}

/// The beginning of a call that tells where in a text another one stands, from 1; 0 when nowhere: `…(text, part)`.
pub(crate) const fn place_in(postgres: bool) -> &'static str {
    if postgres { "strpos(" } else { "instr(" }
}

/// Compares a text by its bytes, and not as a language sorts.
pub(crate) const fn bytewise(postgres: bool) -> &'static str {
    if postgres { " collate \"C\"" } else { "" }
}

/// Keeps others from changing the rows of `r` until the transaction ends, where others could.
pub(crate) const fn hold_rows(postgres: bool) -> &'static str {
    if postgres { " for share of r" } else { "" }
}

/// Keeps others from changing the rows, and from adding what refers to them, until the transaction ends, where others could.
pub(crate) const fn hold_alone(postgres: bool) -> &'static str {
    if postgres { " for update" } else { "" }
}

/// Asks whether the connection's role is exempt from row-level security, where there is such a thing.
pub(crate) const fn role_is_exempt(postgres: bool) -> Option<&'static str> {
    if postgres { Some("select rolsuper or rolbypassrls from pg_roles where rolname = current_user") } else { None }
}

/// Asks how old the oldest open transaction of somebody else is, and the oldest that holds a snapshot, in microseconds, where there
/// is such a thing.
pub(crate) const fn oldest_transactions(postgres: bool) -> Option<&'static str> {
    const AGES: &str = "select cast(extract(epoch from max(clock_timestamp() - xact_start)) * 1000000 as bigint),
        cast(extract(epoch from max(clock_timestamp() - xact_start) filter (where backend_xmin is not null)) * 1000000 as bigint)
      from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
    if postgres { Some(AGES) } else { None }
}

/// Asks which database it is, in words, what it takes up and what of that is free, in bytes.
pub(crate) const fn size(postgres: bool) -> &'static str {
    const POSTGRES: &str = "select 'PostgreSQL ' || current_setting('server_version'), pg_database_size(current_database()),
      cast(null as bigint)";
    const SQLITE: &str = "select 'SQLite ' || sqlite_version(), p.page_count * s.page_size, f.freelist_count * s.page_size
      from pragma_page_count p, pragma_page_size s, pragma_freelist_count f";
    if postgres { POSTGRES } else { SQLITE }
}

/// SQLite's clock: wall time at open plus elapsed time, never below the newest stored time. A wall clock that is set back
/// while the process runs, or while it was down, does not turn the order of things around.
#[derive(Debug)]
pub(crate) struct MonotonicClock {
    base: Moment,
    opened: Instant,
}

impl MonotonicClock {
    #[allow(clippy::disallowed_methods, reason = "the base of the clock that decides on SQLite")]
    pub(crate) async fn start(pool: &SqlitePool) -> Result<Self> {
        let newest = "select max(updated_at) from operation_runs";
        // Before the first migration there is no table and no newest time.
        let newest: Option<DbTime> = match sqlx::query_as::<_, (Option<DbTime>,)>(newest).fetch_one(pool).await {
            Ok((newest,)) => newest,
            Err(_) => None,
        };
        let wall = SystemClock.now();
        Ok(Self { base: newest.map_or(wall, |newest| newest.0.max(wall)), opened: Instant::now() })
    }
}

impl Clock for MonotonicClock {
    fn now(&self) -> Moment {
        self.base.plus(self.opened.elapsed())
    }
}
