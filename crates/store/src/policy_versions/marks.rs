//! Notes and pins on versions.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::InventoryItemId;
use model::version::NewMark;
use uuid::Uuid;

use super::PolicyVersions;
use crate::access::Permit;
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

impl PolicyVersions<'_> {
    /// Writes a note on a version and pins it, or takes both away. `revision`: that of what the person saw
    /// ([`PolicyVersion::mark_revision`](model::version::PolicyVersion::mark_revision)).
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such item, or it no such version; [`StoreError::Conflict`] when somebody else
    /// wrote on it since.
    pub async fn mark(
        &self,
        permit: &Permit<can::BackupsRun>,
        item: InventoryItemId,
        number: i64,
        revision: i64,
        mark: &NewMark,
    ) -> Result<()> {
        const FIND: &str = "select id from policy_versions where tenant_id = $1 and item_id = $2 and number = $3";
        const FIRST: &str =
            "insert into policy_version_marks (version_id, tenant_id, workspace_id, note, pinned, marked_by, marked_at, revision)
          values ($1, $2, $3, $4, $5, $6, $7, 1) on conflict (version_id) do nothing";
        const AGAIN: &str = "update policy_version_marks set note = $4, pinned = $5, marked_by = $6, marked_at = $7,
            revision = revision + 1
          where version_id = $1 and tenant_id = $2 and workspace_id = $3 and revision = $8";
        let grant = permit.grant();
        let now = self.0.now().await?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let found: Option<(Uuid,)> = tx.optional(sql(FIND).bind(grant.tenant_id()).bind(item).bind(number)).await?;
        let (version,) = found.ok_or(StoreError::NotVisible)?;
        let write = sql(if revision == 0 { FIRST } else { AGAIN })
            .bind(version)
            .bind(grant.tenant_id())
            .bind(grant.workspace_id())
            .bind(mark.note())
            .bind(mark.pinned)
            .bind(grant.user().map(|user| user.id))
            .bind(now);
        let write = if revision == 0 { write } else { write.bind(revision) };
        if tx.exec(write).await? == 0 {
            return Err(StoreError::Conflict("somebody else wrote on this version meanwhile; look at it again"));
        }
        // The trail says that there is a note, not what it says.
        let entry = AuditEntry::done(Action::VersionMark)
            .on("policy_version", version)
            .with("version", number)
            .with("pinned", i64::from(mark.pinned))
            .with("note", i64::from(!mark.note().is_empty()));
        tx.commit(grant.actor(), entry).await
    }
}
