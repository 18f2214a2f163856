//! The objects of a set with their contents, in the order of their types and ids: for whoever carries a set elsewhere.

use model::backup::ItemProblem;
use model::ids::{BackupSetId, PolicyVersionId};
use model::time::Moment;
use uuid::Uuid;

use super::Backups;
use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::blobs;
use crate::db::Result;
use crate::dialect;
use crate::sql::sql;

/// Objects of one portion.
const AT_ONCE: u32 = 400;
/// Bytes of contents of one portion, unpacked; one object may be larger.
const MOST_BYTES: i64 = 8 << 20;

/// An object of a set with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// Key of its type.
    pub resource_type: String,
    /// Microsoft's id of it.
    pub object_id: String,
    /// What it is called.
    pub name: String,
    /// When this state of it was observed; of an imported one where nothing says so, when it was imported.
    pub captured_at: Moment,
    /// Hash of the content.
    pub hash: String,
    /// The content, canonical JSON; or what is wrong with what is stored of it.
    pub text: std::result::Result<String, ItemProblem>,
    /// The volatile fields of the top level, a JSON object.
    pub volatile: String,
    /// The version; `None` of what was imported.
    pub version_id: Option<PolicyVersionId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    resource_type: String,
    object_id: String,
    name: String,
    captured_at: DbTime,
    content_hash: String,
    volatile_fields: Option<String>,
    plain_size: Option<i64>,
    version_id: Option<Uuid>,
}

/// What was captured holds versions, what was imported objects of its own; a set has one of the two.
const KEYS: &str = "select k.resource_type, k.object_id, k.name, k.captured_at, k.content_hash, k.volatile_fields, b.plain_size,
    k.version_id from (
    select i.workspace_id, i.resource_type, i.object_id, v.name, v.captured_at, v.content_hash, v.volatile_fields, v.id as version_id
    from backup_set_items s join policy_versions v on v.id = s.version_id join inventory_items i on i.id = s.item_id
    where s.tenant_id = $1 and s.set_id = $2
    union all
    select o.workspace_id, o.resource_type, o.object_id, o.name, coalesce(o.captured_at, s.started_at), o.content_hash, o.volatile_fields,
      null as version_id
    from backup_set_objects o join backup_sets s on s.id = o.set_id
    where o.tenant_id = $1 and o.set_id = $2) k
  left join blobs b on b.workspace_id = k.workspace_id and b.hash = k.content_hash";

impl Backups<'_> {
    /// The next objects of a set behind the type and id `after`, in the order of the bytes of both; none at its end. One whose content is
    /// damaged comes with the word of that.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn objects(&self, scope: &TenantScope, set: BackupSetId, after: Option<(&str, &str)>) -> Result<Vec<StoredObject>> {
        let bytewise = dialect::bytewise(self.0.db().is_postgres());
        let mut next = sql(KEYS).bind(scope.tenant_id()).bind(set);
        if let Some((resource_type, object)) = after {
            next = next.push(" where (k.resource_type").push(bytewise).push(", k.object_id").push(bytewise);
            next = next.push_bind(") > (", resource_type).push_bind(", ", object).push(")");
        }
        next = next.push(" order by k.resource_type").push(bytewise).push(", k.object_id").push(bytewise);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let mut rows: Vec<Row> = db.all(next.push_bind(" limit ", AT_ONCE)).await?;
        let mut bytes = 0;
        let fit = rows.iter().take_while(|row| {
            let first = bytes == 0;
            bytes += row.plain_size.unwrap_or(0).max(1);
            first || bytes <= MOST_BYTES
        });
        let fit = fit.count();
        rows.truncate(fit);
        let hashes: Vec<String> = rows.iter().map(|row| row.content_hash.clone()).collect();
        let contents = blobs::stored(&mut db, scope.workspace_id(), &hashes).await?;
        db.end().await?;
        let stored = contents.fetch(self.0, scope.grant().reach()).await?;
        Ok(rows.into_iter().map(|row| row.object(&stored)).collect())
    }
}

impl Row {
    fn object(self, stored: &blobs::Stored) -> StoredObject {
        StoredObject {
            text: stored.text(&self.content_hash),
            resource_type: self.resource_type,
            object_id: self.object_id,
            name: self.name,
            captured_at: self.captured_at.0,
            hash: self.content_hash,
            version_id: self.version_id.map(PolicyVersionId::from_uuid),
            // Versions from before volatile fields were kept have none.
            volatile: self.volatile_fields.unwrap_or_else(|| "{}".to_owned()),
        }
    }
}
