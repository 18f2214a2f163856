//! Removing contents to which nothing refers.
//!
//! A content can never go that a version or an item refers to:
//! - Whoever stores a content touches its row, also when it is there already (`blobs::put`), and holds it until the version that refers to
//!   it is committed. The collector passes over rows that are held, and over those that were touched within the last hour.
//! - It looks for references again after it holds the rows, with what was committed until then.
//! - The object of a content that was moved is noted when its row goes (a trigger), and removed later (`contents::tidy`).
//! - Versions and items refer by a foreign key: a mistake of these rules would be an error, and no loss.

use std::time::Duration;

use model::access::Capability;

use super::Backups;
use crate::access::RunScope;
use crate::db::Result;
use crate::dialect;
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

/// Contents that were stored, or found stored, within this time are not looked at.
const YOUNG: Duration = Duration::from_secs(3600);

/// What was removed of the next contents to which nothing refers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Collected {
    /// Contents.
    pub contents: i64,
    /// Their size as they were stored, in bytes.
    pub bytes: i64,
    /// The last of those that were found, by hash; the next part begins behind it. `None`: there was none left.
    pub last: Option<String>,
}

impl Backups<'_> {
    /// Removes up to `limit` contents of the attempt's workspace to which nothing refers, behind `after`, by hash. What somebody holds,
    /// or what is referred to at the second look, is found and stays.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] to the attempt of a tenant's run: contents are the workspace's. [`StoreError::LeaseLost`] when the
    /// attempt no longer holds its lease. Nothing was removed then.
    pub async fn collect(&self, run: &RunScope, after: Option<&str>, limit: u32) -> Result<Collected> {
        const ORPHANS: &str = "select b.hash from blobs b where b.workspace_id = $1 and b.hash > $4
            and not exists (select 1 from policy_versions v where v.workspace_id = b.workspace_id and v.content_hash = b.hash)
            and not exists (select 1 from inventory_items i where i.workspace_id = b.workspace_id and i.content_hash = b.hash)
            and b.created_at < $2
            and not exists (select 1 from backup_set_objects o where o.workspace_id = b.workspace_id and o.content_hash = b.hash)
            and not exists (select 1 from restore_contents c where c.workspace_id = b.workspace_id and c.hash = b.hash)
            and not exists (select 1 from baseline_items l where l.workspace_id = b.workspace_id and l.content_hash = b.hash)
          order by b.hash limit $3";
        const HOLD: &str = "select hash from blobs where workspace_id = $1 and created_at < $2";
        const REMOVE: &str = "delete from blobs where workspace_id = $1 and created_at < $2
            and not exists (select 1 from policy_versions v where v.workspace_id = blobs.workspace_id and v.content_hash = blobs.hash)
            and not exists (select 1 from inventory_items i where i.workspace_id = blobs.workspace_id and i.content_hash = blobs.hash)
            and not exists (select 1 from backup_set_objects o where o.workspace_id = blobs.workspace_id and o.content_hash = blobs.hash)
            and not exists (select 1 from restore_contents c where c.workspace_id = blobs.workspace_id and c.hash = blobs.hash)
            and not exists (select 1 from baseline_items l where l.workspace_id = blobs.workspace_id and l.content_hash = blobs.hash)";
        // Row-level security would hide what other tenants refer to, and SQLite has none.
        if run.grant().tenant_id().is_some() {
            return Err(StoreError::Forbidden(Capability::WorkspaceSettingsManage));
        }
        let before = self.0.now().await?.minus(YOUNG);
        // Looking goes over all that is stored: it holds up nobody. Every hash is behind the empty text.
        let orphans = sql(ORPHANS).bind(run.workspace_id()).bind(before).bind(limit).bind(after.unwrap_or_default());
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let orphans: Vec<(String,)> = db.all(orphans).await?;
        db.end().await?;
        let Some((last,)) = orphans.last().cloned() else { return Ok(Collected::default()) };
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let hold = sql(HOLD).bind(run.workspace_id()).bind(before);
        let hold = hold.push_in(" and hash in ", orphans.iter().map(|(hash,)| hash.as_str())).push(" order by hash");
        let held: Vec<(String,)> = tx.all(hold.push(dialect::skip_locked(self.0.db().is_postgres()))).await?;
        let remove = sql(REMOVE)
            .bind(run.workspace_id())
            .bind(before)
            .push_in(" and hash in ", held.iter().map(|(hash,)| hash.as_str()))
            .push(" returning cast(coalesce(packed_size, length(bytes)) as bigint)");
        let removed: Vec<(i64,)> = tx.all(remove).await?;
        tx.commit_unaudited("contents to which nothing refers; the run that removes them counts them").await?;
        let contents = i64::try_from(removed.len()).unwrap_or(i64::MAX);
        Ok(Collected { contents, bytes: removed.iter().map(|(size,)| size).sum(), last: Some(last) })
    }
}
