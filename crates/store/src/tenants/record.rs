//! All that is recorded of a tenant, for whoever is owed a copy of it: the rows of every table that names the tenant, as the database has
//! them, and every content that one of its objects ever had. What it is, at one moment.

mod row;
mod tables;

use model::audit::{Action, AuditEntry};
use model::backup::ItemProblem;

use self::row::JsonRow;
use self::tables::{RECORDED, SEALED};
use super::Tenants;
use crate::access::{Operator, TenantScope};
use crate::blobs;
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::sql;

pub use self::tables::DERIVED_TABLES;

/// A part of what is recorded of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordPart {
    /// A row.
    Row {
        /// Its table.
        table: &'static str,
        /// Its columns, a JSON object; without those that hold something sealed.
        json: String,
    },
    /// A content, once for each type that has it.
    Content {
        /// Key of the type.
        resource_type: String,
        /// Hash of the content.
        hash: String,
        /// The content, canonical JSON; or what is wrong with what is stored of it.
        text: std::result::Result<String, ItemProblem>,
    },
}

/// Every content of the tenant's objects, its imported ones and of what a restore was to write.
const CONTENTS: &str = "select k.resource_type, k.hash, b.bytes, b.plain_size, b.moved_to from (
    select i.resource_type, v.content_hash as hash, v.workspace_id from policy_versions v
      join inventory_items i on i.id = v.item_id where v.tenant_id = $1 and v.content_hash is not null
    union select resource_type, content_hash, workspace_id from inventory_items where tenant_id = $1
    union select resource_type, content_hash, workspace_id from backup_set_objects where tenant_id = $1
    union select i.resource_type, c.hash, c.workspace_id from restore_contents c
      join restore_items i on i.restore_id = c.restore_id and c.hash in (i.wanted_hash, i.before_hash, i.after_hash)
      where c.tenant_id = $1) k
  left join blobs b on b.workspace_id = k.workspace_id and b.hash = k.hash order by k.resource_type, k.hash";

/// Contents that are fetched from an object storage together, and held.
const FETCHED: usize = 16;

impl Tenants<'_> {
    /// Hands over all that is recorded of a tenant: the tenant itself, table after table, then the contents. An error of the callee ends
    /// it and is given back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record<E>(
        &self,
        _: &Operator,
        scope: &TenantScope,
        mut take: impl FnMut(RecordPart) -> std::result::Result<(), E>,
    ) -> Result<std::result::Result<(), E>> {
        let postgres = self.0.db().is_postgres();
        // Also rows that only people who see the whole workspace do: what a rollout was to do in the tenant.
        let mut db = self.0.db().read(&Reach::system()).await?;
        for table in RECORDED {
            let rows = sql(if postgres { table.postgres } else { table.sqlite }).bind(scope.tenant_id());
            let rows = if postgres { rows.bind(SEALED.join(",")) } else { rows };
            let handed = db.each(rows, |JsonRow(json)| take(RecordPart::Row { table: table.name, json })).await?;
            if handed.is_err() {
                return Ok(handed);
            }
        }
        let contents = sql(CONTENTS).bind(scope.tenant_id());
        let mut moved: Vec<(String, String)> = Vec::new();
        let handed = db
            .each(contents, |row: ContentRow| match row {
                // In an object storage: fetched when no transaction waits for it.
                (resource_type, hash, Some(bytes), _, Some(_)) if bytes.is_empty() => {
                    moved.push((resource_type, hash));
                    Ok(())
                }
                row => take(content(row)),
            })
            .await?;
        db.end().await?;
        if handed.is_err() {
            return Ok(handed);
        }
        for chunk in moved.chunks(FETCHED) {
            let hashes: Vec<String> = chunk.iter().map(|(_, hash)| hash.clone()).collect();
            let mut db = self.0.db().read(&Reach::system()).await?;
            let contents = blobs::stored(&mut db, scope.workspace_id(), &hashes).await?;
            db.end().await?;
            let stored = contents.fetch(self.0, &Reach::system()).await?;
            for (resource_type, hash) in chunk {
                let text = stored.text(hash);
                let part = RecordPart::Content { resource_type: resource_type.clone(), hash: hash.clone(), text };
                if let Err(error) = take(part) {
                    return Ok(Err(error));
                }
            }
        }
        Ok(Ok(()))
    }

    /// How many bytes the contents of a tenant's record have as they are stored, packed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record_size(&self, _: &Operator, scope: &TenantScope) -> Result<u64> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let size = sql("select cast(coalesce(sum(length(c.bytes)), 0) as bigint) from (").push(CONTENTS).push(") c");
        let (size,): (i64,) = db.one(size.bind(scope.tenant_id())).await?;
        db.end().await?;
        Ok(u64::try_from(size).unwrap_or(0))
    }

    /// Notes in the audit trail that all that is recorded of a tenant was written to a file at the machine's command line.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record_written(&self, _: &Operator, scope: &TenantScope) -> Result<()> {
        let grant = scope.grant();
        let tx = self.0.db().write(grant.reach()).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::TenantExport).on("tenant", scope.tenant_id().uuid())).await
    }
}

/// Type, hash, bytes, the size that they had, and the object that has them.
type ContentRow = (String, String, Option<Vec<u8>>, Option<i64>, Option<String>);

fn content((resource_type, hash, bytes, size, _): ContentRow) -> RecordPart {
    let text = blobs::checked(bytes.as_deref().zip(size), &hash);
    RecordPart::Content { resource_type, hash, text }
}
