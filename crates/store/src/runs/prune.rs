//! Removing old runs, a few at a time. The fire ledger, the audit trail and the roll-ups stay; what refers to a pruned run keeps a
//! null reference.

use std::time::Duration;

use model::access::Capability;

use super::Queue;
use super::progress::fenced;
use super::settings::{READ, settings};
use crate::access::RunScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

/// How long the key of a start is remembered.
const KEYS_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

impl Queue<'_> {
    /// Removes up to `limit` ended runs of the attempt's workspace that are older than it keeps them, oldest first, and says how
    /// many. Never one that is queued or running, nor the latest complete list of a type, which tells what is missing.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] to the attempt of a tenant's run: it is the workspace's history. [`StoreError::LeaseLost`] when the
    /// attempt no longer holds its lease. Nothing was removed then.
    pub async fn prune(&self, scope: &RunScope, limit: u32) -> Result<u64> {
        const PRUNE: &str = "delete from operation_runs where id in (select r.id from operation_runs r
            where r.workspace_id = $1 and r.status = 'completed' and r.completed_at < $2
              and not exists (select 1 from inventory_coverage c where c.complete_operation_run_id = r.id)
            order by r.id limit $3)";
        const KEYS: &str = "delete from run_start_keys where workspace_id = $1 and created_at < $2";
        // Row-level security would show it the tenant's runs alone, and SQLite has none.
        if scope.grant().tenant_id().is_some() {
            return Err(StoreError::Forbidden(Capability::WorkspaceSettingsManage));
        }
        let now = self.0.now().await?;
        let (mut tx, _) = fenced(self.0.db(), scope).await?;
        let kept = settings(tx.optional(sql(READ).bind(scope.workspace_id())).await?).keep_days;
        let before = now.minus(DAY * kept);
        let removed = tx.exec(sql(PRUNE).bind(scope.workspace_id()).bind(before).bind(limit)).await?;
        if removed < u64::from(limit) {
            tx.exec(sql(KEYS).bind(scope.workspace_id()).bind(now.minus(KEYS_KEPT))).await?;
        }
        tx.commit_unaudited("old runs; the run that prunes counts them").await?;
        Ok(removed)
    }
}
