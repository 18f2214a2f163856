//! Reading restores.

use std::collections::BTreeMap;

use model::ids::{RestoreId, TenantId};
use model::page::{Cursor, Direction, Page};
use model::time::Moment;
use uuid::Uuid;

use super::Restores;
use super::row::{Restore, RestoreRow, SELECT};
use crate::access::{Grant, TenantScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

/// When it was made, as microseconds, then its id.
fn key(row: &RestoreRow) -> String {
    format!("{} {}", row.created_at.0.micros(), row.id)
}

fn read_key(cursor: &Cursor) -> Option<(Moment, Uuid)> {
    let (at, id) = cursor.key.split_once(' ')?;
    // Nothing was made before 1970, and a cursor that says so would be a time that PostgreSQL does not know.
    Some((Moment::from_micros(at.parse::<i64>().ok()?.max(0)), id.parse().ok()?))
}

impl Restores<'_> {
    /// A page of a tenant's restores, newest first. Those from a tenant to which the person is not entitled are left out, so that a page
    /// may have fewer rows.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn list(&self, scope: &TenantScope, cursor: Option<&Cursor>, rows: u32) -> Result<Page<Restore>> {
        let at = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut statement = sql(SELECT)
            .push_bind(" where s.workspace_id = ", scope.workspace_id())
            .push_bind(" and s.tenant_id = ", scope.tenant_id());
        if let Some((_, (at, id))) = at {
            statement = statement
                .push_bind(if back { " and (s.created_at, s.id) > (" } else { " and (s.created_at, s.id) < (" }, at)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if back { " order by s.created_at, s.id limit " } else { " order by s.created_at desc, s.id desc limit " };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<RestoreRow> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        let page = crate::runs::page(found, rows, at.is_some(), back, key);
        let all = page.rows.into_iter().map(Restore::try_from).collect::<Result<Vec<_>>>()?;
        Ok(Page { rows: self.seen_by(scope.grant(), all).await?, next: page.next, previous: page.previous })
    }

    /// A restore of a tenant.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such restore, or the person is not entitled to the tenant that its wanted state
    /// is from.
    pub async fn find(&self, scope: &TenantScope, id: RestoreId) -> Result<Restore> {
        self.one(scope.grant(), id).await
    }

    /// The restores that were made from a restore: its retries and undos, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn children(&self, scope: &TenantScope, id: RestoreId) -> Result<Vec<Restore>> {
        let children = sql(SELECT)
            .push_bind(" where s.tenant_id = ", scope.tenant_id())
            .push_bind(" and s.parent_restore_id = ", id)
            .push(" order by s.created_at, s.id limit 100");
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<RestoreRow> = db.all(children).await?;
        db.end().await?;
        let all = rows.into_iter().map(Restore::try_from).collect::<Result<Vec<_>>>()?;
        self.seen_by(scope.grant(), all).await
    }

    /// A restore of the grant's tenant, for whoever is entitled to the other one as well.
    pub(super) async fn one(&self, grant: &Grant, id: RestoreId) -> Result<Restore> {
        let find = sql(SELECT)
            .push_bind(" where s.workspace_id = ", grant.workspace_id())
            .push_bind(" and s.tenant_id = ", grant.tenant_id())
            .push_bind(" and s.id = ", id);
        let mut db = self.0.db().read(grant.reach()).await?;
        let row: Option<RestoreRow> = db.optional(find).await?;
        db.end().await?;
        let restore = Restore::try_from(row.ok_or(StoreError::NotVisible)?)?;
        if self.opens(grant, restore.source_tenant).await? { Ok(restore) } else { Err(StoreError::NotVisible) }
    }

    async fn seen_by(&self, grant: &Grant, all: Vec<Restore>) -> Result<Vec<Restore>> {
        let mut opens: BTreeMap<Option<TenantId>, bool> = BTreeMap::new();
        let mut seen = Vec::with_capacity(all.len());
        for restore in all {
            let open = match opens.get(&restore.source_tenant) {
                Some(open) => *open,
                None => {
                    let open = self.opens(grant, restore.source_tenant).await?;
                    opens.insert(restore.source_tenant, open);
                    open
                }
            };
            if open {
                seen.push(restore);
            }
        }
        Ok(seen)
    }
}
