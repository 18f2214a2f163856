//! What objects are called that another object refers to.

use std::collections::BTreeMap;

use super::Inventory;
use crate::access::TenantScope;
use crate::db::Result;
use crate::sql::sql;

impl Inventory<'_> {
    /// Names by Microsoft's id, of objects of these types, as far as the inventory knows them. Items without a name are left out.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn names(&self, scope: &TenantScope, types: &[&str], object_ids: &[String]) -> Result<BTreeMap<String, String>> {
        let statement = sql("select object_id, name from inventory_items where tenant_id = $1 and name <> ''")
            .bind(scope.tenant_id())
            .push_in(" and resource_type in ", types.iter().copied())
            .push_in(" and object_id in ", object_ids.iter().map(String::as_str));
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(String, String)> = db.all(statement).await?;
        db.end().await?;
        Ok(rows.into_iter().collect())
    }
}
