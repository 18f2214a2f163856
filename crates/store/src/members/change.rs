//! Changing who is a member of a workspace, and as what.

use model::access::{Role, can};
use model::audit::{Action, AuditEntry};
use model::ids::{UserId, WorkspaceId};

use super::{Members, owners};
use crate::access::{Permit, WorkspaceScope};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::reach::{Reach, Tenants};
use crate::sql::sql;

impl Members<'_> {
    /// Gives a member another role in the workspace.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for somebody who is no member; [`StoreError::Conflict`] when this would take the role from the
    /// workspace's last owner.
    pub async fn set_role(&self, permit: &Permit<can::WorkspaceMembersManage>, user: UserId, role: Role) -> Result<()> {
        const READ: &str = "select role from workspace_members where workspace_id = $1 and user_id = $2";
        const SET: &str = "update workspace_members set role = $3, source = null where workspace_id = $1 and user_id = $2";
        let grant = permit.grant();
        let workspace = grant.workspace_id();
        known(role)?;
        let mut tx = self.0.db().write(&everywhere(workspace)).await?;
        let owned = owners::before(&mut tx, workspace, user).await?;
        let was: Option<(String,)> = tx.optional(sql(READ).bind(workspace).bind(user)).await?;
        let (was,) = was.ok_or(StoreError::NotVisible)?;
        tx.exec(sql(SET).bind(workspace).bind(user).bind(role.code())).await?;
        owners::keep(&mut tx, owned).await?;
        let entry = AuditEntry::done(Action::WorkspaceMemberRole).on("user", user.uuid());
        tx.commit(grant.actor(), entry.with("from", Role::from_code(&was)).with("to", role)).await
    }

    /// Removes a member from the workspace and from all of its tenants. Their sessions stay, and see nothing of it any more.
    ///
    /// # Errors
    /// As [`Members::set_role`].
    pub async fn remove(&self, permit: &Permit<can::WorkspaceMembersManage>, user: UserId) -> Result<()> {
        let grant = permit.grant();
        let mut tx = self.0.db().write(&everywhere(grant.workspace_id())).await?;
        take_out(&mut tx, grant.workspace_id(), user).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::WorkspaceMemberRemove).on("user", user.uuid())).await
    }

    /// Leaves the workspace: what every member may do.
    ///
    /// # Errors
    /// As [`Members::set_role`].
    pub async fn leave(&self, scope: &WorkspaceScope) -> Result<()> {
        let grant = scope.grant();
        let user = grant.user().ok_or(StoreError::NotVisible)?.id;
        let mut tx = self.0.db().write(&everywhere(grant.workspace_id())).await?;
        take_out(&mut tx, grant.workspace_id(), user).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::WorkspaceMemberLeave).on("user", user.uuid())).await
    }
}

/// All tenants of a workspace: also those to which somebody was added since the scope was made, and those that a token does not open.
/// A member of the workspace is changed in all of it.
fn everywhere(workspace: WorkspaceId) -> Reach {
    Reach::workspace(workspace, Tenants::All)
}

/// Takes somebody out of a workspace and its tenants.
///
/// # Errors
/// [`StoreError::NotVisible`] for somebody who is no member; [`StoreError::Conflict`] for a last owner.
pub(crate) async fn take_out(tx: &mut Tx, workspace: WorkspaceId, user: UserId) -> Result<()> {
    let owned = owners::before(tx, workspace, user).await?;
    let of_tenants = sql("delete from tenant_members where workspace_id = $1 and user_id = $2");
    tx.exec(of_tenants.bind(workspace).bind(user)).await?;
    let of_workspace = sql("delete from workspace_members where workspace_id = $1 and user_id = $2");
    if tx.exec(of_workspace.bind(workspace).bind(user)).await? == 0 {
        return Err(StoreError::NotVisible);
    }
    // Neither do their tokens come back with a later membership, nor do links that they gave out go on letting people in.
    let of_theirs = "update api_tokens set revoked_at = $now where workspace_id = $1 and user_id = $2 and revoked_at is null";
    tx.exec(sql(of_theirs).bind(workspace).bind(user)).await?;
    let invited = "update invitations set revoked_at = $now
      where workspace_id = $1 and invited_by = $2 and accepted_at is null and revoked_at is null";
    tx.exec(sql(invited).bind(workspace).bind(user)).await?;
    owners::keep(tx, owned).await
}

/// A role that this version knows.
pub(super) fn known(role: Role) -> Result<()> {
    if role == Role::Unknown { Err(StoreError::Conflict("this is none of the roles")) } else { Ok(()) }
}
