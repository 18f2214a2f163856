//! How many findings there are.

use model::finding::{FindingFilter, FindingTotals, Severity};
use model::ids::TenantId;
use model::time::Moment;

use super::Findings;
use super::list::conditions;
use crate::access::{TenantScope, WorkspaceScope};
use crate::bind::DbTime;
use crate::db::Result;
use crate::sql::sql;

impl Findings<'_> {
    /// How many findings of a tenant are open, by severity, overdue, and accepted.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn totals(&self, scope: &TenantScope) -> Result<FindingTotals> {
        const OPEN: &str = "select severity, count(*), sum(case when due_at < $now then 1 else 0 end) from findings
          where tenant_id = $1 and state in ('new', 'triaged', 'in_progress') group by severity";
        const ACCEPTED: &str = "select count(*) from findings where tenant_id = $1 and state = 'risk_accepted'";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(String, i64, i64)> = db.all(sql(OPEN).bind(scope.tenant_id())).await?;
        let (accepted,): (i64,) = db.one(sql(ACCEPTED).bind(scope.tenant_id())).await?;
        db.end().await?;
        let mut totals = FindingTotals { accepted, ..FindingTotals::default() };
        for (severity, count, overdue) in rows {
            if let Some(at) = Severity::ALL.iter().position(|one| one.code() == severity) {
                totals.open[at] += count;
            }
            totals.overdue += overdue;
        }
        Ok(totals)
    }

    /// How many findings of a tenant fit a filter, counted up to `most`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count(&self, scope: &TenantScope, filter: &FindingFilter, most: u32) -> Result<i64> {
        let some = sql("select count(*) from (select f.id from findings f").push_bind(" where f.tenant_id = ", scope.tenant_id());
        let count = conditions(some, filter).push_bind(" limit ", most).push(") as found");
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let (count,): (i64,) = db.one(count).await?;
        db.end().await?;
        Ok(count)
    }

    /// How many findings of a tenant of the workspace are open, counted up to `most`; none where the person is not entitled to it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_count(&self, scope: &WorkspaceScope, tenant: TenantId, most: i64) -> Result<i64> {
        const OPEN: &str = "select count(*) from (select 1 from findings where tenant_id = $1 and workspace_id = $2
          and state in ('new', 'triaged', 'in_progress') limit $3) as found";
        if scope.role_in(tenant).is_none() {
            return Ok(0);
        }
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let (count,): (i64,) = db.one(sql(OPEN).bind(tenant).bind(scope.workspace_id()).bind(most)).await?;
        db.end().await?;
        Ok(count)
    }

    /// When a drift check last compared something of a tenant; `None`: never. The first reading of a type is only what the next is
    /// compared with.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn compared_at(&self, scope: &TenantScope) -> Result<Option<Moment>> {
        const LATEST: &str = "select max(d.compared_at) from drift_readings d where d.tenant_id = $1
          and (exists (select 1 from inventory_readings r where r.tenant_id = d.tenant_id and r.resource_type = d.resource_type
              and r.state = 'complete' and r.ended_at < d.compared_at and r.operation_run_id is distinct from d.operation_run_id)
            or exists (select 1 from findings f where f.tenant_id = d.tenant_id and f.resource_type = d.resource_type
              and f.against = 'previous'))";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let (at,): (Option<DbTime>,) = db.one(sql(LATEST).bind(scope.tenant_id())).await?;
        db.end().await?;
        Ok(at.map(|at| at.0))
    }
}
