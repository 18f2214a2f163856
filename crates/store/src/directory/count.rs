//! How many members groups have: counted only for those that an assignment refers to.

use model::time::Moment;

use super::{BY_RUN, Directory};
use crate::access::RunScope;
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
