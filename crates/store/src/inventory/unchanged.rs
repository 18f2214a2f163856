//! Objects that need not be read again, and objects whose absence has to be made sure of.

use std::collections::BTreeSet;

use model::resource_types;
use model::time::Moment;

use super::{Inventory, observe};
use crate::access::RunScope;
use crate::bind::storable;
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;

impl Inventory<'_> {
    /// Notes that objects are there for which the list told the same as when they were last read, given by Microsoft's id and
    /// fingerprint. They were observed when the list was asked (`listed`), and not when that is written. Gives the ids of those that are to be read: new ones, changed ones, and ones that had disappeared.
    ///
    /// Where not the list but the silence of the audit log says that they are the same, they were not observed whole: an event that
    /// arrives late must still lie after the latest observation.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn seen_unchanged(
        &self,
        run: &RunScope,
        resource_type: &'static str,
        objects: &[(String, String)],
        listed: Moment,
    ) -> Result<BTreeSet<String>> {
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("an inventory run without a tenant"))?;
        const OBSERVED: &str = "update inventory_items set last_seen_at = $now, last_seen_operation_run_id = $1,
                observed_at = case when observed_at > $4 then observed_at else $4 end
              where tenant_id = $2 and resource_type = $3 and latest_version > 0 and not absent";
        const HEARD: &str = "update inventory_items set last_seen_at = $now, last_seen_operation_run_id = $1
              where tenant_id = $2 and resource_type = $3 and latest_version > 0 and not absent";
        let audited = resource_types::find(resource_type).is_some_and(|kind| kind.list.audited);
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        for chunk in objects.chunks(CHUNK) {
            // A fingerprint holds the id: no object can pass for another one of the chunk.
            let same = sql(if audited { HEARD } else { OBSERVED }).bind(run.run_id()).bind(tenant).bind(resource_type);
            let same = if audited { same } else { same.bind(listed) };
            let same = same
                .push_in(" and object_id in ", chunk.iter().map(|(id, _)| id.as_str()))
                .push_in(" and list_fingerprint in ", chunk.iter().map(|(_, fingerprint)| fingerprint.as_str()))
                .push(" returning object_id");
            let rows: Vec<(String,)> = tx.all(same).await?;
            seen.extend(rows.into_iter().map(|(id,)| id));
        }
        tx.commit_unaudited("observations of a run; the run is the record").await?;
        Ok(objects.iter().map(|(id, _)| id).filter(|id| !seen.contains(&storable((*id).clone()))).cloned().collect())
    }

    /// Notes that objects are still there although their content could not be read this time. Whatever the list says of them, the next
    /// sync reads them.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn still_there(&self, run: &RunScope, resource_type: &'static str, object_ids: &[String]) -> Result<()> {
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("an inventory run without a tenant"))?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        observe::seen(&mut tx, run, tenant, resource_type, object_ids).await?;
        observe::untold(&mut tx, tenant, resource_type, object_ids).await?;
        tx.commit_unaudited("observations of a run; the run is the record").await
    }

    /// Microsoft's ids of items of the type that were there and were not seen since `from`, at most `limit`: candidates for having
    /// disappeared.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unseen(&self, run: &RunScope, resource_type: &'static str, from: Moment, limit: u32) -> Result<Vec<String>> {
        let find = sql("select object_id from inventory_items
          where tenant_id = $1 and resource_type = $2 and last_seen_at < $3 and not absent")
        .bind(run.tenant_id())
        .bind(resource_type)
        .bind(from)
        .push_bind(" order by id limit ", limit);
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<(String,)> = db.all(find).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }
}
