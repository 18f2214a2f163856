//! Revoking tokens: it holds from the next request on.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::{ApiTokenId, UserId};

use super::ApiTokens;
use crate::access::{Grant, Permit, WorkspaceScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

impl ApiTokens<'_> {
    /// Revokes a token of the person's own, whatever they may still do. One that is revoked already stays as it is.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when they have no such token in this workspace.
    pub async fn revoke_own(&self, scope: &WorkspaceScope, id: ApiTokenId) -> Result<()> {
        let user = scope.grant().user().ok_or(StoreError::NotVisible)?;
        self.end(scope.grant(), id, Some(user.id)).await
    }

    /// Revokes anybody's token of the workspace.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the workspace has no such token.
    pub async fn revoke(&self, permit: &Permit<can::WorkspaceMembersManage>, id: ApiTokenId) -> Result<()> {
        self.end(permit.grant(), id, None).await
    }

    async fn end(&self, grant: &Grant, id: ApiTokenId, of: Option<UserId>) -> Result<()> {
        const REVOKE: &str = "update api_tokens set revoked_by = case when revoked_at is null then $3 else revoked_by end,
            revoked_at = coalesce(revoked_at, $now) where id = $1 and workspace_id = $2";
        let mut tx = self.0.db().write(grant.reach()).await?;
        let revoke = sql(REVOKE).bind(id).bind(grant.workspace_id()).bind(grant.user().map(|user| user.id));
        if tx.exec(revoke.push_if(" and user_id = ", of)).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::ApiTokenRevoke).on("api_token", id.uuid())).await
    }
}
