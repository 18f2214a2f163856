//! Reading and saving what a workspace chose for its runs: limits, which the claim reads, and the setting how long they are kept.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::run::RunSettings;
use model::settings::{Key, Level};

use super::Runs;
use crate::access::{Permit, WorkspaceScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::settings::keep_days;
use crate::sql::sql;

pub(super) const LIMITS: &str = "select tenant_limit, workspace_limit from run_limits where workspace_id = $1";

/// The limits of a row, or the defaults, with the default of the rest.
pub(super) fn limited(row: Option<(i64, i64)>) -> RunSettings {
    let number = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
    let defaults = RunSettings::default();
    row.map_or(defaults, |(tenant, workspace)| RunSettings {
        tenant_limit: number(tenant),
        workspace_limit: number(workspace),
        ..defaults
    })
}

impl Runs<'_> {
    /// What the workspace chose, or the defaults.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settings(&self, scope: &WorkspaceScope) -> Result<RunSettings> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let limits: Option<(i64, i64)> = db.optional(sql(LIMITS).bind(scope.workspace_id())).await?;
        db.end().await?;
        let chosen = self.0.settings().of_workspace(scope).await?;
        let keep_days = chosen.stored.find(Key::KeepDays, Level::Workspace.path()).value.number();
        Ok(RunSettings { keep_days, ..limited(limits) })
    }

    /// Saves what the workspace chose; holds for the next claim and the next pruning.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a figure is out of its bounds.
    pub async fn save_settings(&self, permit: &Permit<can::WorkspaceSettingsManage>, new: RunSettings) -> Result<()> {
        const SAVE: &str = "insert into run_limits (workspace_id, tenant_limit, workspace_limit, updated_at)
          values ($1, $2, $3, $now) on conflict (workspace_id) do update set tenant_limit = excluded.tenant_limit,
            workspace_limit = excluded.workspace_limit, updated_at = excluded.updated_at";
        if !new.is_acceptable() {
            return Err(StoreError::Conflict("a figure is out of its bounds"));
        }
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        // First: two who save at once wait for each other here, and the second sees what the first chose.
        tx.exec(sql(SAVE).bind(grant.workspace_id()).bind(new.tenant_limit).bind(new.workspace_limit)).await?;
        keep_days(&mut tx, grant.workspace_id(), new.keep_days).await?;
        tx.wake_workers();
        let entry = AuditEntry::done(Action::RunSettings)
            .with("tenant_limit", i64::from(new.tenant_limit))
            .with("workspace_limit", i64::from(new.workspace_limit))
            .with("keep_days", i64::from(new.keep_days));
        tx.commit(grant.actor(), entry).await
    }
}
