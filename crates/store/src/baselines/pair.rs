//! Saying which object of a tenant is meant by an item.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::baseline::{ItemKey, ItemState, MatchedBy};
use model::ids::{BaselineId, InventoryItemId};
use serde_json::json;

use super::Baselines;
use crate::access::{Permit, TenantScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

impl Baselines<'_> {
    /// Says that an object of a tenant is what is meant by an item; the next comparison goes by it. Whatever else was meant by it, or by
    /// which other item the object was meant, is found anew.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant is not held against the baseline, or has no such object of that type;
    /// [`StoreError::Conflict`] when no version of the baseline has the item.
    pub async fn pair(
        &self,
        permit: &Permit<can::WorkspaceBaselinesManage>,
        scope: &TenantScope,
        id: BaselineId,
        key: &ItemKey,
        item: InventoryItemId,
    ) -> Result<()> {
        const ASSIGNED: &str =
            "select 1 from baseline_assignments where tenant_id = $1 and baseline_id = $2 and workspace_id = $3";
        const OBJECT: &str =
            "select 1 from inventory_items where tenant_id = $1 and id = $2 and resource_type = $3 and not absent";
        const ITEM: &str =
            "select 1 from baseline_items where baseline_id = $1 and resource_type = $2 and object_id = $3 limit 1";
        const OTHERS: &str = "delete from baseline_matches where tenant_id = $1 and baseline_id = $2 and item_id = $3";
        const PAIR: &str = "insert into baseline_matches (tenant_id, baseline_id, resource_type, object_id, workspace_id, item_id, how, state,
            properties, wanted) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')
          on conflict (tenant_id, baseline_id, resource_type, object_id) do update set item_id = excluded.item_id, how = excluded.how,
            wanted = '', version = null";
        let grant = permit.grant();
        if scope.workspace_id() != grant.workspace_id() {
            return Err(StoreError::NotVisible);
        }
        let mut tx = self.0.db().write(grant.reach()).await?;
        let assigned = sql(ASSIGNED).bind(scope.tenant_id()).bind(id).bind(grant.workspace_id());
        tx.optional::<(i32,)>(assigned).await?.ok_or(StoreError::NotVisible)?;
        let object = sql(OBJECT).bind(scope.tenant_id()).bind(item).bind(key.resource_type.as_str());
        tx.optional::<(i32,)>(object).await?.ok_or(StoreError::NotVisible)?;
        let known = sql(ITEM).bind(id).bind(key.resource_type.as_str()).bind(key.object_id.as_str());
        let known: Option<(i32,)> = tx.optional(known).await?;
        known.ok_or(StoreError::Conflict("the baseline does not have the object"))?;
        tx.exec(sql(OTHERS).bind(scope.tenant_id()).bind(id).bind(item)).await?;
        let pair = sql(PAIR)
            .bind(scope.tenant_id())
            .bind(id)
            .bind(key.resource_type.as_str())
            .bind(key.object_id.as_str())
            .bind(grant.workspace_id())
            .bind(item)
            .bind(MatchedBy::Person.code())
            .bind(ItemState::Missing.code())
            .bind(json!([]));
        tx.exec(pair).await?;
        let entry = AuditEntry::done(Action::BaselinePair).on("baseline", id.uuid()).with("tenant", scope.tenant_id().uuid());
        tx.commit(grant.actor(), entry).await
    }
}
