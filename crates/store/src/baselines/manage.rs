//! Putting a baseline away.

use model::access::{Capability, can};
use model::audit::{Action, AuditEntry};
use model::ids::{BaselineId, TenantId};
use uuid::Uuid;

use super::Baselines;
use super::assign::take_from;
use super::row::hold;
use crate::access::Permit;
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

impl Baselines<'_> {
    /// Archives a baseline: no tenant is held against it any more, and what deviated from it is no finding any more. Its versions stay.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] for a token that opens only some tenants; [`StoreError::NotVisible`] for a baseline that the workspace
    /// does not have; [`StoreError::Conflict`] when it was changed meanwhile, or is archived.
    pub async fn archive(&self, permit: &Permit<can::WorkspaceBaselinesManage>, id: BaselineId, revision: i64) -> Result<()> {
        const TENANTS: &str = "select tenant_id from baseline_assignments where baseline_id = $1 order by tenant_id";
        const ARCHIVE: &str = "update baselines set archived_at = $now where id = $1";
        let grant = permit.grant();
        // It ends what was found in every tenant.
        if grant.entitled().is_some() {
            return Err(StoreError::Forbidden(Capability::WorkspaceBaselinesManage));
        }
        let mut tx = self.0.db().write(grant.reach()).await?;
        hold(&mut tx, grant, id, Some(revision)).await?;
        let tenants: Vec<(Uuid,)> = tx.all(sql(TENANTS).bind(id)).await?;
        for (tenant,) in tenants {
            take_from(&mut tx, grant, id, TenantId::from_uuid(tenant)).await?;
        }
        tx.exec(sql("delete from baseline_groups where baseline_id = $1").bind(id)).await?;
        tx.exec(sql(ARCHIVE).bind(id)).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::BaselineArchive).on("baseline", id.uuid())).await
    }
}
