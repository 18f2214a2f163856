//! Reading and saving what a workspace chose for its runs.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::run::RunSettings;

use super::Runs;
use crate::access::{Permit, WorkspaceScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

pub(super) const READ: &str = "select tenant_limit, workspace_limit, keep_days from run_settings where workspace_id = $1";

pub(super) fn settings(row: Option<(i64, i64, i64)>) -> RunSettings {
    let Some((tenant, workspace, days)) = row else { return RunSettings::default() };
    let number = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
    RunSettings { tenant_limit: number(tenant), workspace_limit: number(workspace), keep_days: number(days) }
}

impl Runs<'_> {
    /// What the workspace chose, or the defaults.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settings(&self, scope: &WorkspaceScope) -> Result<RunSettings> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row = db.optional(sql(READ).bind(scope.workspace_id())).await?;
        db.end().await?;
        Ok(settings(row))
    }

    /// Saves what the workspace chose; holds for the next claim and the next pruning.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a figure is out of its bounds.
    pub async fn save_settings(&self, permit: &Permit<can::WorkspaceSettingsManage>, new: RunSettings) -> Result<()> {
        const SAVE: &str = "insert into run_settings (workspace_id, tenant_limit, workspace_limit, keep_days, updated_at)
          values ($1, $2, $3, $4, $now) on conflict (workspace_id) do update set tenant_limit = excluded.tenant_limit,
            workspace_limit = excluded.workspace_limit, keep_days = excluded.keep_days, updated_at = excluded.updated_at";
        if !new.is_acceptable() {
            return Err(StoreError::Conflict("a figure is out of its bounds"));
        }
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        let save = sql(SAVE).bind(grant.workspace_id()).bind(new.tenant_limit).bind(new.workspace_limit).bind(new.keep_days);
        tx.exec(save).await?;
        tx.wake_workers();
        let entry = AuditEntry::done(Action::RunSettings)
            .with("tenant_limit", i64::from(new.tenant_limit))
            .with("workspace_limit", i64::from(new.workspace_limit))
            .with("keep_days", i64::from(new.keep_days));
        tx.commit(grant.actor(), entry).await
    }
}
