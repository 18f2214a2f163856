//! Objects of a set by name, captured or imported: one body for both lists.

use model::ids::BackupSetId;
use model::page::{Cursor, Direction, Page};
use uuid::Uuid;

use super::Backups;
use crate::access::TenantScope;
use crate::db::{DbRow, Result};
use crate::sql::sql;

/// A row of such a list.
pub(super) trait Named: DbRow {
    /// Its id and its name's key.
    fn place(&self) -> (Uuid, &str);
}

/// Which rows.
pub(super) struct Wanted<'a> {
    pub(super) set: BackupSetId,
    /// Only that type.
    pub(super) resource_type: Option<&'a str>,
    /// Only what the latest verification found wrong.
    pub(super) damaged: bool,
    pub(super) cursor: Option<&'a Cursor>,
    pub(super) rows: u32,
}

/// Id (36 characters), then the name's key.
fn key<R: Named>(row: &R) -> String {
    let (id, name) = row.place();
    format!("{id}{name}")
}

fn read_key(cursor: &Cursor) -> Option<(Uuid, &str)> {
    let (id, name) = cursor.key.split_at_checked(36)?;
    Some((id.parse().ok()?, name))
}

impl Backups<'_> {
    /// A page of what a statement gives for a tenant (`$1`) and a set (`$2`); its rows are called `k`, and have `id`, `name_key`,
    /// `resource_type` and `problem`.
    pub(super) async fn by_name<R: Named>(&self, scope: &TenantScope, text: &'static str, wanted: Wanted<'_>) -> Result<Page<R>> {
        let at = wanted.cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let statement = sql(text).bind(scope.tenant_id()).bind(wanted.set);
        let mut statement = statement.push(" where true").push_if(" and k.resource_type = ", wanted.resource_type);
        if wanted.damaged {
            statement = statement.push(" and k.problem is not null");
        }
        if let Some((_, (id, name))) = at {
            statement = statement
                .push_bind(if back { " and (k.name_key, k.id) < (" } else { " and (k.name_key, k.id) > (" }, name)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if back { " order by k.name_key desc, k.id desc limit " } else { " order by k.name_key, k.id limit " };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<R> = db.all(statement.push_bind(order, wanted.rows + 1)).await?;
        db.end().await?;
        Ok(crate::runs::page(found, wanted.rows, at.is_some(), back, key))
    }
}
