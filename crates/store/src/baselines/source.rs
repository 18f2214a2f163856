//! Where what a baseline wants can be restored from.

use model::baseline::BaselineItem;
use model::ids::InventoryItemId;
use uuid::Uuid;

use super::Baselines;
use crate::access::TenantScope;
use crate::db::Result;
use crate::sql::sql;

impl Baselines<'_> {
    /// The version of a tenant's own object that has the content of an item: in the tenant of which the content is, the object that was
    /// captured, also where it is gone since. `None` where there is no such version.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn version_in(&self, scope: &TenantScope, wanted: &BaselineItem) -> Result<Option<(InventoryItemId, i64)>> {
        const FIND: &str = "select i.id, v.number from inventory_items i join policy_versions v on v.item_id = i.id
          where i.tenant_id = $1 and i.resource_type = $2 and i.object_id = $3 and v.content_hash = $4 order by v.number desc limit 1";
        let find = sql(FIND)
            .bind(scope.tenant_id())
            .bind(wanted.key.resource_type.as_str())
            .bind(wanted.key.object_id.as_str())
            .bind(wanted.content_hash.as_str());
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<(Uuid, i64)> = db.optional(find).await?;
        db.end().await?;
        Ok(row.map(|(item, number)| (InventoryItemId::from_uuid(item), number)))
    }
}
