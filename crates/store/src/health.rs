//! How the installation is, in numbers: for the operator's check.

use crate::access::Operator;
use crate::db::Result;
use crate::open::Store;
use crate::reach::Reach;
use crate::sql::sql;

/// What `tenantatlas check` reports of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// Runs that wait for a worker.
    pub queued: i64,
    /// Runs that a worker holds.
    pub running: i64,
    /// Queued runs past their start deadline.
    pub stale: i64,
    /// On PostgreSQL: whether the role of the connection is exempt from row-level security.
    pub bypasses_row_security: bool,
}

const RUNS: &str = "select cast(coalesce(sum(case when status = 'queued' then 1 else 0 end), 0) as bigint),
    cast(coalesce(sum(case when status = 'running' then 1 else 0 end), 0) as bigint),
    cast(coalesce(sum(case when status = 'queued' and start_deadline < $now then 1 else 0 end), 0) as bigint)
  from operation_runs where status in ('queued', 'running')";

impl Store {
    /// Counts active runs and looks at the connection's role. Ids and names are not read.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn health(&self, _: &Operator) -> Result<Health> {
        let mut db = self.db().read(&Reach::system()).await?;
        let (queued, running, stale): (i64, i64, i64) = db.one(sql(RUNS)).await?;
        let exempt: Option<(bool,)> = match crate::dialect::role_is_exempt(self.db().is_postgres()) {
            Some(text) => db.optional(sql(text)).await?,
            None => None,
        };
        db.end().await?;
        Ok(Health { queued, running, stale, bypasses_row_security: exempt.is_some_and(|(exempt,)| exempt) })
    }
}
