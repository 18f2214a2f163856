//! Two tenants, or one at two moments, side by side. Only hashes are read: no content is unpacked.

use model::comparison::{ComparisonFilter, Difference, PartHashes, PolicyPair, PolicyState, SidesCompared, pairs};
use model::ids::{InventoryItemId, TenantId};
use model::page::{Cursor, Direction, Page};
use model::time::Moment;
use uuid::Uuid;

use super::Inventory;
use crate::access::TenantScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::policy_versions::{AS_IT_WAS, THE_LATEST};
use crate::sql::{Sql, sql};

/// The columns of a [`StateRow`].
macro_rules! columns {
    () => {
        "i.id, i.resource_type, i.object_id, v.number, v.name, v.semantic_hash, v.body_hash, v.assignments_hash, v.scope_tags_hash"
    };
}

/// Every policy of a tenant by the version that it had then, or has now; `text` begins the statement.
fn statement(text: &'static str, tenant: TenantId, at: Option<Moment>) -> Sql {
    const NOW: &str = " from inventory_items i join policy_versions v on v.item_id = i.id and v.number = i.latest_version";
    let from = match at {
        Some(at) => sql(text).push_bind(AS_IT_WAS, at).push(THE_LATEST),
        None => sql(text).push(NOW),
    };
    from.push_bind(" where i.tenant_id = ", tenant)
        .push_bind(" and v.tenant_id = ", tenant)
        .push(" and v.content_hash is not null")
}

#[derive(sqlx::FromRow)]
struct StateRow {
    id: Uuid,
    resource_type: String,
    object_id: String,
    number: i64,
    name: String,
    semantic_hash: String,
    body_hash: Option<String>,
    assignments_hash: Option<String>,
    scope_tags_hash: Option<String>,
}

impl StateRow {
    fn of(self, tenant_id: TenantId) -> PolicyState {
        let parts = match (self.body_hash, self.assignments_hash, self.scope_tags_hash) {
            (Some(body), Some(assignments), Some(scope_tags)) => Some(PartHashes { body, assignments, scope_tags }),
            _ => None,
        };
        PolicyState {
            item_id: InventoryItemId::from_uuid(self.id),
            tenant_id,
            resource_type: self.resource_type,
            object_id: self.object_id,
            name: self.name,
            version: self.number,
            semantic_hash: self.semantic_hash,
            parts,
        }
    }
}

/// The fields of a sort key are texts without this character, or the last of them.
const BETWEEN: char = '\u{1f}';

fn key(pair: &PolicyPair) -> String {
    let (kind, name, id) = pair.sort_key();
    // The id comes first because it has none of these characters, the name last because it may have any.
    format!("{id}{BETWEEN}{kind}{BETWEEN}{name}")
}

fn read_key(key: &str) -> Option<(String, String, String)> {
    let mut parts = key.splitn(3, BETWEEN);
    let (id, kind, name) = (parts.next()?, parts.next()?, parts.next()?);
    Some((kind.to_owned(), name.to_owned(), id.to_owned()))
}

/// The rows of a page out of all of them.
fn page_of(listed: Vec<PolicyPair>, cursor: Option<&Cursor>, rows: u32) -> Page<PolicyPair> {
    let at = cursor.and_then(|cursor| Some((cursor.direction, read_key(&cursor.key)?)));
    let back = matches!(at, Some((Direction::Backward, _)));
    let most = rows as usize + 1;
    let found: Vec<PolicyPair> = match &at {
        None => listed.into_iter().take(most).collect(),
        Some((Direction::Forward, key)) => {
            let from = listed.partition_point(|pair| pair.sort_key() <= *key);
            listed.into_iter().skip(from).take(most).collect()
        }
        Some((Direction::Backward, key)) => {
            let end = listed.partition_point(|pair| pair.sort_key() < *key);
            listed.into_iter().take(end).rev().take(most).collect()
        }
    };
    crate::runs::page(found, rows, at.is_some(), back, key)
}

impl Inventory<'_> {
    /// Every policy of a tenant as it stood then (`None`: as it stands now), without those that had disappeared.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn states(&self, scope: &TenantScope, at: Option<Moment>) -> Result<Vec<PolicyState>> {
        const SELECT: &str = concat!("select ", columns!());
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<StateRow> = db.all(statement(SELECT, scope.tenant_id(), at)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|row| row.of(scope.tenant_id())).collect())
    }

    /// A page of what differs between two tenants of one workspace, or between two moments of one, by type and name.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for tenants of two workspaces. A cursor that is not one of this list starts at the beginning.
    pub async fn compare(
        &self,
        before: &TenantScope,
        after: &TenantScope,
        wanted: &ComparisonFilter,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<SidesCompared> {
        if before.workspace_id() != after.workspace_id() {
            return Err(StoreError::NotVisible);
        }
        let old = self.states(before, wanted.before_at).await?;
        let new = self.states(after, wanted.after_at).await?;
        let all = pairs(old, new, before.tenant_id() == after.tenant_id());
        let mut counts: Vec<(Difference, i64)> = Difference::ALL.iter().map(|difference| (*difference, 0)).collect();
        let mut types: Vec<(String, i64)> = Vec::new();
        let mut listed = Vec::new();
        for pair in all {
            let difference = pair.difference_in(wanted.part);
            let kind = pair.latest().map(|state| state.resource_type.as_str()).unwrap_or_default();
            // All of one type stand together.
            if difference != Difference::Same {
                match types.last_mut().filter(|(last, _)| last == kind) {
                    Some((_, count)) => *count += 1,
                    None => types.push((kind.to_owned(), 1)),
                }
            }
            if wanted.types.is_empty() || wanted.types.iter().any(|key| key == kind) {
                counts.iter_mut().filter(|(one, _)| *one == difference).for_each(|(_, count)| *count += 1);
                if wanted.lists(difference) {
                    listed.push(pair);
                }
            }
        }
        Ok(SidesCompared { page: page_of(listed, cursor, rows), counts, types })
    }

    /// How the database would read the states: its plan, line by line.
    ///
    /// # Errors
    /// When the database refuses.
    #[cfg(feature = "testing")]
    pub async fn explain_states(&self, scope: &TenantScope, at: Option<Moment>) -> Result<String> {
        let postgres = self.0.db().is_postgres();
        let text = if postgres {
            concat!("explain (costs off) select ", columns!())
        } else {
            concat!("explain query plan select ", columns!())
        };
        let statement = statement(text, scope.tenant_id(), at);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let lines: Vec<String> = if postgres {
            db.all::<(String,)>(statement).await?.into_iter().map(|(line,)| line).collect()
        } else {
            db.all::<(i64, i64, i64, String)>(statement).await?.into_iter().map(|(.., line)| line).collect()
        };
        db.end().await?;
        Ok(lines.join("\n"))
    }
}
