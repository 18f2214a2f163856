//! What a source holds, to choose from.

use model::ids::{PolicyVersionId, ThingId};
use model::page::{Cursor, Direction, Page};
use model::resource_types::Platform;
use model::restore::Source;
use model::time::Moment;
use uuid::Uuid;

use super::Restores;
use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::error::StoreError;
use crate::policy_versions::{AS_IT_WAS, THE_LATEST};
use crate::row::contains;
use crate::sql::{Sql, sql};

/// An object of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Our id of it within the source.
    pub key: ThingId,
    /// Key of its resource type.
    pub resource_type: String,
    /// Microsoft's id of it where it is from.
    pub object_id: String,
    /// What it is called.
    pub name: String,
    /// Its platform; that of an imported object is not known without reading it.
    pub platform: Platform,
    /// Hash of its content.
    pub content_hash: String,
    /// The version, where it is one.
    pub version: Option<PolicyVersionId>,
    /// When this state of it was observed.
    pub captured_at: Moment,
}

/// What is shown of a source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CandidateFilter {
    /// Only these types, by key; empty: all.
    pub types: Vec<String>,
    /// Only that platform.
    pub platform: Option<Platform>,
    /// Only those whose name has this.
    pub text: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    key: Uuid,
    resource_type: String,
    object_id: String,
    name: String,
    name_key: String,
    platform: String,
    content_hash: String,
    version_id: Option<Uuid>,
    captured_at: DbTime,
}

impl From<Row> for Candidate {
    fn from(row: Row) -> Self {
        Self {
            key: ThingId::from_uuid(row.key),
            resource_type: row.resource_type,
            object_id: row.object_id,
            name: row.name,
            platform: Platform::from_code(&row.platform),
            content_hash: row.content_hash,
            version: row.version_id.map(PolicyVersionId::from_uuid),
            captured_at: row.captured_at.0,
        }
    }
}

/// Columns of a version, as every branch has them.
macro_rules! of_version {
    () => {
        "select i.id as key, i.workspace_id, i.resource_type, i.object_id, v.name, i.name_key, i.platform, v.content_hash,
      v.id as version_id, v.captured_at"
    };
}

/// Everything that a source of the scope's tenant holds, as `k`; `head` is what is selected of it.
pub(super) fn held_by(head: &'static str, scope: &TenantScope, source: &Source) -> Result<Sql> {
    const SET: &str = concat!(
        " from (",
        of_version!(),
        " from backup_set_items s join policy_versions v on v.id = s.version_id join inventory_items i on i.id = s.item_id
      where s.problem is null and s.tenant_id = "
    );
    const IMPORTED: &str = " union all select o.id as key, o.workspace_id, o.resource_type, o.object_id, o.name, o.name_key,
        'unknown' as platform, o.content_hash, null as version_id, coalesce(o.captured_at, b.started_at) as captured_at
      from backup_set_objects o join backup_sets b on b.id = o.set_id where o.problem is null and o.tenant_id = ";
    const VERSION: &str = concat!(
        " from (",
        of_version!(),
        " from inventory_items i join policy_versions v on v.item_id = i.id where i.tenant_id = "
    );
    const INSTANT: &str = concat!(" from (", of_version!());
    let tenant = scope.tenant_id();
    let statement = match source {
        Source::BackupSet { set } => sql(head)
            .push_bind(SET, tenant)
            .push_bind(" and s.set_id = ", *set)
            .push_bind(IMPORTED, tenant)
            .push_bind(" and o.set_id = ", *set),
        Source::Version { item, number } => {
            sql(head).push_bind(VERSION, tenant).push_bind(" and i.id = ", *item).push_bind(" and v.number = ", *number)
        }
        Source::Instant { at, .. } => {
            sql(head).push(INSTANT).push_bind(AS_IT_WAS, *at).push(THE_LATEST).push_bind(" where i.tenant_id = ", tenant)
        }
        Source::Undo { .. } => return Err(StoreError::Conflict("the objects of an undo are those of the other restore")),
    };
    Ok(statement.push(") k where k.content_hash is not null"))
}

/// The same, narrowed.
pub(super) fn narrowed(statement: Sql, filter: &CandidateFilter) -> Sql {
    let mut statement = statement.push_if(" and k.platform = ", filter.platform.map(Platform::code));
    if !filter.types.is_empty() {
        statement = statement.push_in(" and k.resource_type in ", filter.types.iter().map(String::as_str));
    }
    match filter.text.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => statement.push_bind(" and k.name_key like ", contains(text)).push(" escape '\\'"),
        None => statement,
    }
}

const COLUMNS: &str = "select k.key, k.resource_type, k.object_id, k.name, k.name_key, k.platform, k.content_hash, k.version_id,
  k.captured_at";

/// Id (36 characters), then the name's key.
fn key(row: &Row) -> String {
    format!("{}{}", row.key, row.name_key)
}

fn read_key(cursor: &Cursor) -> Option<(Uuid, &str)> {
    let (id, name) = cursor.key.split_at_checked(36)?;
    Some((id.parse().ok()?, name))
}

impl Restores<'_> {
    /// A page of what a source holds, by name. `from`: the tenant that the source is of.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for the source of an undo. A cursor that is not one of this list starts at the beginning.
    pub async fn candidates(
        &self,
        from: &TenantScope,
        source: &Source,
        filter: &CandidateFilter,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<Candidate>> {
        let at = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut statement = narrowed(held_by(COLUMNS, from, source)?, filter);
        if let Some((_, (id, name))) = at {
            statement = statement
                .push_bind(if back { " and (k.name_key, k.key) < (" } else { " and (k.name_key, k.key) > (" }, name)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if back { " order by k.name_key desc, k.key desc limit " } else { " order by k.name_key, k.key limit " };
        let mut db = self.0.db().read(from.grant().reach()).await?;
        let found: Vec<Row> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        Ok(crate::runs::page(found, rows, at.is_some(), back, key).map(Candidate::from))
    }

    /// How many objects of each type (key) a source holds.
    ///
    /// # Errors
    /// As [`Restores::candidates`].
    pub async fn candidate_types(&self, from: &TenantScope, source: &Source) -> Result<Vec<(String, i64)>> {
        let count = held_by("select k.resource_type, count(*)", from, source)?;
        let mut db = self.0.db().read(from.grant().reach()).await?;
        let rows: Vec<(String, i64)> = db.all(count.push(" group by k.resource_type order by k.resource_type")).await?;
        db.end().await?;
        Ok(rows)
    }
}
