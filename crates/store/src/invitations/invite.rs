//! Inviting, looking at what is open, taking it back.

use model::access::{Role, can};
use model::audit::{Action, AuditEntry};
use model::ids::{InvitationId, TenantId};
use model::member::{INVITATION_LIFE, Invitation};
use secrecy::{ExposeSecret as _, SecretString};

use super::Invitations;
use super::row::{Row, columns, tenants};
use crate::access::Permit;
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;
use crate::token;

/// Open invitations of a workspace, at most.
const MOST: u32 = 200;

/// An invitation to be made.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Who, in [`model::user::normal_email`] form.
    pub email: String,
    /// The role in the workspace.
    pub role: Role,
    /// The tenants to which they are added, with the role there.
    pub tenants: Vec<(TenantId, Role)>,
}

impl Invitations<'_> {
    /// Invites somebody to the workspace for seven days. The token goes into the link and is stored nowhere. An open invitation for the
    /// same mail address is taken back: the newest link counts.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when they are a member already, or 200 invitations are open; [`StoreError::NotVisible`] for a tenant
    /// that is not of this workspace, or that a token does not open.
    pub async fn create(
        &self,
        permit: &Permit<can::WorkspaceMembersManage>,
        new: &NewInvitation,
    ) -> Result<(InvitationId, SecretString)> {
        const MEMBER: &str = "select count(*) from workspace_members m join users u on u.id = m.user_id
          where m.workspace_id = $1 and u.email = $2";
        const OPEN: &str = "select count(*) from invitations where workspace_id = $1
          and accepted_at is null and revoked_at is null and expires_at > $now";
        const REPLACE: &str = "update invitations set revoked_at = $now
          where workspace_id = $1 and email = $2 and accepted_at is null and revoked_at is null";
        const INSERT: &str =
            "insert into invitations (id, workspace_id, email, role, token_hash, invited_by, created_at, expires_at)
          values ($1, $2, $3, $4, $5, $6, $now, $after(7))";
        const TENANT: &str = "insert into invitation_tenants (invitation_id, tenant_id, workspace_id, role)
          select $1, t.id, t.workspace_id, $3 from tenants t where t.id = $2 and t.workspace_id = $4";
        let grant = permit.grant();
        let (workspace, inviter) = (grant.workspace_id(), grant.user().map(|user| user.id));
        if new.role == Role::Unknown || new.tenants.iter().any(|(_, role)| *role == Role::Unknown) {
            return Err(StoreError::Conflict("this is none of the roles"));
        }
        let entitled = grant.entitled();
        if entitled.is_some_and(|entitled| new.tenants.iter().any(|(tenant, _)| !entitled.contains(tenant))) {
            return Err(StoreError::NotVisible);
        }
        let (id, token) = (InvitationId::generate(), token::new()?);
        let mut tx = self.0.db().write(grant.reach()).await?;
        let (member,): (i64,) = tx.one(sql(MEMBER).bind(workspace).bind(new.email.as_str())).await?;
        if member > 0 {
            return Err(StoreError::Conflict("they are a member of this workspace already"));
        }
        tx.exec(sql(REPLACE).bind(workspace).bind(new.email.as_str())).await?;
        let (open,): (i64,) = tx.one(sql(OPEN).bind(workspace)).await?;
        if open >= i64::from(MOST) {
            return Err(StoreError::Conflict("a workspace has at most 200 open invitations"));
        }
        let insert = sql(INSERT)
            .bind(id)
            .bind(workspace)
            .bind(new.email.as_str())
            .bind(new.role.code())
            .bind(token::hash(token.expose_secret()))
            .bind(inviter)
            .bind(INVITATION_LIFE);
        tx.exec(insert).await?;
        for (tenant, role) in &new.tenants {
            if tx.exec(sql(TENANT).bind(id).bind(*tenant).bind(role.code()).bind(workspace)).await? == 0 {
                return Err(StoreError::NotVisible);
            }
        }
        let entry = AuditEntry::done(Action::InvitationCreate).on("invitation", id.uuid()).with("role", new.role);
        tx.commit(grant.actor(), entry).await?;
        Ok((id, token))
    }

    /// The invitations that may still be accepted, the newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open(&self, permit: &Permit<can::WorkspaceMembersManage>) -> Result<Vec<Invitation>> {
        const LIST: &str = concat!(
            "select ",
            columns!(),
            " where i.workspace_id = $1 and i.accepted_at is null and i.revoked_at is null and i.expires_at > $now",
            backed!("i"),
            " order by i.id desc limit "
        );
        let grant = permit.grant();
        let mut db = self.0.db().read(grant.reach()).await?;
        let rows: Vec<Row> = db.all(sql(LIST).bind(grant.workspace_id()).push_bind("", MOST)).await?;
        let mut tenants = tenants(&mut db, rows.iter().map(|row| row.id)).await?;
        db.end().await?;
        if let Some(entitled) = grant.entitled() {
            tenants.values_mut().for_each(|of| of.retain(|of| entitled.contains(&of.tenant)));
        }
        Ok(rows
            .into_iter()
            .map(|row| {
                let of = tenants.remove(&row.id);
                row.with(of.unwrap_or_default())
            })
            .collect())
    }

    /// Takes an invitation back: its link opens nothing any more.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for one of another workspace, and for one that is not open.
    pub async fn revoke(&self, permit: &Permit<can::WorkspaceMembersManage>, id: InvitationId) -> Result<()> {
        const REVOKE: &str = "update invitations set revoked_at = $now
          where id = $1 and workspace_id = $2 and accepted_at is null and revoked_at is null and expires_at > $now";
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        if tx.exec(sql(REVOKE).bind(id).bind(grant.workspace_id())).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::InvitationRevoke).on("invitation", id.uuid())).await
    }
}
