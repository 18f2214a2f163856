//! How much is in the queue, by type.

use model::operations::Operation;
use model::run::QueueDepth;

use super::{Queue, Runs};
use crate::access::WorkspaceScope;
use crate::bind::DbTime;
use crate::db::{Reader, Result};
use crate::reach::Reach;
use crate::sql::{Sql, sql};

const DEPTH: &str =
    "select type, sum(case when status = 'queued' then 1 else 0 end), sum(case when status = 'running' then 1 else 0 end),
    min(case when status = 'queued' then created_at end) from operation_runs where status in ('queued', 'running')";

async fn depth(db: &mut Reader, statement: Sql) -> Result<Vec<QueueDepth>> {
    let rows: Vec<(String, i64, i64, Option<DbTime>)> = db.all(statement.push(" group by type order by type")).await?;
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    let depth = |(code, queued, running, oldest): (String, i64, i64, Option<DbTime>)| QueueDepth {
        operation: Operation::from_code(&code),
        type_code: code,
        queued: number(queued),
        running: number(running),
        oldest: oldest.map(|at| at.0),
    };
    Ok(rows.into_iter().map(depth).collect())
}

impl Runs<'_> {
    /// What of each type is queued or running in the workspace, as far as the person is entitled to the tenants.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn depth(&self, scope: &WorkspaceScope) -> Result<Vec<QueueDepth>> {
        let mut statement = sql(DEPTH).push_bind(" and workspace_id = ", scope.workspace_id());
        if let Some(entitled) = scope.entitled() {
            statement = statement.push_in(" and (tenant_id is null or tenant_id in ", entitled).push(")");
        }
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found = depth(&mut db, statement).await?;
        db.end().await?;
        Ok(found)
    }
}

impl Queue<'_> {
    /// What of each type is queued or running in the installation: figures only, for whoever watches it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn depth(&self) -> Result<Vec<QueueDepth>> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let found = depth(&mut db, sql(DEPTH)).await?;
        db.end().await?;
        Ok(found)
    }
}
