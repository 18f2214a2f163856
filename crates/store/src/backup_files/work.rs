//! What the run does that writes a file or reads it.

use model::ids::{BackupFileId, TenantId};

use super::BackupFiles;
use super::fetch::{FETCHABLE, OpenFile, find};
use super::secret::{FileKey, FileLock};
use crate::access::{Grant, RunScope};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

/// Writes a part; one of an earlier attempt is replaced.
pub(super) async fn put(tx: &mut Tx, grant: &Grant, file: BackupFileId, number: i64, closed: Vec<u8>) -> Result<()> {
    const FIND: &str = "select count(*) from backup_files where id = $1 and tenant_id = $2";
    const PUT: &str =
        "insert into backup_file_parts (file_id, number, workspace_id, tenant_id, bytes) values ($1, $2, $3, $4, $5)
      on conflict (file_id, number) do update set bytes = excluded.bytes";
    let (found,): (i64,) = tx.one(sql(FIND).bind(file).bind(grant.tenant_id())).await?;
    if found == 0 {
        return Err(StoreError::NotVisible);
    }
    let put = sql(PUT).bind(file).bind(number).bind(grant.workspace_id()).bind(grant.tenant_id()).bind(closed);
    tx.exec(put).await?;
    Ok(())
}

impl BackupFiles<'_> {
    /// Opens the file of the attempt's run. It belongs to that run from then on.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when it is gone, or another run's.
    pub async fn open(&self, run: &RunScope, id: BackupFileId) -> Result<OpenFile> {
        const MINE: &str = "update backup_files set operation_run_id = $3
          where id = $1 and tenant_id = $2 and (operation_run_id is null or operation_run_id = $3)";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let mine = sql(MINE).bind(id).bind(run.tenant_id()).bind(run.run_id());
        if tx.exec(mine).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a file without a tenant"))?;
        let file = opened(self, &mut tx, tenant, id).await?;
        tx.commit_unaudited("a file that a run works on; the run is the record").await?;
        Ok(file)
    }

    /// Writes a part of an export, from 0.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease; [`StoreError::NotVisible`] when the file was removed.
    pub async fn write(&self, run: &RunScope, file: &OpenFile, number: i64, bytes: &[u8]) -> Result<()> {
        let closed = file.secret.parts.close(file.id.uuid(), number, bytes)?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        put(&mut tx, run.grant(), file.id, number, closed).await?;
        tx.commit_unaudited("a part of a file that a run writes; the run is the record").await
    }

    /// The export is whole: it can be fetched for some days. What closed it is forgotten, and what a longer attempt left behind it.
    ///
    /// # Errors
    /// As [`BackupFiles::write`].
    pub async fn complete(&self, run: &RunScope, file: OpenFile, bytes: i64, parts: i64) -> Result<()> {
        const DONE: &str =
            "update backup_files set completed_at = $now, expires_at = $after(3), bytes = $4, parts = $5, sealed_secret = $6
          where id = $1 and tenant_id = $2";
        const BEHIND: &str = "delete from backup_file_parts where file_id = $1 and number >= $2";
        let id = file.id;
        let sealed = file.secret.without_archive().seal(self.0.keyring(), id.uuid())?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        tx.exec(sql(BEHIND).bind(id).bind(parts)).await?;
        let done = sql(DONE).bind(id).bind(run.tenant_id()).bind(FETCHABLE).bind(bytes).bind(parts).bind(sealed);
        if tx.exec(done).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        tx.commit_unaudited("a file that a run wrote; the run is the record").await
    }

    /// Removes a file of the attempt's run: one that was read, or that never became whole.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn drop(&self, run: &RunScope, id: BackupFileId) -> Result<()> {
        const DROP: &str = "delete from backup_files where id = $1 and tenant_id = $2 and operation_run_id = $3";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        tx.exec(sql(DROP).bind(id).bind(run.tenant_id()).bind(run.run_id())).await?;
        tx.commit_unaudited("a file that a run has done with; the run is the record").await
    }

    /// Removes up to `limit` files of the attempt's workspace whose time is over. How many they were.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn expire(&self, run: &RunScope, limit: u32) -> Result<u64> {
        const OVER: &str = "delete from backup_files where id in (select id from backup_files
          where workspace_id = $1 and expires_at <= $now order by expires_at limit $2)";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let removed = tx.exec(sql(OVER).bind(run.workspace_id()).bind(limit)).await?;
        tx.commit_unaudited("files whose time is over; the run that removes them counts them").await?;
        Ok(removed)
    }
}

async fn opened(files: &BackupFiles<'_>, tx: &mut Tx, tenant: TenantId, id: BackupFileId) -> Result<OpenFile> {
    let row = tx.optional(find(tenant, id)).await?;
    OpenFile::of(files.0.keyring(), row.ok_or(StoreError::NotVisible)?)
}

impl OpenFile {
    /// How an export is to be closed, until it is whole.
    #[must_use]
    pub fn lock(&self) -> Option<FileLock> {
        self.secret.lock()
    }

    /// What opens an archive that was sent.
    #[must_use]
    pub fn key(&self) -> Option<FileKey> {
        self.secret.key()
    }
}
