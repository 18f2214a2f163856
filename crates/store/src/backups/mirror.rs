//! What a run that mirrors a set needs to know, and what it leaves behind.

use model::backup::BackupSet;
use model::ids::{BackupSetId, RunId};
use model::operations::Operation;

use super::Backups;
use super::row::{SELECT, SetRow};
use crate::access::RunScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

impl Backups<'_> {
    /// The set that a run of the same tenant captured.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when there is none any more.
    pub async fn captured_by(&self, run: &RunScope, captured_by: RunId) -> Result<BackupSet> {
        let find =
            sql(SELECT).push_bind(" where s.tenant_id = ", run.tenant_id()).push_bind(" and s.operation_run_id = ", captured_by);
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let row: Option<SetRow> = db.optional(find).await?;
        db.end().await?;
        row.map(BackupSet::from).ok_or(StoreError::NotVisible)
    }

    /// Whether a run that was there earlier is still to mirror a set of the same tenant: commits come in the order of their sets.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn mirrors_earlier(&self, run: &RunScope) -> Result<bool> {
        const EARLIER: &str = "select count(*) from operation_runs o join operation_runs me on me.id = $1
          where o.scope_id = me.scope_id and o.type = $2 and o.status in ('queued', 'running')
            and (o.created_at, o.id) < (me.created_at, me.id)";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let (earlier,): (i64,) = db.one(sql(EARLIER).bind(run.run_id()).bind(Operation::BackupSetMirror.code())).await?;
        db.end().await?;
        Ok(earlier > 0)
    }

    /// Records which commit of the mirror a set became.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease; [`StoreError::NotVisible`] when the set is gone.
    pub async fn mirrored(&self, run: &RunScope, set: BackupSetId, commit: &str) -> Result<()> {
        const DONE: &str = "update backup_sets set mirrored_at = $now, mirror_commit = $3, mirror_operation_run_id = $4
          where tenant_id = $1 and id = $2";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let done = tx.exec(sql(DONE).bind(run.tenant_id()).bind(set).bind(commit).bind(run.run_id())).await?;
        tx.commit_unaudited("where a run mirrored a set; the run is the record").await?;
        if done == 0 { Err(StoreError::NotVisible) } else { Ok(()) }
    }
}
