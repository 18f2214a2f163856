//! The beginning of a capture.

use std::collections::BTreeSet;

use model::backup::{BackupStatus, Selection};
use model::ids::{BackupSetId, InventoryItemId};
use uuid::Uuid;

use super::Backups;
use crate::access::RunScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

/// What a set is called for which nobody chose a name.
const NAMELESS: &str = "Backup";

/// The set of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenSet {
    /// It.
    pub id: BackupSetId,
    /// How far it is: an earlier attempt may have sealed it.
    pub status: BackupStatus,
}

impl Backups<'_> {
    /// Makes the set of the attempt's run, or finds the one that an earlier attempt made. Until it is sealed it holds nothing, and
    /// says that it is being captured. An empty name: that of the run's schedule, or none.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn open(&self, run: &RunScope, selection: &Selection, name: &str) -> Result<OpenSet> {
        const OPEN: &str = "insert into backup_sets (id, workspace_id, tenant_id, name, status, selection, holds, operation_run_id,
              schedule_id, created_by, created_by_name, started_at, items, bytes, missing, left_out, pinned)
            values ($1, $2, $3, coalesce(nullif($4, ''), (select name from schedules where id = $8), $5), $6, $7, $13, $9, $8, $10, $11,
              $now, 0, 0, 0, 0, $12)
            on conflict do nothing";
        const FIND: &str = "select id, status from backup_sets where operation_run_id = $1";
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a backup without a tenant"))?;
        let (mut tx, now) = fenced(self.0.db(), run).await?;
        let open = sql(OPEN)
            .bind(BackupSetId::generate())
            .bind(run.workspace_id())
            .bind(tenant)
            .bind(name)
            .bind(NAMELESS)
            .bind(BackupStatus::Capturing.code())
            .bind(selection.to_stored())
            .bind(now.schedule_id)
            .bind(run.run_id())
            .bind(run.initiator())
            .bind(now.initiator_name.as_str())
            .bind(false)
            .bind(selection.words());
        tx.exec(open).await?;
        let (id, status): (Uuid, String) = tx.one(sql(FIND).bind(run.run_id())).await?;
        tx.commit_unaudited("a set that a run begins; the run is the record").await?;
        Ok(OpenSet { id: BackupSetId::from_uuid(id), status: BackupStatus::from_code(&status) })
    }

    /// Keys of the resource types of those objects of the run's tenant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn types_of(&self, run: &RunScope, items: &BTreeSet<InventoryItemId>) -> Result<BTreeSet<String>> {
        let items: Vec<InventoryItemId> = items.iter().copied().collect();
        let mut types = BTreeSet::new();
        let mut db = self.0.db().read(run.grant().reach()).await?;
        for chunk in items.chunks(100) {
            let find = sql("select distinct resource_type from inventory_items where tenant_id = $1").bind(run.tenant_id());
            let rows: Vec<(String,)> = db.all(find.push_in(" and id in ", chunk.iter().copied())).await?;
            types.extend(rows.into_iter().map(|(key,)| key));
        }
        db.end().await?;
        Ok(types)
    }
}
