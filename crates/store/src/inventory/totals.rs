//! Figures of many tenants at once, for the workspace's first page.

use std::collections::BTreeMap;

use model::ids::TenantId;
use model::time::Moment;
use uuid::Uuid;

use super::Inventory;
use crate::access::WorkspaceScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::sql::sql;

/// How a tenant's inventory stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TenantTotals {
    /// Items that are present.
    pub items: i64,
    /// Items that the latest complete list of their type did not have.
    pub missing: i64,
    /// How many types were ever listed completely.
    pub complete_types: i64,
    /// The oldest of the moments at which each of these was last listed completely.
    pub complete_at: Option<Moment>,
}

const ITEMS: &str = "select i.tenant_id,
    cast(sum(case when i.last_seen_at < c.complete_from then 0 else 1 end) as bigint) as items,
    cast(sum(case when i.last_seen_at < c.complete_from then 1 else 0 end) as bigint) as missing
  from inventory_items i
  left join inventory_coverage c on c.tenant_id = i.tenant_id and c.resource_type = i.resource_type
  where i.workspace_id = $1";

const COVERAGE: &str = "select tenant_id, count(complete_at) as types, min(complete_at) as oldest from inventory_coverage
  where workspace_id = $1";

impl Inventory<'_> {
    /// Figures of these tenants, as far as the person is entitled to them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn totals(&self, scope: &WorkspaceScope, tenants: &[TenantId]) -> Result<BTreeMap<TenantId, TenantTotals>> {
        let entitled: Vec<TenantId> = tenants.iter().copied().filter(|tenant| scope.role_in(*tenant).is_some()).collect();
        let workspace = scope.workspace_id();
        let items = sql(ITEMS).bind(workspace).push_in(" and i.tenant_id in ", entitled.iter().copied());
        let coverage = sql(COVERAGE).bind(workspace).push_in(" and tenant_id in ", entitled);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let items: Vec<(Uuid, i64, i64)> = db.all(items.push(" group by i.tenant_id")).await?;
        let coverage: Vec<(Uuid, i64, Option<DbTime>)> = db.all(coverage.push(" group by tenant_id")).await?;
        db.end().await?;
        let mut totals: BTreeMap<TenantId, TenantTotals> = BTreeMap::new();
        for (tenant, present, missing) in items {
            let line = totals.entry(TenantId::from_uuid(tenant)).or_default();
            (line.items, line.missing) = (present, missing);
        }
        for (tenant, types, oldest) in coverage {
            let line = totals.entry(TenantId::from_uuid(tenant)).or_default();
            (line.complete_types, line.complete_at) = (types, oldest.map(|t| t.0));
        }
        Ok(totals)
    }
}
