//! Objects that are not as the check before saw them. No content is read.

use std::collections::BTreeSet;

use model::ids::{InventoryItemId, RunId};
use model::time::Moment;
use uuid::Uuid;

use super::{BY_RUN, Findings};
use crate::access::RunScope;
use crate::db::Result;
use crate::policy_versions::{AS_IT_WAS, THE_LATEST};
use crate::runs::fenced;
use crate::sql::sql;

/// An object of which there is a newer version than the one that was compared last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedObject {
    /// The inventory item.
    pub item: InventoryItemId,
    /// Microsoft's id.
    pub object_id: String,
    /// What it is called in the newer version.
    pub name: String,
    /// The version that was compared last; `None`: it was not known then.
    pub position: Option<i64>,
    /// The newer version.
    pub number: i64,
    /// Whether that says that the object disappeared.
    pub gone: bool,
}

impl Findings<'_> {
    /// Begins with a type that was never compared: what it was at an earlier complete reading is what the newest is held against.
    /// Where a check has begun already, nothing changes.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`](crate::StoreError::LeaseLost) when the attempt no longer holds its lease.
    pub async fn begin(&self, run: &RunScope, resource_type: &str, at: Moment, by: Option<RunId>) -> Result<()> {
        const BEGIN: &str = "insert into drift_readings (tenant_id, resource_type, workspace_id, compared_at, operation_run_id)
          values ($1, $2, $3, $4, (select r.id from operation_runs r where r.id = $5)) on conflict do nothing";
        const POSITIONS: &str = "insert into drift_positions (item_id, workspace_id, tenant_id, number)
          select i.id, i.workspace_id, i.tenant_id, v.number";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let begin = sql(BEGIN).bind(run.tenant_id()).bind(resource_type).bind(run.workspace_id()).bind(at).bind(by);
        if tx.exec(begin).await? > 0 {
            let positions = sql(POSITIONS)
                .push_bind(AS_IT_WAS, at)
                .push(THE_LATEST)
                .push_bind(" where i.tenant_id = ", run.tenant_id())
                .push_bind(" and i.resource_type = ", resource_type)
                .push(" on conflict do nothing");
            tx.exec(positions).await?;
        }
        tx.commit_unaudited(BY_RUN).await
    }

    /// The types of the run's tenant with an object of which there is a version that was not compared. Of all others
    /// [`Findings::changed`] has none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn types_with_changes(&self, run: &RunScope) -> Result<BTreeSet<String>> {
        const FIND: &str =
            "select distinct i.resource_type from inventory_items i left join drift_positions p on p.item_id = i.id
          where i.tenant_id = $1 and (p.number is null or p.number < i.latest_version)";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<(String,)> = db.all(sql(FIND).bind(run.tenant_id())).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(key,)| key).collect())
    }

    /// Objects of a type of which there is a version until then that was not compared, after one of them, at most so many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn changed(
        &self,
        run: &RunScope,
        resource_type: &str,
        until: Moment,
        after: Option<InventoryItemId>,
        limit: u32,
    ) -> Result<Vec<ChangedObject>> {
        type Row = (Uuid, String, String, Option<i64>, i64, bool);
        const SELECT: &str = "select i.id, i.object_id, v.name, p.number, v.number as newer, v.content_hash is null";
        let changed = sql(SELECT)
            .push_bind(AS_IT_WAS, until)
            .push(THE_LATEST)
            .push(" left join drift_positions p on p.item_id = i.id")
            .push_bind(" where i.tenant_id = ", run.tenant_id())
            .push_bind(" and i.resource_type = ", resource_type)
            .push(" and (p.number is null or (p.number < i.latest_version and p.number < v.number))")
            .push_if(" and i.id > ", after)
            .push_bind(" order by i.id limit ", limit);
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<Row> = db.all(changed).await?;
        db.end().await?;
        let object = |(item, object_id, name, position, number, gone): Row| ChangedObject {
            item: InventoryItemId::from_uuid(item),
            object_id,
            name,
            position,
            number,
            gone,
        };
        Ok(rows.into_iter().map(object).collect())
    }

    /// How many objects of a type are there now that a check has seen before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn compared_before(&self, run: &RunScope, resource_type: &str) -> Result<i64> {
        const COUNT: &str = "select count(*) from drift_positions p join inventory_items i on i.id = p.item_id
          join policy_versions v on v.item_id = i.id and v.number = p.number
          where i.tenant_id = $1 and i.resource_type = $2 and v.content_hash is not null and not i.absent";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let (count,): (i64,) = db.one(sql(COUNT).bind(run.tenant_id()).bind(resource_type)).await?;
        db.end().await?;
        Ok(count)
    }
}
