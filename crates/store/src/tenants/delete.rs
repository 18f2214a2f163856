//! Removing a tenant for good: asking for it, and the run that does it a part at a time.
//!
//! The first part marks the tenant: from then on it is not taken out of the archive any more, and its versions, which go with their
//! tenant and not before, may go. What a later attempt finds is what is left. The tenant itself goes last, with what is small and what
//! people need to see it until then; the audit trail stays, and contents to which nothing refers any more are the clean-up's.

mod parts;

use model::access::{Capability, can};
use model::audit::{Action, AuditEntry};
use model::ids::TenantId;
use model::operations::tenant_delete::Arguments;
use model::run::{StartBy, Started};
use model::tenant::TenantStatus;
use model::time::Moment;

use self::parts::PARTS;
use super::Tenants;
use crate::access::{Confirmed, RunScope, TenantScope};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::runs::{Links, fenced};
use crate::sql::sql;

const NOT_ARCHIVED: &str = "only an archived tenant can be deleted";
const AT_WORK: &str = "an operation of this tenant is not over yet";

/// What one transaction removed of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemovedPart {
    /// Rows.
    pub rows: i64,
    /// Where the next part begins; `None`: the tenant is gone.
    pub next: Option<usize>,
}

impl Tenants<'_> {
    /// Starts the run that removes an archived tenant with all that is recorded of it. For an owner of its workspace: being one in the
    /// tenant alone is not enough.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] for a token that is narrowed to some tenants; [`StoreError::NotVisible`]; [`StoreError::Conflict`] when
    /// the tenant is not archived, an operation of it is not over, or a restore to another tenant takes from it.
    pub async fn delete(&self, confirmed: &Confirmed<can::TenantDangerZone>, by: impl Into<StartBy>) -> Result<Started> {
        const TENANT: &str = "select name, status from tenants where id = $1 and workspace_id = $2";
        let (grant, tenant) = (confirmed.grant(), TenantId::from_uuid(confirmed.target()));
        if grant.tenant_id().is_some() || grant.entitled().is_some() {
            return Err(StoreError::Forbidden(Capability::TenantDangerZone));
        }
        let mut tx = self.0.db().write(grant.reach()).await?;
        let row: Option<(String, String)> = tx.optional(sql(TENANT).bind(tenant).bind(grant.workspace_id())).await?;
        let (name, status) = row.ok_or(StoreError::NotVisible)?;
        if TenantStatus::from_code(&status) != TenantStatus::Archived {
            return Err(StoreError::Conflict(NOT_ARCHIVED));
        }
        idle(&mut tx, tenant).await?;
        drop(tx);
        let request = Arguments { tenant, name }.request();
        self.0.runs().start_linked(grant, &request, &by.into(), &Links::default(), Action::TenantDelete).await
    }

    /// Since when the tenant is being removed; `None` when it is not.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn deleting_since(&self, scope: &TenantScope) -> Result<Option<Moment>> {
        let find = sql("select deleting_since from tenants where id = $1").bind(scope.tenant_id());
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<(Option<DbTime>,)> = db.optional(find).await?;
        db.end().await?;
        Ok(row.and_then(|(since,)| since).map(|since| since.0))
    }

    /// Removes the next part of an archived tenant of the attempt's workspace, beginning at a place that the part before told, at first 0.
    /// One that is gone already stays so.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] to the attempt of a tenant's run; [`StoreError::Conflict`] when the tenant is not archived any more, or
    /// something is at work in it; [`StoreError::LeaseLost`] when the attempt no longer holds its lease. Nothing was removed then.
    pub async fn remove_part(&self, run: &RunScope, tenant: TenantId, place: usize) -> Result<RemovedPart> {
        const THERE: &str = "select status from tenants where id = $1 and workspace_id = $2";
        const MARK: &str = "update tenants set deleting_since = coalesce(deleting_since, $now) where id = $1 and status = $2";
        const TENANT: &str = "delete from tenants where id = $1";
        // What it removes is the tenant's own run otherwise.
        if run.grant().tenant_id().is_some() {
            return Err(StoreError::Forbidden(Capability::TenantDangerZone));
        }
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let there: Option<(String,)> = tx.optional(sql(THERE).bind(tenant).bind(run.workspace_id())).await?;
        if there.is_none() {
            return Ok(RemovedPart { rows: 0, next: None });
        }
        if tx.exec(sql(MARK).bind(tenant).bind(TenantStatus::Archived.code())).await? == 0 {
            return Err(StoreError::Conflict(NOT_ARCHIVED));
        }
        idle(&mut tx, tenant).await?;
        for (i, part) in PARTS.iter().enumerate().skip(place) {
            let rows = tx.exec(sql(part.text).bind(tenant).bind(part.most)).await?;
            if rows > 0 {
                tx.commit_unaudited("parts of a tenant that a run removes; its start and its end are audited").await?;
                let next = if rows < u64::from(part.most) { i + 1 } else { i };
                return Ok(RemovedPart { rows: i64::try_from(rows).unwrap_or(i64::MAX), next: Some(next) });
            }
        }
        tx.exec(sql(TENANT).bind(tenant)).await?;
        let entry = AuditEntry::done(Action::TenantDeleted).on("tenant", tenant.uuid()).run(run.run_id());
        tx.commit(run.grant().actor(), entry).await?;
        Ok(RemovedPart { rows: 1, next: None })
    }
}

/// Refuses while something is at work in the tenant, or with what is recorded of it.
async fn idle(tx: &mut Tx, tenant: TenantId) -> Result<()> {
    const ACTIVE: &str = "select count(*) from operation_runs where tenant_id = $1 and status in ('queued', 'running')";
    const TAKING: &str = "select count(*) from restores x join operation_runs r on r.id = x.operation_run_id
      where x.source_tenant_id = $1 and x.tenant_id <> $1 and r.status in ('queued', 'running')";
    let (active,): (i64,) = tx.one(sql(ACTIVE).bind(tenant)).await?;
    if active > 0 {
        return Err(StoreError::Conflict(AT_WORK));
    }
    let (taking,): (i64,) = tx.one(sql(TAKING).bind(tenant)).await?;
    if taking > 0 { Err(StoreError::Conflict("a restore to another tenant takes from it and is not over yet")) } else { Ok(()) }
}
