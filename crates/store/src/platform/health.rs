//! How the installation is, in counts.

use std::time::Duration;

use model::platform::Health;
use model::run::Worker;

use super::Platform;
use crate::access::PlatformScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::dialect;
use crate::migrate;
use crate::reach::Reach;
use crate::runs::WorkerRow;
use crate::sql::sql;

/// What happened within this is counted.
const DAY: Duration = Duration::from_secs(24 * 3600);

const ACTIVE: &str = "select cast(coalesce(sum(case when status = 'queued' then 1 else 0 end), 0) as bigint),
    cast(coalesce(sum(case when status = 'running' then 1 else 0 end), 0) as bigint),
    min(case when status = 'queued' then created_at end)
  from operation_runs where status in ('queued', 'running')";
const FAILED: &str = "select coalesce(reason_code, ''), count(*) from operation_runs
  where completed_at is not null and completed_at >= $1 and outcome = 'failed' group by 1 order by 2 desc, 1 limit 50";
const RESCUED: &str = "select count(*) from operation_run_events where code = 'lease_lost' and at >= $1";
const LATE: &str = "select count(*), min(next_fire_at) from schedules where next_fire_at is not null and next_fire_at <= $now";
const ALIVE: &str = "select count(*) from workers where stopped_at is null and seen_at >= $1";
const WORKERS: &str = "select id, host, version, slots, started_at, seen_at, stopped_at from workers
  order by started_at desc, id limit 200";
const BUSY: &str = "select lease_owner, count(*) from operation_runs where status = 'running' group by lease_owner";

impl Platform<'_> {
    /// How the installation is. Counts over all workspaces; no name, no id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn health(&self, _: &PlatformScope) -> Result<Health> {
        let now = self.0.now().await?;
        let schema = migrate::state(&self.0.db().pools).await?;
        let mut db = self.0.db().read(&Reach::system()).await?;
        let (version, size, free): (String, i64, Option<i64>) = db.one(sql(dialect::size(self.0.db().is_postgres()))).await?;
        let (queued, running, oldest): (i64, i64, Option<DbTime>) = db.one(sql(ACTIVE)).await?;
        let failed: Vec<(String, i64)> = db.all(sql(FAILED).bind(now.minus(DAY))).await?;
        let (rescued,): (i64,) = db.one(sql(RESCUED).bind(now.minus(DAY))).await?;
        let (late, late_since): (i64, Option<DbTime>) = db.one(sql(LATE)).await?;
        let (workers,): (i64,) = db.one(sql(ALIVE).bind(now.minus(Worker::ALIVE))).await?;
        db.end().await?;
        Ok(Health {
            database: version,
            database_bytes: size,
            free_bytes: free,
            schema_applied: schema.applied,
            schema_known: schema.known,
            queued,
            running,
            oldest_queued: oldest.map(|at| at.0),
            rescued,
            failed,
            late,
            late_since: late_since.map(|at| at.0),
            workers,
        })
    }

    /// The processes, newest first, with how many runs each holds. At most 200.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn workers(&self, _: &PlatformScope) -> Result<Vec<Worker>> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<WorkerRow> = db.all(sql(WORKERS)).await?;
        let busy: Vec<(Option<String>, i64)> = db.all(sql(BUSY)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|row| row.view(&busy, Vec::new())).collect())
    }
}
