//! The processes that work: who is alive, since when, and what they hold.

use std::collections::BTreeMap;
use std::time::Duration;

use model::run::{Run, Worker};
use model::time::Moment;

use super::row::{RunRow, columns};
use super::worker_id::WorkerId;
use super::{Queue, Runs};
use crate::access::WorkspaceScope;
use crate::bind::DbTime;
use crate::db::{Reader, Result};
use crate::reach::Reach;
use crate::sql::sql;

/// A process that is gone is shown for this long, then forgotten.
const FORGOTTEN: Duration = Duration::from_secs(24 * 3600);

#[derive(sqlx::FromRow)]
pub(crate) struct WorkerRow {
    id: String,
    host: String,
    version: String,
    slots: i64,
    started_at: DbTime,
    seen_at: DbTime,
    stopped_at: Option<DbTime>,
}

impl WorkerRow {
    /// With how many runs each process holds, and those of them that may be named.
    pub(crate) fn view(self, busy: &[(Option<String>, i64)], held: Vec<Run>) -> Worker {
        let count = busy.iter().find(|(owner, _)| owner.as_deref() == Some(&self.id)).map_or(0, |(_, count)| *count);
        Worker {
            busy: u32::try_from(count).unwrap_or(u32::MAX),
            held,
            id: self.id,
            host: self.host,
            version: self.version,
            slots: u32::try_from(self.slots).unwrap_or(u32::MAX),
            started_at: self.started_at.0,
            seen_at: self.seen_at.0,
            stopped_at: self.stopped_at.map(|at| at.0),
        }
    }
}

impl Queue<'_> {
    /// A process begins to work.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn register(&self, worker: &WorkerId, host: &str, version: &str, slots: u32) -> Result<()> {
        const REGISTER: &str = "insert into workers (id, host, version, slots, started_at, seen_at)
          values ($1, $2, $3, $4, $now, $now) on conflict (id) do update set seen_at = excluded.seen_at";
        let mut tx = self.0.db().write(&Reach::system()).await?;
        tx.exec(sql("delete from workers where seen_at < $1").bind(self.0.now().await?.minus(FORGOTTEN))).await?;
        let host: String = host.chars().take(100).collect();
        tx.exec(sql(REGISTER).bind(worker.as_str()).bind(host).bind(version).bind(slots)).await?;
        tx.commit_unaudited("a process that begins to work").await
    }

    /// A process ends by itself.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn retire(&self, worker: &WorkerId) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        tx.exec(sql("update workers set seen_at = $now, stopped_at = $now where id = $1").bind(worker.as_str())).await?;
        tx.commit_unaudited("a process that ends").await
    }
}

impl Runs<'_> {
    /// The processes, newest first, with what they hold of this workspace. At most 200.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn workers(&self, scope: &WorkspaceScope) -> Result<Vec<Worker>> {
        const WORKERS: &str = "select id, host, version, slots, started_at, seen_at, stopped_at from workers
          order by started_at desc, id limit 200";
        const BUSY: &str = "select lease_owner, count(*) from operation_runs where status = 'running' group by lease_owner";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<WorkerRow> = db.all(sql(WORKERS)).await?;
        let busy: Vec<(Option<String>, i64)> = db.all(sql(BUSY)).await?;
        db.end().await?;
        let mut held: BTreeMap<String, Vec<Run>> = BTreeMap::new();
        for run in self.running(scope).await? {
            held.entry(run.lease_owner.clone().unwrap_or_default()).or_default().push(run);
        }
        let view = |row: WorkerRow| {
            let held = held.remove(&row.id).unwrap_or_default();
            row.view(&busy, held)
        };
        Ok(rows.into_iter().map(view).collect())
    }

    async fn running(&self, scope: &WorkspaceScope) -> Result<Vec<Run>> {
        let mut statement =
            sql(concat!("select ", columns!(), " from operation_runs where status = 'running' and workspace_id = $1"))
                .bind(scope.workspace_id());
        if let Some(entitled) = scope.entitled() {
            statement = statement.push_in(" and (tenant_id is null or tenant_id in ", entitled).push(")");
        }
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<RunRow> = db.all(statement.push(" order by id limit 1000")).await?;
        db.end().await?;
        Ok(rows.into_iter().map(Run::from).collect())
    }
}

/// When a process that did not end by itself was last heard of, and when any was.
pub(super) async fn last_seen(db: &mut Reader) -> Result<(Option<Moment>, Option<Moment>)> {
    const LAST: &str = "select max(case when stopped_at is null then seen_at end), max(seen_at) from workers";
    let (living, any): (Option<DbTime>, Option<DbTime>) = db.one(sql(LAST)).await?;
    Ok((living.map(|at| at.0), any.map(|at| at.0)))
}
