//! Values that Microsoft masks in an object: fetched by a backup that was asked to, sealed, bound to the version whose mask stands for
//! them. Shown nowhere: pages learn that one is kept, and in clear it goes to the attempt of a run only.

mod open;

use model::ids::{BackupSetId, InventoryItemId, PolicyVersionId, ThingId};
use model::json::Json;
use model::resource_types::Masked;
use model::version::KeptSecret;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

pub use open::OpenSecret;

use crate::access::{RunScope, TenantScope};
use crate::bind::{DbTime, storable};
use crate::blobs;
use crate::db::Result;
use crate::error::StoreError;
use crate::open::Store;
use crate::runs::fenced;
use crate::sql::sql;

/// Sealed values of contents.
#[derive(Debug, Clone, Copy)]
pub struct ContentSecrets<'a>(&'a Store);

impl Store {
    /// Sealed values of contents.
    #[must_use]
    pub const fn content_secrets(&self) -> ContentSecrets<'_> {
        ContentSecrets(self)
    }
}

/// An object of a backup set that may hold masked values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskedOwner {
    /// It.
    pub item_id: InventoryItemId,
    /// Its version in the set.
    pub version_id: PolicyVersionId,
    /// Key of its type.
    pub resource_type: String,
    /// Microsoft's id of it.
    pub object_id: String,
    /// What it is called.
    pub name: String,
    /// The version's content; `None` where it cannot be read.
    pub content: Option<Json>,
}

#[derive(sqlx::FromRow)]
struct OwnerRow {
    item_id: Uuid,
    version_id: Uuid,
    resource_type: String,
    object_id: String,
    name: String,
    content_hash: Option<String>,
}

impl OwnerRow {
    fn owner(self, stored: &blobs::Stored) -> MaskedOwner {
        let row = self;
        MaskedOwner {
            item_id: InventoryItemId::from_uuid(row.item_id),
            version_id: PolicyVersionId::from_uuid(row.version_id),
            resource_type: row.resource_type,
            object_id: row.object_id,
            name: row.name,
            content: row.content_hash.and_then(|hash| stored.json(&hash)),
        }
    }
}

impl ContentSecrets<'_> {
    /// The next objects of those types in a set of the run's tenant, behind `after`, by their ids.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn owners(
        &self,
        run: &RunScope,
        set: BackupSetId,
        types: &[&str],
        after: Option<InventoryItemId>,
        rows: u32,
    ) -> Result<Vec<MaskedOwner>> {
        const OWNERS: &str = "select s.item_id, s.version_id, i.resource_type, i.object_id, v.name, v.content_hash
          from backup_set_items s join policy_versions v on v.id = s.version_id join inventory_items i on i.id = s.item_id
          where s.tenant_id = $1 and s.set_id = $2";
        let owners = sql(OWNERS)
            .bind(run.tenant_id())
            .bind(set)
            .push_in(" and i.resource_type in ", types.iter().copied())
            .push_if(" and s.item_id > ", after)
            .push_bind(" order by s.item_id limit ", rows);
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<OwnerRow> = db.all(owners).await?;
        let hashes: Vec<String> = rows.iter().filter_map(|row| row.content_hash.clone()).collect();
        let contents = blobs::stored(&mut db, run.workspace_id(), &hashes).await?;
        db.end().await?;
        let stored = contents.fetch(self.0, run.grant().reach()).await?;
        Ok(rows.into_iter().map(|row| row.owner(&stored)).collect())
    }

    /// Seals values of a version; one that is kept already is replaced by what was fetched last.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease; [`StoreError::NotVisible`] when the run's tenant has no
    /// such version.
    pub async fn keep(&self, run: &RunScope, version: PolicyVersionId, values: &[(Masked, SecretString)]) -> Result<()> {
        const KNOWN: &str = "select count(*) from policy_versions where id = $1 and tenant_id = $2";
        const KEEP: &str = "insert into content_secrets (id, workspace_id, tenant_id, version_id, handle, place, sealed_value,
              operation_run_id, fetched_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $now)
            on conflict (version_id, handle) do update set id = excluded.id, place = excluded.place,
              sealed_value = excluded.sealed_value, operation_run_id = excluded.operation_run_id, fetched_at = excluded.fetched_at";
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a backup without a tenant"))?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let (known,): (i64,) = tx.one(sql(KNOWN).bind(version).bind(tenant)).await?;
        if known == 0 {
            return Err(StoreError::NotVisible);
        }
        for (masked, value) in values {
            // The row's id is authenticated with what it seals, so that each value gets one of its own.
            let id = ThingId::generate().uuid();
            let keep = sql(KEEP)
                .bind(id)
                .bind(run.workspace_id())
                .bind(tenant)
                .bind(version)
                .bind(storable(masked.handle.clone()))
                .bind(storable(masked.place.clone()))
                .bind(self.0.keyring().seal(id, value.expose_secret())?)
                .bind(run.run_id());
            tx.exec(keep).await?;
        }
        tx.commit_unaudited("what a run fetched; the run is the record").await?;
        Ok(())
    }

    /// Which values of a version are kept, by their places.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of_version(&self, scope: &TenantScope, version: PolicyVersionId) -> Result<Vec<KeptSecret>> {
        const KEPT: &str = "select place, fetched_at from content_secrets where tenant_id = $1 and version_id = $2
          order by place, handle limit 1000";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(String, DbTime)> = db.all(sql(KEPT).bind(scope.tenant_id()).bind(version)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(place, at)| KeptSecret { place, fetched_at: at.0 }).collect())
    }

    /// How many values are kept of what a set holds.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn in_set(&self, scope: &TenantScope, set: BackupSetId) -> Result<i64> {
        const COUNT: &str = "select count(*) from backup_set_items s join content_secrets c on c.version_id = s.version_id
          where s.tenant_id = $1 and s.set_id = $2 and c.tenant_id = $1";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let (count,): (i64,) = db.one(sql(COUNT).bind(scope.tenant_id()).bind(set)).await?;
        db.end().await?;
        Ok(count)
    }
}
