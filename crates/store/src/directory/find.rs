//! One group, and the keys of lists by name.

use model::directory::{Group, object_id};
use model::page::Cursor;

use super::Directory;
use super::row::{GroupRow, columns};
use crate::access::TenantScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

/// The key of a row in a list by name: its id, then the name's form. Neither holds a line end.
pub(super) fn key(object_id: &str, name_key: &str) -> String {
    format!("{object_id}\n{name_key}")
}

pub(super) fn read_key(cursor: &Cursor) -> Option<(&str, &str)> {
    cursor.key.split_once('\n')
}

impl Directory<'_> {
    /// A group, also one that is gone.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the cache has none of that id.
    pub async fn group(&self, scope: &TenantScope, id: &str) -> Result<Group> {
        const FIND: &str = concat!("select ", columns!(), " from directory_groups where tenant_id = $1 and object_id = $2");
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<GroupRow> = db.optional(sql(FIND).bind(scope.tenant_id()).bind(object_id(id))).await?;
        db.end().await?;
        row.map(Group::from).ok_or(StoreError::NotVisible)
    }
}
