//! The end of a sync: what a complete pass did not tell of is gone, and what is gone for long is forgotten.

use model::directory::{DirectoryKind, KEPT_WHEN_GONE};
use model::time::Moment;

use super::{BY_RUN, Directory, state};
use crate::access::RunScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

/// How a sync ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEnd {
    /// What was synced.
    pub kind: DirectoryKind,
    /// When the pass began.
    pub from: Moment,
    /// For a pass in which all objects were told: when it began.
    pub full_from: Option<Moment>,
    /// Microsoft's link to what changes from now on.
    pub delta_link: Option<String>,
}

const GROUPS: [&str; 3] = [
    "update directory_groups set deleted_at = $now, changed_at = $now where tenant_id = $1 and deleted_at is null and seen_at < $2",
    "delete from directory_groups where tenant_id = $1 and deleted_at is not null and deleted_at < $2",
    "select count(*) from directory_groups where tenant_id = $1 and deleted_at is null",
];
const ROLES: [&str; 3] = [
    "update directory_role_definitions set deleted_at = $now where tenant_id = $1 and deleted_at is null and seen_at < $2",
    "delete from directory_role_definitions where tenant_id = $1 and deleted_at is not null and deleted_at < $2",
    "select count(*) from directory_role_definitions where tenant_id = $1 and deleted_at is null",
];

impl Directory<'_> {
    /// Records that a sync came to its end; gives how many objects are gone because a pass over all of them did not tell of them.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn complete(&self, run: &RunScope, end: DirectoryEnd) -> Result<i64> {
        const COMPLETE: &str = "update directory_state set complete_at = $now, attempted_at = $now, failure_code = null,
            operation_run_id = $3, objects = $4, delta_link = $5, full_at = coalesce($6, full_at), complete_from = $7
          where tenant_id = $1 and kind = $2";
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a directory run without a tenant"))?;
        let [vanish, purge, count] = if end.kind == DirectoryKind::Groups { GROUPS } else { ROLES };
        let now = self.0.now().await?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        state::begin(&mut tx, run, tenant, end.kind).await?;
        let mut gone = 0;
        if let Some(from) = end.full_from {
            gone = tx.exec(sql(vanish).bind(tenant).bind(from)).await?;
        }
        tx.exec(sql(purge).bind(tenant).bind(now.minus(KEPT_WHEN_GONE))).await?;
        let (objects,): (i64,) = tx.one(sql(count).bind(tenant)).await?;
        let complete = sql(COMPLETE)
            .bind(tenant)
            .bind(end.kind.code())
            .bind(run.run_id())
            .bind(objects)
            .bind(end.delta_link)
            .bind(end.full_from)
            .bind(end.from);
        tx.exec(complete).await?;
        tx.commit_unaudited(BY_RUN).await?;
        Ok(i64::try_from(gone).unwrap_or(i64::MAX))
    }
}
