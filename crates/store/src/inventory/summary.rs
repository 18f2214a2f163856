//! How much of what there is, and how fresh it is.

use std::collections::BTreeMap;

use model::coverage::TypeState;
use model::inventory::TypeSummary;

use super::Inventory;
use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::sql::sql;

const ITEMS: &str = "select i.resource_type,
    cast(sum(case when i.last_seen_at < c.complete_from then 0 else 1 end) as bigint) as items,
    cast(sum(case when i.last_seen_at < c.complete_from then 1 else 0 end) as bigint) as missing
  from inventory_items i
  left join inventory_coverage c on c.tenant_id = i.tenant_id and c.resource_type = i.resource_type
  where i.tenant_id = $1 group by i.resource_type";

const COVERAGE: &str = "select resource_type, complete_at, state, failure_code from inventory_coverage where tenant_id = $1";

/// A type, when its list was last complete, how the latest attempt ended, and the code of its failure.
type Latest = (String, Option<DbTime>, Option<String>, Option<String>);

impl Inventory<'_> {
    /// One line per resource type that was ever read or attempted, by key.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn summary(&self, scope: &TenantScope) -> Result<Vec<TypeSummary>> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let items: Vec<(String, i64, i64)> = db.all(sql(ITEMS).bind(scope.tenant_id())).await?;
        let coverage: Vec<Latest> = db.all(sql(COVERAGE).bind(scope.tenant_id())).await?;
        db.end().await?;
        let empty = |key: &str| TypeSummary {
            resource_type: key.to_owned(),
            items: 0,
            missing: 0,
            complete_at: None,
            state: None,
            failure_code: None,
        };
        let mut lines: BTreeMap<String, TypeSummary> = BTreeMap::new();
        for (key, present, missing) in items {
            let line = lines.entry(key.clone()).or_insert_with(|| empty(&key));
            (line.items, line.missing) = (present, missing);
        }
        for (key, complete_at, state, failure_code) in coverage {
            let line = lines.entry(key.clone()).or_insert_with(|| empty(&key));
            line.complete_at = complete_at.map(|t| t.0);
            line.state = state.map(|code| TypeState::from_code(&code));
            line.failure_code = failure_code;
        }
        Ok(lines.into_values().collect())
    }
}
