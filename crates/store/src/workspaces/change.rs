//! Making, renaming and putting away workspaces.

use model::access::{Role, can};
use model::audit::{Action, AuditEntry};
use model::ids::WorkspaceId;

use super::Workspaces;
use crate::access::Permit;
use crate::audit::{Actor, ActorKind};
use crate::db::Result;
use crate::error::StoreError;
use crate::reach::{Reach, Tenants};
use crate::sql::sql;

impl Workspaces<'_> {
    /// Makes a workspace; who makes it owns it. The permit is of any workspace: whoever owns one may make another.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for a name that cannot be one.
    pub async fn found(&self, permit: &Permit<can::WorkspaceMembersManage>, name: &str) -> Result<WorkspaceId> {
        const INSERT: &str = "insert into workspaces (id, name, created_at) values ($1, $2, $now)";
        const OWNER: &str = "insert into workspace_members (workspace_id, user_id, role, created_at) values ($1, $2, $3, $now)";
        let owner = permit.grant().user().ok_or(StoreError::NotVisible)?.id;
        let (id, name) = (WorkspaceId::generate(), named(name)?);
        // The new workspace is within nobody's reach before there is a member of it.
        let mut tx = self.0.db().write(&Reach::system()).await?;
        tx.exec(sql(INSERT).bind(id).bind(name)).await?;
        tx.exec(sql(OWNER).bind(id).bind(owner).bind(Role::Owner.code())).await?;
        let actor =
            Actor { kind: ActorKind::User(owner), workspace_id: Some(id), tenant_id: None, token: permit.grant().actor().token };
        tx.commit(&actor, AuditEntry::done(Action::WorkspaceCreate).on("workspace", id.uuid())).await?;
        Ok(id)
    }

    /// Gives the workspace another name.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for a name that cannot be one.
    pub async fn rename(&self, permit: &Permit<can::WorkspaceSettingsManage>, name: &str) -> Result<()> {
        let (grant, name) = (permit.grant(), named(name)?);
        let id = grant.workspace_id();
        let mut tx = self.0.db().write(grant.reach()).await?;
        if tx.exec(sql("update workspaces set name = $2 where id = $1").bind(id).bind(name)).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::WorkspaceRename).on("workspace", id.uuid())).await
    }

    /// Puts the workspace away, or takes it out again. While it is away nothing is started in it: starts are refused, what is queued
    /// is blocked, schedules do not fire; what was due meanwhile is not fired afterwards. Nothing is removed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is so already.
    pub async fn archive(&self, permit: &Permit<can::WorkspaceDelete>, away: bool) -> Result<()> {
        const AWAY: &str = "update workspaces set archived_at = $now where id = $1 and archived_at is null";
        const BACK: &str = "update workspaces set archived_at = null where id = $1 and archived_at is not null";
        const SILENCE: &str = "update schedules set next_fire_at = null where workspace_id = $1";
        // The dispatcher finds nothing to fire at this moment, and plans the next time.
        const RESUME: &str = "update schedules set next_fire_at = $now, holds_from = $now
          where workspace_id = $1 and enabled and archived_at is null";
        let grant = permit.grant();
        let id = grant.workspace_id();
        let (action, [place, schedules], already) = if away {
            (Action::WorkspaceArchive, [AWAY, SILENCE], "the workspace is archived already")
        } else {
            (Action::WorkspaceUnarchive, [BACK, RESUME], "the workspace is not archived")
        };
        // Schedules of all tenants, also of those that a token does not open.
        let mut tx = self.0.db().write(&Reach::workspace(id, Tenants::All)).await?;
        if tx.exec(sql(place).bind(id)).await? == 0 {
            return Err(StoreError::Conflict(already));
        }
        tx.exec(sql(schedules).bind(id)).await?;
        tx.commit(grant.actor(), AuditEntry::done(action).on("workspace", id.uuid())).await
    }
}

fn named(name: &str) -> Result<String> {
    model::name::name(name).map_err(|_| StoreError::Conflict("a name has 1 to 100 characters, in one line"))
}
