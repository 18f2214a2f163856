//! Ended runs by the hour, for charts and tiles: read in an instant however many runs there are, and kept when the runs are pruned.
//!
//! Written by a chore that one process does at a time. It counts the newest hours anew each time instead of adding to them, so a
//! pass that dies half-way, or is done twice, changes nothing.

use std::time::Duration;

use model::ids::TenantId;
use model::run::Outcome;
use model::time::Moment;

use super::worker_id::WorkerId;
use super::{Queue, Runs};
use crate::access::WorkspaceScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::sql;

const HOUR: Duration = Duration::from_secs(3600);
/// A transaction may commit this long after the moment that it wrote.
const LATE: Duration = Duration::from_secs(600);
/// Hours that one pass counts.
const HOURS: u32 = 200;
/// How long a process that does the chore keeps others from it.
const HELD: Duration = Duration::from_secs(60);

/// Runs that ended within one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourlyRuns {
    /// The beginning of the hour, in UTC.
    pub hour: Moment,
    /// How they ended.
    pub outcome: Outcome,
    /// How many.
    pub runs: i64,
}

impl Queue<'_> {
    /// Brings the roll-ups up to date; at most 200 hours at a time. `true`: there is more to do. Does nothing while another
    /// process is at it.
    ///
    /// # Errors
    /// When the database refuses; the next pass does it again.
    pub async fn roll_up(&self, worker: &WorkerId) -> Result<bool> {
        const HOLD: &str = "insert into chores (name, owner, held_until, done_through) values ('roll_up', $1, $after(2), null)
          on conflict (name) do update set owner = excluded.owner, held_until = excluded.held_until
          where chores.held_until < $now or chores.owner = excluded.owner returning done_through";
        const FIRST: &str = "select min(completed_at) from operation_runs where completed_at is not null";
        const COUNT: &str = "insert into operation_run_rollups (workspace_id, scope_id, tenant_id, type, outcome, hour, runs)
          select workspace_id, scope_id, tenant_id, type, outcome, $1, count(*) from operation_runs
            where completed_at >= $1 and completed_at < $2 group by workspace_id, scope_id, tenant_id, type, outcome
          on conflict (workspace_id, hour, scope_id, type, outcome) do update set runs = excluded.runs";
        const DONE: &str = "update chores set done_through = $2, held_until = $now where name = 'roll_up' and owner = $1";
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let held: Option<(Option<DbTime>,)> = tx.optional(sql(HOLD).bind(worker.as_str()).bind(HELD)).await?;
        let Some((through,)) = held else { return Ok(false) };
        let first: (Option<DbTime>,) = if through.is_none() { tx.one(sql(FIRST)).await? } else { (None,) };
        tx.commit_unaudited("a chore").await?;
        let now = self.0.now().await?;
        let mut hour = hour_of(through.map_or(first.0.map_or(now, |at| at.0), |at| at.0.minus(LATE)));
        let mut counted = 0;
        while hour <= now && counted < HOURS {
            let next = hour.plus(HOUR);
            // Hour by hour, so that no transaction is long.
            let mut tx = self.0.db().write(&Reach::system()).await?;
            tx.exec(sql(COUNT).bind(hour).bind(next)).await?;
            tx.commit_unaudited("a chore").await?;
            (hour, counted) = (next, counted + 1);
        }
        let more = hour <= now;
        let mut tx = self.0.db().write(&Reach::system()).await?;
        tx.exec(sql(DONE).bind(worker.as_str()).bind(if more { hour } else { now })).await?;
        tx.commit_unaudited("a chore").await?;
        Ok(more)
    }
}

fn hour_of(at: Moment) -> Moment {
    Moment::from_micros(at.micros() - at.micros().rem_euclid(3_600_000_000))
}

impl Runs<'_> {
    /// How runs ended since, hour by hour, in the tenants to which the person is entitled. Hours without runs are left out; the
    /// newest minute may be missing.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn by_hour(&self, scope: &WorkspaceScope, tenant: Option<TenantId>, since: Moment) -> Result<Vec<HourlyRuns>> {
        let mut statement = sql("select hour, outcome, cast(sum(runs) as bigint) from operation_run_rollups
            where workspace_id = $1 and hour >= $2")
        .bind(scope.workspace_id())
        .bind(hour_of(since))
        .push_if(" and tenant_id = ", tenant);
        if let Some(entitled) = scope.entitled() {
            statement = statement.push_in(" and (tenant_id is null or tenant_id in ", entitled).push(")");
        }
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(DbTime, String, i64)> = db.all(statement.push(" group by hour, outcome order by hour, outcome")).await?;
        db.end().await?;
        let hourly = |(hour, outcome, runs): (DbTime, String, i64)| HourlyRuns {
            hour: hour.0,
            outcome: Outcome::from_code(&outcome),
            runs,
        };
        Ok(rows.into_iter().map(hourly).collect())
    }
}
