//! Removing old runs, a few at a time. The fire ledger, the audit trail and the roll-ups stay; what refers to a pruned run keeps a
//! null reference.

use std::time::Duration;

use model::access::Capability;
use model::time::Moment;

use super::Queue;
use super::progress::fenced;
use crate::access::RunScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::settings::{KeptDays, kept_days};
use crate::sql::{Sql, sql};

/// How long the key of a start is remembered.
const KEYS_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

impl Queue<'_> {
    /// Removes up to `limit` ended runs of the attempt's workspace that are older than it, or their tenant, keeps them, oldest first,
    /// and says how many. Never one that is queued or running, nor the latest complete list of a type, which tells what is missing.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] to the attempt of a tenant's run: it is the workspace's history. [`StoreError::LeaseLost`] when the
    /// attempt no longer holds its lease. Nothing was removed then.
    pub async fn prune(&self, scope: &RunScope, limit: u32) -> Result<u64> {
        const PRUNE: &str = "delete from operation_runs where id in (select r.id from operation_runs r
            where r.workspace_id = $1 and r.status = 'completed' and (";
        const EXCEPT: &str =
            ") and not exists (select 1 from inventory_coverage c where c.complete_operation_run_id = r.id) order by r.id limit ";
        const KEYS: &str = "delete from run_start_keys where workspace_id = $1 and created_at < $2";
        // Row-level security would show it the tenant's runs alone, and SQLite has none.
        if scope.grant().tenant_id().is_some() {
            return Err(StoreError::Forbidden(Capability::WorkspaceSettingsManage));
        }
        let now = self.0.now().await?;
        let (mut tx, _) = fenced(self.0.db(), scope).await?;
        let kept = kept_days(&mut tx, scope.workspace_id()).await?;
        let old = push_old(sql(PRUNE).bind(scope.workspace_id()), &kept, now);
        let removed = tx.exec(old.push_bind(EXCEPT, limit).push(")")).await?;
        if removed < u64::from(limit) {
            tx.exec(sql(KEYS).bind(scope.workspace_id()).bind(now.minus(KEYS_KEPT))).await?;
        }
        tx.commit_unaudited("old runs; the run that prunes counts them").await?;
        Ok(removed)
    }
}

/// Adds the condition under which the run `r` is older than it is kept.
fn push_old(statement: Sql, kept: &KeptDays, now: Moment) -> Sql {
    let before = |days: u32| now.minus(DAY * days);
    let mut statement = statement.push_bind("r.completed_at < ", before(kept.workspace));
    if !kept.tenants.is_empty() {
        statement = statement.push_in(" and (r.tenant_id is null or r.tenant_id not in ", kept.tenants.keys().copied()).push(")");
    }
    for (tenant, days) in &kept.tenants {
        statement =
            statement.push_bind(" or (r.tenant_id = ", *tenant).push_bind(" and r.completed_at < ", before(*days)).push(")");
    }
    statement
}
