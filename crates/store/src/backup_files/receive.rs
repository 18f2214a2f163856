//! Taking a file that somebody sends, part by part: it is never held as a whole.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::backup::MOST_FILE_BYTES;
use model::ids::BackupFileId;

use super::ask::{UNFINISHED, insert};
use super::part::{PART_BYTES, PartKey};
use super::secret::{FileKey, Secret};
use super::{BackupFiles, work};
use crate::access::Permit;
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

/// A file that is being sent.
pub struct Receiving {
    id: BackupFileId,
    key: PartKey,
    /// Bytes that are no whole part yet.
    rest: Vec<u8>,
    bytes: u64,
    parts: i64,
}

impl std::fmt::Debug for Receiving {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Receiving({}, {} bytes)", self.id, self.bytes)
    }
}

impl BackupFiles<'_> {
    /// Begins to take a file. One that is not sent to its end goes by itself after an hour.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the tenant has 20 files already.
    pub async fn receive(&self, permit: &Permit<can::BackupsRun>, key: Option<&FileKey>) -> Result<Receiving> {
        let (grant, id) = (permit.grant(), BackupFileId::generate());
        let secret = Secret::of_key(key)?;
        let sealed = secret.seal(self.0.keyring(), id.uuid())?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        insert(&mut tx, grant, id, "import", None, if key.is_some() { "sealed" } else { "open" }, sealed).await?;
        let entry = AuditEntry::done(Action::BackupFileReceive).on("backup_file", id.uuid());
        tx.commit(grant.actor(), entry).await?;
        Ok(Receiving { id, key: secret.parts, rest: Vec::new(), bytes: 0, parts: 0 })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there are more than a file may have.
    pub async fn append(&self, permit: &Permit<can::BackupsRun>, file: &mut Receiving, bytes: &[u8]) -> Result<()> {
        file.bytes += bytes.len() as u64;
        if file.bytes > MOST_FILE_BYTES {
            return Err(StoreError::Conflict("the file is too large"));
        }
        file.rest.extend_from_slice(bytes);
        while file.rest.len() >= PART_BYTES {
            let rest = file.rest.split_off(PART_BYTES);
            let part = std::mem::replace(&mut file.rest, rest);
            self.put(permit, file, &part).await?;
        }
        Ok(())
    }

    async fn put(&self, permit: &Permit<can::BackupsRun>, file: &mut Receiving, part: &[u8]) -> Result<()> {
        let closed = file.key.close(file.id.uuid(), file.parts, part)?;
        let mut tx = self.0.db().write(permit.grant().reach()).await?;
        work::put(&mut tx, permit.grant(), file.id, file.parts, closed).await?;
        file.parts += 1;
        tx.commit_unaudited("a part of a file whose receiving is audited").await
    }

    /// Removes a file that was sent and that no run reads after all.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such file.
    pub async fn discard(&self, permit: &Permit<can::BackupsRun>, id: BackupFileId) -> Result<()> {
        const DISCARD: &str = "delete from backup_files where id = $1 and tenant_id = $2 and kind = 'import'";
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        if tx.exec(sql(DISCARD).bind(id).bind(grant.tenant_id())).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::BackupFileRemove).on("backup_file", id.uuid())).await
    }

    /// All was sent.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when it was removed meanwhile.
    pub async fn received(&self, permit: &Permit<can::BackupsRun>, mut file: Receiving) -> Result<BackupFileId> {
        const DONE: &str = "update backup_files set completed_at = $now, bytes = $3, parts = $4, expires_at = $after(5)
          where id = $1 and tenant_id = $2 and kind = 'import'";
        let rest = std::mem::take(&mut file.rest);
        if !rest.is_empty() {
            self.put(permit, &mut file, &rest).await?;
        }
        let mut tx = self.0.db().write(permit.grant().reach()).await?;
        let bytes = i64::try_from(file.bytes).unwrap_or(i64::MAX);
        let done = sql(DONE).bind(file.id).bind(permit.grant().tenant_id()).bind(bytes).bind(file.parts).bind(UNFINISHED);
        if tx.exec(done).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        tx.commit_unaudited("the end of a file whose receiving is audited").await?;
        Ok(file.id)
    }
}
