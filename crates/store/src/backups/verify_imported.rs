//! Making sure that the contents of an imported set are what was stored.

use model::backup::ItemProblem;
use model::ids::{BackupSetId, InventoryItemId};
use uuid::Uuid;

use super::{Backups, Portion};
use crate::access::RunScope;
use crate::blobs;
use crate::db::Result;
use crate::runs::fenced;
use crate::sql::sql;

/// Contents that are looked at together.
const AT_ONCE: u32 = 20;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    resource_type: String,
    name: String,
    content_hash: String,
}

impl Backups<'_> {
    /// As [`Backups::verify`], for the objects of an imported set; `after` and [`Portion::last`] are their ids.
    ///
    /// # Errors
    /// [`crate::StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn verify_imported(&self, run: &RunScope, set: BackupSetId, after: Option<InventoryItemId>) -> Result<Portion> {
        const NEXT: &str = "select o.id, o.resource_type, o.name, o.content_hash from backup_set_objects o
          where o.tenant_id = $1 and o.set_id = $2";
        const FINE: &str = "update backup_set_objects set problem = null where set_id = $1 and problem is not null";
        const WRONG: &str = "update backup_set_objects set problem = $3 where set_id = $1 and id = $2";
        let next = sql(NEXT).bind(run.tenant_id()).bind(set).push_if(" and o.id > ", after);
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<Row> = db.all(next.push_bind(" order by o.id limit ", AT_ONCE)).await?;
        let hashes: Vec<String> = rows.iter().map(|row| row.content_hash.clone()).collect();
        let contents = blobs::stored(&mut db, run.workspace_id(), &hashes).await?;
        db.end().await?;
        let mut portion = Portion { checked: i64::try_from(rows.len()).unwrap_or(0), ..Portion::default() };
        portion.last = rows.last().map(|row| InventoryItemId::from_uuid(row.id));
        if rows.is_empty() {
            return Ok(portion);
        }
        let stored = contents.fetch(self.0, run.grant().reach()).await?;
        // Unpacked before the transaction begins: whoever waits for the writer does not wait for that.
        let found: Vec<(Row, Option<ItemProblem>)> =
            rows.into_iter().map(|row| (stored.text(&row.content_hash).err(), row)).map(|(p, row)| (row, p)).collect();
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        tx.exec(sql(FINE).bind(set).push_in(" and id in ", found.iter().map(|(row, _)| row.id))).await?;
        for (row, problem) in found {
            let Some(problem) = problem else { continue };
            tx.exec(sql(WRONG).bind(set).bind(row.id).bind(problem.code())).await?;
            portion.wrong.push((problem, row.resource_type, row.name));
        }
        tx.commit_unaudited("what a run found of contents; the run is the record").await?;
        Ok(portion)
    }
}
