//! Giving a file away, and removing it.

use std::time::Duration;

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::{BackupFileId, BackupSetId, TenantId};
use uuid::Uuid;

use super::BackupFiles;
use super::secret::Secret;
use crate::access::{Permit, TenantScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::sealed::Keyring;
use crate::sql::{Sql, sql};

/// How long an export can be fetched once it is whole.
pub const FETCHABLE: Duration = Duration::from_secs(3 * 24 * 3600);

/// A file that may be read or written.
pub struct OpenFile {
    pub(super) id: BackupFileId,
    pub(super) secret: Secret,
    set: Option<BackupSetId>,
    bytes: i64,
    parts: i64,
    whole: bool,
}

impl std::fmt::Debug for OpenFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenFile({}, {} bytes)", self.id, self.bytes)
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: Uuid,
    set_id: Option<Uuid>,
    sealed_secret: Vec<u8>,
    bytes: i64,
    parts: i64,
    whole: i64,
}

/// A file of a tenant whose time is not over.
pub(super) fn find(tenant: TenantId, id: BackupFileId) -> Sql {
    const FIND: &str = "select id, set_id, sealed_secret, bytes, parts,
        cast(case when completed_at is null then 0 else 1 end as bigint) as whole
      from backup_files where id = $1 and tenant_id = $2 and expires_at > $now";
    sql(FIND).bind(id).bind(tenant)
}

impl OpenFile {
    pub(super) fn of(keyring: &Keyring, row: Row) -> Result<Self> {
        Ok(Self {
            id: BackupFileId::from_uuid(row.id),
            secret: Secret::open(keyring, row.id, &row.sealed_secret)?,
            set: row.set_id.map(BackupSetId::from_uuid),
            bytes: row.bytes,
            parts: row.parts,
            whole: row.whole == 1,
        })
    }

    /// The set that it is an export of.
    #[must_use]
    pub const fn set(&self) -> Option<BackupSetId> {
        self.set
    }

    /// Its size, once it is whole.
    #[must_use]
    pub const fn bytes(&self) -> i64 {
        self.bytes
    }

    /// Its parts, once it is whole.
    #[must_use]
    pub const fn parts(&self) -> i64 {
        self.parts
    }

    /// Whether it is whole.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.whole
    }
}

impl BackupFiles<'_> {
    /// Opens an exported file to give it to somebody, which goes on record.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the set has no such file, or not any more; [`StoreError::Conflict`] while it is being written.
    pub async fn fetch(&self, permit: &Permit<can::BackupsRun>, set: BackupSetId, id: BackupFileId) -> Result<OpenFile> {
        let grant = permit.grant();
        let tenant = grant.tenant_id().ok_or(StoreError::NotVisible)?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let row = tx.optional(find(tenant, id).push_bind(" and kind = 'export' and set_id = ", set)).await?;
        let file = OpenFile::of(self.0.keyring(), row.ok_or(StoreError::NotVisible)?)?;
        if !file.whole {
            return Err(StoreError::Conflict("the file is being written"));
        }
        let entry = AuditEntry::done(Action::BackupFileFetch).on("backup_set", set.uuid());
        tx.commit(grant.actor(), entry).await?;
        Ok(file)
    }

    /// A part of a file, from 0.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the file was removed meanwhile; [`StoreError::Corrupt`] when the part is not what was written.
    pub async fn part(&self, scope: &TenantScope, file: &OpenFile, number: i64) -> Result<Vec<u8>> {
        const PART: &str = "select bytes from backup_file_parts where file_id = $1 and number = $2 and tenant_id = $3";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<(Vec<u8>,)> = db.optional(sql(PART).bind(file.id).bind(number).bind(scope.tenant_id())).await?;
        db.end().await?;
        file.secret.parts.open(file.id.uuid(), number, &row.ok_or(StoreError::NotVisible)?.0)
    }

    /// Removes an exported file of a set.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the set has no such file.
    pub async fn remove(&self, permit: &Permit<can::BackupsRun>, set: BackupSetId, id: BackupFileId) -> Result<()> {
        const REMOVE: &str = "delete from backup_files where id = $1 and tenant_id = $2 and set_id = $3 and kind = 'export'";
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        if tx.exec(sql(REMOVE).bind(id).bind(grant.tenant_id()).bind(set)).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::BackupFileRemove).on("backup_set", set.uuid())).await
    }
}
