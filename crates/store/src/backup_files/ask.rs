//! Asking for an export, and the files of a set.

use std::time::Duration;

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::backup::{BackupFile, BackupStatus, FileProtection};
use model::ids::{BackupFileId, BackupSetId, RunId};
use uuid::Uuid;

use super::BackupFiles;
use super::secret::{FileLock, Secret};
use crate::access::{Grant, Permit, TenantScope};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// Files that a tenant has at once.
const MOST_FILES: i64 = 20;
/// How long a file may wait for its run, and the run for it.
pub(super) const UNFINISHED: Duration = Duration::from_secs(2 * 24 * 3600);
/// How long a file may take to arrive.
const ARRIVING: Duration = Duration::from_secs(3600);

/// A file as it begins. The tenant's row is held, so that the limit is counted by one at a time.
pub(super) async fn insert(
    tx: &mut Tx,
    grant: &Grant,
    id: BackupFileId,
    kind: &'static str,
    set: Option<BackupSetId>,
    protection: &'static str,
    sealed: Vec<u8>,
) -> Result<()> {
    const HOLD: &str = "update tenants set name = name where id = $1";
    const COUNT: &str = "select count(*) from backup_files where tenant_id = $1 and expires_at > $now";
    const INSERT: &str =
        "insert into backup_files (id, workspace_id, tenant_id, kind, set_id, created_by, created_at, expires_at,
        protection, sealed_secret, bytes, parts)
      values ($1, $2, $3, $4, $5, $6, $now, $after(7), $8, $9, 0, 0)";
    tx.exec(sql(HOLD).bind(grant.tenant_id())).await?;
    let (files,): (i64,) = tx.one(sql(COUNT).bind(grant.tenant_id())).await?;
    if files >= MOST_FILES {
        return Err(StoreError::Conflict("the tenant has 20 files with backups already; remove some first"));
    }
    let insert = sql(INSERT)
        .bind(id)
        .bind(grant.workspace_id())
        .bind(grant.tenant_id())
        .bind(kind)
        .bind(set)
        .bind(grant.user().map(|user| user.id))
        .bind(if set.is_some() { UNFINISHED } else { ARRIVING })
        .bind(protection)
        .bind(sealed);
    tx.exec(insert).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    protection: String,
    operation_run_id: Option<Uuid>,
    created_by: Option<String>,
    created_at: DbTime,
    expires_at: DbTime,
    completed_at: Option<DbTime>,
    bytes: i64,
}

impl From<Row> for BackupFile {
    fn from(row: Row) -> Self {
        Self {
            id: BackupFileId::from_uuid(row.id),
            protection: FileProtection::from_code(&row.protection),
            run_id: row.operation_run_id.map(RunId::from_uuid),
            created_by: row.created_by.unwrap_or_default(),
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            completed_at: row.completed_at.map(|at| at.0),
            bytes: row.bytes,
        }
    }
}

impl BackupFiles<'_> {
    /// Makes the file of an export, for the run that writes it.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such set; [`StoreError::Conflict`] when nothing can be taken out of it, or the
    /// tenant has 20 files already.
    pub async fn ask(&self, permit: &Permit<can::BackupsRun>, set: BackupSetId, lock: &FileLock) -> Result<BackupFileId> {
        const FIND: &str = "select status from backup_sets where id = $1 and tenant_id = $2";
        let (grant, id) = (permit.grant(), BackupFileId::generate());
        let sealed = Secret::of_lock(lock)?.seal(self.0.keyring(), id.uuid())?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let row: Option<(String,)> = tx.optional(sql(FIND).bind(set).bind(grant.tenant_id())).await?;
        let (status,) = row.ok_or(StoreError::NotVisible)?;
        if !BackupStatus::from_code(&status).is_usable() {
            return Err(StoreError::Conflict("nothing of the backup set can be used"));
        }
        insert(&mut tx, grant, id, "export", Some(set), lock.protection().code(), sealed).await?;
        let entry = AuditEntry::done(Action::BackupSetExport)
            .on("backup_set", set.uuid())
            .with("encrypted", i64::from(!matches!(lock, FileLock::Open { .. })));
        tx.commit(grant.actor(), entry).await?;
        Ok(id)
    }

    /// The exported files of a set that can be fetched, or will be, newest first: at most 20.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of_set(&self, scope: &TenantScope, set: BackupSetId) -> Result<Vec<BackupFile>> {
        const FILES: &str = "select f.id, f.protection, f.operation_run_id, u.name as created_by, f.created_at, f.expires_at,
            f.completed_at, f.bytes
          from backup_files f left join users u on u.id = f.created_by
          where f.tenant_id = $1 and f.set_id = $2 and f.kind = 'export' and f.expires_at > $now
          order by f.created_at desc, f.id desc limit 20";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<Row> = db.all(sql(FILES).bind(scope.tenant_id()).bind(set)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(BackupFile::from).collect())
    }
}
