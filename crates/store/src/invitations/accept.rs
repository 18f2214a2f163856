//! What the holder of a link may do: look, and accept it once. The token is the proof, as a session's is.

use model::access::Role;
use model::audit::{Action, AuditEntry};
use model::ids::{InvitationId, UserId, WorkspaceId};
use model::user::User;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::row::{Row, columns, tenants};
use super::{Invitations, Invited};
use crate::access::SignedIn;
use crate::audit::{self, Actor, ActorKind};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sql::sql;
use crate::token;

impl Invitations<'_> {
    /// What the token invites to; `None` for one that is unknown, used, taken back or too old: nobody can tell which.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn find(&self, token: &SecretString) -> Result<Option<Invited>> {
        const FIND: &str = concat!(
            "select ",
            columns!(),
            " where i.token_hash = $1 and i.accepted_at is null and i.revoked_at is null and i.expires_at > $now",
            backed!("i")
        );
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<Row> = db.optional(sql(FIND).bind(token::hash(token.expose_secret()))).await?;
        let Some(row) = row else { return Ok(None) };
        let mut of = tenants(&mut db, std::iter::once(row.id)).await?;
        db.end().await?;
        let has_account = row.account.is_some();
        let of = of.remove(&row.id).unwrap_or_default();
        Ok(Some(Invited { invitation: row.with(of), has_account }))
    }

    /// Makes the invited person, who is signed in, a member. Who is one already keeps the higher of the two roles.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for a token as [`Invitations::find`] gives none for, and for somebody else than the invited person.
    pub async fn accept(&self, who: &SignedIn, token: &SecretString) -> Result<WorkspaceId> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let used = take(&mut tx, token, Some(&who.user().email), who.user().id).await?;
        join(&mut tx, &used, who.user().id).await?;
        commit(tx, &used, who.user().id).await?;
        Ok(used.workspace)
    }

    /// Makes a local account for the invited person, and makes them a member, in one. They are signed in by the caller.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] as [`Invitations::accept`]; [`StoreError::Conflict`] when the person has an account already.
    pub async fn register(&self, token: &SecretString, name: &str, password_hash: &SecretString) -> Result<User> {
        const INSERT: &str = "insert into users (id, email, name, password_hash, created_at) values ($1, $2, $3, $4, $now)
          on conflict (email) do nothing";
        let id = UserId::generate();
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let used = take(&mut tx, token, None, id).await?;
        let insert = sql(INSERT).bind(id).bind(used.email.as_str()).bind(name);
        if tx.exec(insert.bind(password_hash.expose_secret().to_owned())).await? == 0 {
            return Err(StoreError::Conflict("there is an account for this mail address already: sign in first"));
        }
        tx.exec(sql("update invitations set accepted_by = $2 where id = $1").bind(used.id).bind(id)).await?;
        join(&mut tx, &used, id).await?;
        audit::insert(&mut tx, &used.actor(id), AuditEntry::done(Action::UserAdd).on("user", id.uuid())).await?;
        let user = User { id, email: used.email.clone(), name: name.to_owned() };
        commit(tx, &used, id).await?;
        Ok(user)
    }
}

/// An invitation that this transaction used up.
struct Used {
    id: InvitationId,
    workspace: WorkspaceId,
    email: String,
    role: Role,
}

impl Used {
    const fn actor(&self, user: UserId) -> Actor {
        Actor { kind: ActorKind::User(user), workspace_id: Some(self.workspace), tenant_id: None, token: None }
    }
}

/// Uses the invitation up; of two who try at once, one does. `by` is noted when that person exists already.
async fn take(tx: &mut Tx, token: &SecretString, email: Option<&str>, by: UserId) -> Result<Used> {
    const TAKE: &str = concat!(
        "update invitations set accepted_at = $now, accepted_by = (select id from users where id = $2)
      where token_hash = $1 and accepted_at is null and revoked_at is null and expires_at > $now",
        backed!("invitations")
    );
    let take = sql(TAKE).bind(token::hash(token.expose_secret())).bind(by).push_if(" and email = ", email);
    let row: Option<(Uuid, Uuid, String, String)> = tx.optional(take.push(" returning id, workspace_id, email, role")).await?;
    let (id, workspace, email, role) = row.ok_or(StoreError::NotVisible)?;
    let (id, workspace) = (InvitationId::from_uuid(id), WorkspaceId::from_uuid(workspace));
    Ok(Used { id, workspace, email, role: Role::from_code(&role) })
}

/// Makes the person a member as invited. Nobody loses a role by accepting.
async fn join(tx: &mut Tx, used: &Used, user: UserId) -> Result<()> {
    const HAS: &str = "select role from workspace_members where workspace_id = $1 and user_id = $2";
    const MEMBER: &str = "insert into workspace_members (workspace_id, user_id, role, created_at) values ($1, $2, $3, $now)
      on conflict (workspace_id, user_id) do update set role = excluded.role, source = null";
    const HAS_IN_TENANTS: &str = "select tenant_id, role from tenant_members where workspace_id = $1 and user_id = $2";
    const TENANTS: &str = "select tenant_id, role from invitation_tenants where invitation_id = $1";
    const IN_TENANT: &str = "insert into tenant_members (tenant_id, workspace_id, user_id, role, created_at)
      values ($1, $2, $3, $4, $now) on conflict (tenant_id, user_id) do update set role = excluded.role, source = null";
    // As changes of roles do: what is read of the person's roles holds until the transaction ends.
    tx.exec(sql("update workspaces set name = name where id = $1").bind(used.workspace)).await?;
    let has: Option<(String,)> = tx.optional(sql(HAS).bind(used.workspace).bind(user)).await?;
    let role = has.map_or(used.role, |(has,)| used.role.higher(Role::from_code(&has)));
    tx.exec(sql(MEMBER).bind(used.workspace).bind(user).bind(role.code())).await?;
    let has: Vec<(Uuid, String)> = tx.all(sql(HAS_IN_TENANTS).bind(used.workspace).bind(user)).await?;
    let tenants: Vec<(Uuid, String)> = tx.all(sql(TENANTS).bind(used.id)).await?;
    for (tenant, role) in tenants {
        let has = has.iter().find(|(id, _)| *id == tenant).map_or(Role::Unknown, |(_, has)| Role::from_code(has));
        let role = has.higher(Role::from_code(&role));
        tx.exec(sql(IN_TENANT).bind(tenant).bind(used.workspace).bind(user).bind(role.code())).await?;
    }
    Ok(())
}

async fn commit(tx: Tx, used: &Used, user: UserId) -> Result<()> {
    let entry = AuditEntry::done(Action::InvitationAccept).on("invitation", used.id.uuid());
    tx.commit(&used.actor(user), entry.with("role", used.role)).await
}
