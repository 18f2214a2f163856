//! What ids are called, as far as the cache knows them.

use std::collections::BTreeMap;

use model::directory::{DirectoryKind, object_id};

use super::Directory;
use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::sql::sql;

/// Ids that are looked up at once, at most; the others stay unresolved.
const MOST: usize = 500;

/// What an id is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectName {
    /// Its name; empty when it has none.
    pub name: String,
    /// Whether it is gone.
    pub gone: bool,
}

impl Directory<'_> {
    /// Names by id in lower case, of those that the cache knows.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn names(
        &self,
        scope: &TenantScope,
        kind: DirectoryKind,
        ids: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<BTreeMap<String, ObjectName>> {
        const GROUPS: &str = "select object_id, name, deleted_at from directory_groups where tenant_id = $1";
        const ROLES: &str = "select object_id, name, deleted_at from directory_role_definitions where tenant_id = $1";
        let text = if kind == DirectoryKind::Groups { GROUPS } else { ROLES };
        let ids: Vec<String> = ids.into_iter().take(MOST).map(|id| object_id(id.as_ref())).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(String, String, Option<DbTime>)> =
            db.all(sql(text).bind(scope.tenant_id()).push_in(" and object_id in ", ids)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(id, name, gone)| (id, ObjectName { name, gone: gone.is_some() })).collect())
    }
}
