//! Pausing and resuming a type in a workspace, or a tenant.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::{TenantId, UserId};
use model::operations::Operation;
use model::run::{Pause, PauseTarget};
use uuid::Uuid;

use super::Runs;
use crate::access::{Grant, Permit, WorkspaceScope};
use crate::bind::DbTime;
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::{Sql, sql};

/// The longest reason, in characters.
const MAX_REASON: usize = 200;

/// Rows as read for [`pause`].
pub(super) type PauseRow = (Option<Uuid>, Option<String>, String, String, DbTime);

pub(super) fn pause((tenant, code, by, reason, since): PauseRow) -> Pause {
    let of_type = code.and_then(|code| Operation::from_code(&code)).map(PauseTarget::Operation);
    let target = tenant.map(|tenant| PauseTarget::Tenant(TenantId::from_uuid(tenant))).or(of_type);
    Pause { target, by, reason, since: since.0 }
}

/// A token that is narrowed to some tenants knows no others, on either database.
fn reachable(grant: &Grant, target: PauseTarget) -> Result<()> {
    match (target, grant.entitled()) {
        (PauseTarget::Tenant(tenant), Some(entitled)) if !entitled.contains(&tenant) => Err(StoreError::NotVisible),
        _ => Ok(()),
    }
}

fn parts(target: PauseTarget) -> (Option<TenantId>, Option<&'static str>) {
    match target {
        PauseTarget::Operation(operation) => (None, Some(operation.code())),
        PauseTarget::Tenant(tenant) => (Some(tenant), None),
    }
}

impl Runs<'_> {
    /// Pauses: nothing of it is claimed any more, what runs goes on. Pausing again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for a tenant of another workspace.
    pub async fn pause(&self, permit: &Permit<can::WorkspaceSettingsManage>, target: PauseTarget, reason: &str) -> Result<()> {
        const PAUSE: &str = "insert into operation_pauses
            (id, workspace_id, tenant_id, type, paused_by, paused_by_name, reason, created_at)
          select $1, $2, $3, $4, $5, $6, $7, $now
          where $8 or exists (select 1 from tenants t where t.id = $3 and t.workspace_id = $2) on conflict do nothing";
        let grant = permit.grant();
        reachable(grant, target)?;
        let (tenant, code) = parts(target);
        let reason: String = reason.trim().chars().take(MAX_REASON).collect();
        let mut tx = self.0.db().write(grant.reach()).await?;
        let insert = sql(PAUSE)
            .bind(UserId::generate().uuid())
            .bind(grant.workspace_id())
            .bind(tenant)
            .bind(code)
            .bind(grant.user().map(|user| user.id))
            .bind(grant.user().map_or("TenantAtlas", |user| user.name.as_str()))
            .bind(reason)
            .bind(tenant.is_none());
        if tx.exec(insert).await? == 0 && !exists(&mut tx, self.of(grant.workspace_id().uuid(), target)).await? {
            return Err(StoreError::NotVisible);
        }
        let entry = AuditEntry::done(Action::OperationsPause);
        tx.commit(grant.actor(), about(entry, target)).await
    }

    /// Lets it go on. Resuming what is not paused changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for a tenant that a token is narrowed away from.
    pub async fn resume(&self, permit: &Permit<can::WorkspaceSettingsManage>, target: PauseTarget) -> Result<()> {
        let grant = permit.grant();
        reachable(grant, target)?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let (text, with) = ("delete from operation_pauses where workspace_id = $1", grant.workspace_id());
        let (tenant, code) = parts(target);
        tx.exec(sql(text).bind(with).push_if(" and tenant_id = ", tenant).push_if(" and type = ", code)).await?;
        // Idle workers look at the queue again.
        tx.wake_workers();
        tx.commit(grant.actor(), about(AuditEntry::done(Action::OperationsResume), target)).await
    }

    /// The pauses in force in the workspace, as far as the person is entitled to the tenants.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn pauses(&self, scope: &WorkspaceScope) -> Result<Vec<Pause>> {
        let mut statement = sql("select tenant_id, type, paused_by_name, reason, created_at from operation_pauses
            where workspace_id = $1")
        .bind(scope.workspace_id());
        if let Some(entitled) = scope.entitled() {
            statement = statement.push_in(" and (tenant_id is null or tenant_id in ", entitled).push(")");
        }
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<PauseRow> = db.all(statement.push(" order by created_at, id")).await?;
        db.end().await?;
        Ok(rows.into_iter().map(pause).collect())
    }

    fn of(&self, workspace: Uuid, target: PauseTarget) -> Sql {
        let (tenant, code) = parts(target);
        sql("select count(*) from operation_pauses where workspace_id = $1")
            .bind(workspace)
            .push_if(" and tenant_id = ", tenant)
            .push_if(" and type = ", code)
    }
}

async fn exists(tx: &mut crate::db::Tx, count: Sql) -> Result<bool> {
    Ok(tx.one::<(i64,)>(count).await?.0 > 0)
}

fn about(entry: AuditEntry, target: PauseTarget) -> AuditEntry {
    match target {
        PauseTarget::Tenant(tenant) => entry.on("tenant", tenant.uuid()),
        PauseTarget::Operation(operation) => entry.with("type", operation),
    }
}
