//! How many members groups have: counted only for those that an assignment refers to.

use std::collections::BTreeSet;

use model::directory::object_id;
use model::time::Moment;

use super::{BY_RUN, Directory};
use crate::access::RunScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

impl Directory<'_> {
    /// Ids of groups that the inventory refers to and that were not counted since `before`: those longest ago first, at most `limit`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn groups_to_count(&self, run: &RunScope, before: Moment, limit: u32) -> Result<Vec<String>> {
        const TO_COUNT: &str = "select g.object_id from directory_groups g where g.tenant_id = $1 and g.deleted_at is null
          and (g.counted_at is null or g.counted_at < $2)
          and g.object_id in (select l.to_id from object_links l where l.tenant_id = $1 and l.to_type = 'group')
          order by coalesce(g.counted_at, g.first_seen_at), g.object_id limit $3";
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a directory run without a tenant"))?;
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<(String,)> = db.all(sql(TO_COUNT).bind(tenant).bind(before).bind(limit)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Those of these groups (Microsoft's ids) that the cache knows and that were not counted since `before`, those longest ago first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn counted_before(&self, run: &RunScope, before: Moment, groups: &BTreeSet<&str>) -> Result<Vec<String>> {
        const COUNTED: &str = "select object_id, counted_at from directory_groups where deleted_at is null";
        let groups: Vec<String> = groups.iter().map(|id| object_id(id)).collect();
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let mut old: Vec<(Option<Moment>, String)> = Vec::new();
        for chunk in groups.chunks(100) {
            let these = sql(COUNTED)
                .push_bind(" and tenant_id = ", run.tenant_id())
                .push_in(" and object_id in ", chunk.iter().map(String::as_str));
            let rows: Vec<(String, Option<DbTime>)> = db.all(these).await?;
            let rows = rows.into_iter().map(|(id, at)| (at.map(|at| at.0), id));
            old.extend(rows.filter(|(at, _)| at.is_none_or(|at| at < before)));
        }
        db.end().await?;
        old.sort();
        Ok(old.into_iter().map(|(_, id)| id).collect())
    }

    /// Keeps how many members groups have, as of now.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn save_counts(&self, run: &RunScope, counts: &[(String, i64)]) -> Result<()> {
        const SAVE: &str =
            "update directory_groups set member_count = $3, counted_at = $now where tenant_id = $1 and object_id = $2";
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a directory run without a tenant"))?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        for (id, members) in counts {
            tx.exec(sql(SAVE).bind(tenant).bind(id.as_str()).bind(*members)).await?;
        }
        tx.commit_unaudited(BY_RUN).await
    }
}
