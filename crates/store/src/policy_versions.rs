//! Versions of policies: written by a sync in the transaction that writes the item, never changed, gone only with their tenant.

use model::canonical::Canonical;
use model::ids::{InventoryItemId, PolicyVersionId, RunId, TenantId};
use model::json::Json;
use model::time::Moment;
use model::version::{Change, Changed, Mark, PolicyVersion};
use uuid::Uuid;

use crate::access::{RunScope, TenantScope};
use crate::bind::DbTime;
use crate::blobs;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::open::Store;
use crate::sql::{Sql, sql};

mod list;
mod marks;
mod past;

pub use list::VersionList;
pub(crate) use past::{AS_IT_WAS, THE_LATEST};

/// The versions of policies.
#[derive(Debug, Clone, Copy)]
pub struct PolicyVersions<'a>(pub(crate) &'a Store);

/// A version with what it held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionDetail {
    /// The version.
    pub version: PolicyVersion,
    /// Its content; `None` where the object had disappeared.
    pub content: Option<Json>,
    /// The volatile fields as they were then: ids, times, counters. An object.
    pub volatile: Option<Json>,
}

/// A version to be written.
pub(crate) struct NewVersion<'a> {
    pub(crate) item: Uuid,
    pub(crate) number: i64,
    pub(crate) change: Change,
    pub(crate) changed: Changed,
    pub(crate) name: String,
    /// `None`: it disappeared.
    pub(crate) content: Option<&'a Canonical>,
    /// The latest observation before this one.
    pub(crate) observed_before: Option<Moment>,
}

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;

/// Writes versions; the items carry their numbers already.
pub(crate) async fn insert(tx: &mut Tx, run: &RunScope, tenant: TenantId, versions: &[NewVersion<'_>]) -> Result<()> {
    for chunk in versions.chunks(CHUNK) {
        let mut insert =
            sql("insert into policy_versions (id, workspace_id, tenant_id, item_id, number, captured_at, operation_run_id,
          change, changed_body, changed_assignments, changed_scope_tags, name, content_hash, semantic_hash, body_hash,
          assignments_hash, scope_tags_hash, volatile_fields, observed_before) values ");
        for (i, version) in chunk.iter().enumerate() {
            let hash = |of: fn(&Canonical) -> &String| version.content.map(|content| of(content).clone());
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, PolicyVersionId::generate())
                .push_bind(", ", run.workspace_id())
                .push_bind(", ", tenant)
                .push_bind(", ", version.item)
                .push_bind(", ", version.number)
                .push_bind(", $now, ", run.run_id())
                .push_bind(", ", version.change.code())
                .push_bind(", ", version.changed.body)
                .push_bind(", ", version.changed.assignments)
                .push_bind(", ", version.changed.scope_tags)
                .push_bind(", ", version.name.replace('\0', ""))
                .push_bind(", ", hash(|content| &content.hash))
                .push_bind(", ", hash(|content| &content.semantic))
                .push_bind(", ", hash(|content| &content.parts.body))
                .push_bind(", ", hash(|content| &content.parts.assignments))
                .push_bind(", ", hash(|content| &content.parts.scope_tags))
                .push_bind(", ", hash(|content| &content.volatile))
                .push_bind(", ", version.observed_before)
                .push(")");
        }
        tx.exec(insert).await?;
    }
    Ok(())
}

/// The columns of a [`VersionRow`].
macro_rules! columns {
    () => {
        "v.id, v.item_id, v.number, v.captured_at, v.operation_run_id, r.id is not null as run_recorded, v.change,
    v.changed_body, v.changed_assignments, v.changed_scope_tags, v.name, v.content_hash, v.observed_before, m.note, m.pinned,
    m.marked_at, m.revision as mark_revision, u.name as marked_by"
    };
}

/// Where they come from.
macro_rules! joined {
    () => {
        "policy_versions v left join operation_runs r on r.id = v.operation_run_id
    left join policy_version_marks m on m.version_id = v.id left join users u on u.id = m.marked_by"
    };
}

use {columns, joined};

const SELECT: &str = concat!("select ", columns!(), " from ", joined!());

/// A version of an item of the scope's tenant.
fn one(scope: &TenantScope, item: InventoryItemId, number: i64) -> Sql {
    sql(SELECT)
        .push_bind(" where v.tenant_id = ", scope.tenant_id())
        .push_bind(" and v.item_id = ", item)
        .push_bind(" and v.number = ", number)
}

impl PolicyVersions<'_> {
    /// The latest versions of an item, newest first, at most `limit`, below the number `before` where one is given.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of_item(
        &self,
        scope: &TenantScope,
        item: InventoryItemId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<PolicyVersion>> {
        let list = sql(SELECT)
            .push_bind(" where v.tenant_id = ", scope.tenant_id())
            .push_bind(" and v.item_id = ", item)
            .push_if(" and v.number < ", before)
            .push_bind(" order by v.number desc limit ", limit);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<VersionRow> = db.all(list).await?;
        db.end().await?;
        Ok(rows.into_iter().map(PolicyVersion::from).collect())
    }

    /// The versions of the object with that type (key) and Microsoft's id that were found after one moment and up to another, newest
    /// first, at most `limit`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn found_between(
        &self,
        scope: &TenantScope,
        (resource_type, object_id): (&str, &str),
        (after, until): (Moment, Moment),
        limit: u32,
    ) -> Result<Vec<PolicyVersion>> {
        let find = sql(SELECT)
            .push_bind(" join inventory_items i on i.id = v.item_id where i.tenant_id = ", scope.tenant_id())
            .push_bind(" and i.resource_type = ", resource_type)
            .push_bind(" and i.object_id = ", object_id)
            .push_bind(" and v.captured_at > ", after)
            .push_bind(" and v.captured_at <= ", until)
            .push_bind(" order by v.number desc limit ", limit);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<VersionRow> = db.all(find).await?;
        db.end().await?;
        Ok(rows.into_iter().map(PolicyVersion::from).collect())
    }

    /// A version by its number, with its content.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such item, or it no such version.
    pub async fn find(&self, scope: &TenantScope, item: InventoryItemId, number: i64) -> Result<VersionDetail> {
        const VOLATILE: &str = "select volatile_fields from policy_versions where id = $1";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<VersionRow> = db.optional(one(scope, item, number)).await?;
        let version = PolicyVersion::from(row.ok_or(StoreError::NotVisible)?);
        let found = blobs::stored(&mut db, scope.workspace_id(), version.content_hash.as_slice()).await?;
        let (volatile,): (Option<String>,) = db.one(sql(VOLATILE).bind(version.id)).await?;
        db.end().await?;
        let stored = found.fetch(self.0, scope.grant().reach()).await?;
        let text = version.content_hash.as_deref().map(|hash| stored.whole(hash)).transpose()?;
        let read = |text: String| Json::parse(text.as_bytes()).map_err(|_| StoreError::Corrupt("a content is no JSON"));
        Ok(VersionDetail { version, content: text.map(read).transpose()?, volatile: volatile.map(read).transpose()? })
    }
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    id: Uuid,
    item_id: Uuid,
    number: i64,
    captured_at: DbTime,
    operation_run_id: Uuid,
    run_recorded: bool,
    change: String,
    changed_body: bool,
    changed_assignments: bool,
    changed_scope_tags: bool,
    name: String,
    content_hash: Option<String>,
    observed_before: Option<DbTime>,
    note: Option<String>,
    pinned: Option<bool>,
    marked_at: Option<DbTime>,
    mark_revision: Option<i64>,
    marked_by: Option<String>,
}

impl From<VersionRow> for PolicyVersion {
    fn from(row: VersionRow) -> Self {
        Self {
            id: PolicyVersionId::from_uuid(row.id),
            item_id: InventoryItemId::from_uuid(row.item_id),
            number: row.number,
            captured_at: row.captured_at.0,
            run_id: RunId::from_uuid(row.operation_run_id),
            run_recorded: row.run_recorded,
            change: Change::from_code(&row.change),
            changed: Changed { body: row.changed_body, assignments: row.changed_assignments, scope_tags: row.changed_scope_tags },
            name: row.name,
            content_hash: row.content_hash,
            observed_before: row.observed_before.map(|at| at.0),
            mark: row
                .marked_at
                .map(|at| Mark {
                    note: row.note.unwrap_or_default(),
                    pinned: row.pinned.unwrap_or_default(),
                    at: at.0,
                    by: row.marked_by,
                })
                .filter(|mark| mark.pinned || !mark.note.is_empty()),
            mark_revision: row.mark_revision.unwrap_or(0),
        }
    }
}
