//! What people do with sets.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::BackupSetId;

use super::Backups;
use super::row::in_use;
use crate::access::{Confirmed, Grant, Permit};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// A set of the grant's tenant; its row is held until the transaction ends: whether it is pinned, and whether something uses it.
///
/// # Errors
/// [`StoreError::NotVisible`].
async fn held(tx: &mut Tx, grant: &Grant, id: BackupSetId) -> Result<(bool, bool)> {
    // A write that changes nothing waits for whoever is at it, on both databases.
    const HOLD: &str =
        "update backup_sets set pinned = pinned where id = $1 and workspace_id = $2 and tenant_id = $3 returning pinned";
    const USED: &str = concat!("select case when ", in_use!("$1"), " then cast(1 as bigint) else cast(0 as bigint) end");
    let row: Option<(bool,)> = tx.optional(sql(HOLD).bind(id).bind(grant.workspace_id()).bind(grant.tenant_id())).await?;
    let (pinned,) = row.ok_or(StoreError::NotVisible)?;
    let (uses,): (i64,) = tx.one(sql(USED).bind(id)).await?;
    Ok((pinned, uses > 0))
}

impl Backups<'_> {
    /// Pins a set, so that retention leaves it alone and nobody removes it.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`].
    pub async fn pin(&self, permit: &Permit<can::BackupsRun>, id: BackupSetId) -> Result<()> {
        self.set_pin(permit.grant(), id, true).await
    }

    /// Takes the pin of a set away. It takes what removing the set takes: the next retention may do that.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`].
    pub async fn unpin(&self, permit: &Permit<can::BackupSchedulesManage>, id: BackupSetId) -> Result<()> {
        self.set_pin(permit.grant(), id, false).await
    }

    async fn set_pin(&self, grant: &Grant, id: BackupSetId, pinned: bool) -> Result<()> {
        let mut tx = self.0.db().write(grant.reach()).await?;
        held(&mut tx, grant, id).await?;
        tx.exec(sql("update backup_sets set pinned = $2 where id = $1").bind(id).bind(pinned)).await?;
        let entry = AuditEntry::done(Action::BackupSetPin).on("backup_set", id.uuid()).with("on", i64::from(pinned));
        tx.commit(grant.actor(), entry).await
    }

    /// Notes in the audit trail that a set was exported at the machine's command line.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`].
    pub async fn exported(&self, permit: &Permit<can::BackupsRun>, id: BackupSetId) -> Result<()> {
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        held(&mut tx, grant, id).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::BackupSetExport).on("backup_set", id.uuid())).await
    }

    /// Removes the set. The versions that it holds stay, as every version does. A run that verifies it ends, as it is gone.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] for one that is pinned, that a restore or a baseline uses, or that a run
    /// captures.
    pub async fn delete(&self, confirmed: &Confirmed<can::BackupSchedulesManage>) -> Result<()> {
        const BUSY: &str = "select count(*) from backup_sets s join operation_runs r on r.id = s.operation_run_id
          where s.id = $1 and r.status in ('queued', 'running')";
        let (grant, id) = (confirmed.grant(), BackupSetId::from_uuid(confirmed.target()));
        let mut tx = self.0.db().write(grant.reach()).await?;
        let (pinned, used) = held(&mut tx, grant, id).await?;
        if pinned {
            return Err(StoreError::Conflict("the backup set is pinned"));
        }
        if used {
            return Err(StoreError::Conflict("a restore or a baseline uses the backup set"));
        }
        let (busy,): (i64,) = tx.one(sql(BUSY).bind(id)).await?;
        if busy > 0 {
            return Err(StoreError::Conflict("the backup set is being captured; cancel its run first"));
        }
        tx.exec(sql("delete from backup_sets where id = $1").bind(id)).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::BackupSetDelete).on("backup_set", id.uuid())).await
    }
}
