//! What a run reads of its restore.

use std::collections::BTreeMap;

use model::ids::RestoreId;
use model::restore::Mapping;

use super::Restores;
use super::plan::{Through, mapping};
use super::row::{ITEMS, ItemRow, Restore, RestoreItem};
use crate::access::RunScope;
use crate::db::Result;
use crate::sql::sql;

/// An object that the inventory of the run's tenant knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownObject {
    /// Key of its type.
    pub resource_type: String,
    /// Microsoft's id of it.
    pub object_id: String,
    /// What it is called.
    pub name: String,
    /// Its `@odata.type`, when it said it.
    pub odata_type: Option<String>,
    /// Hash of the content that was last stored of it.
    pub content_hash: String,
    /// Whether it is known to be gone.
    pub absent: bool,
}

impl Restores<'_> {
    /// The restore of a run, of the run's tenant.
    ///
    /// # Errors
    /// [`crate::StoreError::NotVisible`] when it is gone.
    pub async fn for_run(&self, run: &RunScope, id: RestoreId) -> Result<Restore> {
        self.one(run.grant(), id).await
    }

    /// Its items, in their order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn items_for_run(&self, run: &RunScope, id: RestoreId) -> Result<Vec<RestoreItem>> {
        let items = sql(ITEMS).push_bind(" where i.restore_id = ", id).push_bind(" and i.tenant_id = ", run.tenant_id());
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<ItemRow> = db.all(items.push(" order by i.number")).await?;
        db.end().await?;
        rows.into_iter().map(RestoreItem::try_from).collect()
    }

    /// What references become, as far as it was decided.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn mapping_for_run(&self, run: &RunScope, id: RestoreId) -> Result<Mapping> {
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let mapping = mapping(&mut Through::Reader(&mut db), id).await?;
        db.end().await?;
        Ok(mapping)
    }

    /// The objects of that type that the inventory knows or knew, by Microsoft's id in lower case.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn known(&self, run: &RunScope, resource_type: &str) -> Result<BTreeMap<String, KnownObject>> {
        const KNOWN: &str = "select object_id, name, odata_type, content_hash, absent from inventory_items
          where tenant_id = $1 and resource_type = $2";
        type Row = (String, String, Option<String>, String, bool);
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<Row> = db.all(sql(KNOWN).bind(run.tenant_id()).bind(resource_type)).await?;
        db.end().await?;
        let known = |(object_id, name, odata_type, content_hash, absent): Row| {
            let lower = object_id.to_lowercase();
            (lower, KnownObject { resource_type: resource_type.to_owned(), object_id, name, odata_type, content_hash, absent })
        };
        Ok(rows.into_iter().map(known).collect())
    }
}
