//! Break-glass: an operator opens a workspace for a while, read only, with a reason. Entry, exit and expiry are audited in the
//! workspace's own trail, each once, and its owners are told.

use model::access::Role;
use model::audit::{Action, AuditEntry};
use model::ids::{BreakGlassId, OperatorId, UserId, WorkspaceId};
use model::platform::{BreakGlass, Minutes, Reason};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::Glass;
use crate::access::{GlassRow, GlassScope, OPEN_GLASS, PlatformScope};
use crate::audit::{self, Actor, ActorKind};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sql::sql;
use crate::token;

/// Lapsed ones that a sweep looks at; the next one goes on.
const BATCH: u32 = 200;

/// What an operator has open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenGlass {
    /// Which workspace, until when and why.
    pub glass: BreakGlass,
    /// Whether it was opened in this session: elsewhere it opens nothing.
    pub here: bool,
}

const END: &str = "update break_glass set ended_at = $now, ended_by = $2 where id = $1 and ended_at is null";
const LAPSED: &str = "select id, workspace_id from break_glass where ended_at is null and expires_at <= $now";

type Row = (Uuid, Uuid);

/// Ends one, unless somebody else did: whoever changes the row writes the entry.
async fn end(tx: &mut Tx, (id, workspace): Row, kind: ActorKind, action: Action, how: &'static str) -> Result<bool> {
    if tx.exec(sql(END).bind(id).bind(how)).await? == 0 {
        return Ok(false);
    }
    let actor = Actor { kind, workspace_id: Some(WorkspaceId::from_uuid(workspace)), tenant_id: None, token: None };
    audit::insert(tx, &actor, AuditEntry::done(action).on("break_glass", id)).await?;
    Ok(true)
}

/// What is open of an operator: as expired, what is past its time; the rest as `how`.
async fn end_all(tx: &mut Tx, kind: ActorKind, open: Vec<(Uuid, Uuid, bool)>, how: &'static str) -> Result<()> {
    for (id, workspace, lapsed) in open {
        if lapsed {
            end(tx, (id, workspace), ActorKind::System, Action::BreakGlassExpire, "expired").await?;
        } else {
            end(tx, (id, workspace), kind, Action::BreakGlassExit, how).await?;
        }
    }
    Ok(())
}

const OF_OPERATOR: &str =
    "select id, workspace_id, expires_at <= $now from break_glass where operator_id = $1 and ended_at is null";

/// Closes what an operator has open, in a transaction that goes on.
pub(super) async fn end_of_operator(tx: &mut Tx, actor: &Actor, operator: OperatorId, how: &'static str) -> Result<()> {
    let open = tx.all(sql(OF_OPERATOR).bind(operator)).await?;
    end_all(tx, actor.kind, open, how).await
}

/// The same of one session.
pub(super) async fn end_of_session(tx: &mut Tx, scope: &PlatformScope) -> Result<()> {
    let of_session = sql(OF_OPERATOR).bind(scope.operator_id()).push_bind(" and session_id = ", scope.session());
    let open = tx.all(of_session).await?;
    end_all(tx, scope.actor().kind, open, "signed_out").await
}

impl Glass<'_> {
    /// Opens a workspace. The session gets a new token, which goes to the browser; the old one is worth nothing any more. The caller
    /// has checked the password once more.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for an unknown workspace, [`StoreError::Conflict`] when the operator has one open already.
    pub async fn enter(
        &self,
        scope: &PlatformScope,
        workspace: WorkspaceId,
        reason: &Reason,
        minutes: Minutes,
    ) -> Result<(BreakGlassId, SecretString)> {
        const ENTER: &str =
            "insert into break_glass (id, operator_id, operator_name, session_id, workspace_id, reason, entered_at, expires_at)
          select $1, $2, $7, $3, w.id, $5, $now, $after(6) from workspaces w where w.id = $4 on conflict do nothing";
        const KNOWN: &str = "select count(*) from workspaces where id = $1";
        const TELL: &str = "insert into break_glass_notices (break_glass_id, user_id, workspace_id, at)
          select $1, m.user_id, m.workspace_id, $now from workspace_members m where m.workspace_id = $2 and m.role = $3";
        const ROTATE: &str = "update platform_sessions set token_hash = $2 where id = $1";
        let (id, fresh) = (BreakGlassId::generate(), token::new()?);
        let mut tx = self.0.db().write(&Reach::system()).await?;
        // One whose time is over, and that no sweep has found yet, is in nobody's way.
        let open: Vec<(Uuid, Uuid, bool)> = tx.all(sql(OF_OPERATOR).bind(scope.operator_id())).await?;
        end_all(&mut tx, scope.actor().kind, open.into_iter().filter(|(.., lapsed)| *lapsed).collect(), "expired").await?;
        let enter = sql(ENTER)
            .bind(id)
            .bind(scope.operator_id())
            .bind(scope.session())
            .bind(workspace)
            .bind(reason.as_str())
            .bind(minutes.duration())
            .bind(scope.name());
        if tx.exec(enter).await? == 0 {
            let (known,): (i64,) = tx.one(sql(KNOWN).bind(workspace)).await?;
            let taken = StoreError::Conflict("you have a workspace open already: close it first");
            return Err(if known == 0 { StoreError::NotVisible } else { taken });
        }
        tx.exec(sql(TELL).bind(id).bind(workspace).bind(Role::Owner.code())).await?;
        if tx.exec(sql(ROTATE).bind(scope.session()).bind(token::hash(fresh.expose_secret()))).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        let entry = AuditEntry::done(Action::BreakGlassEnter).on("break_glass", id.uuid()).with("minutes", minutes.count());
        tx.commit(&scope.actor_in(Some(workspace)), entry).await?;
        Ok((id, fresh))
    }

    /// What the operator has open, in whichever session.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open(&self, scope: &PlatformScope) -> Result<Option<OpenGlass>> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<GlassRow> = db.optional(sql(OPEN_GLASS).bind(scope.operator_id())).await?;
        db.end().await?;
        Ok(row.map(|row| OpenGlass { here: row.session_id == scope.session().uuid(), glass: row.into() }))
    }

    /// Closes what the operator has open, in whichever session; nothing when there is nothing.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn exit(&self, scope: &PlatformScope) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        end_of_operator(&mut tx, &scope.actor(), scope.operator_id(), "exit").await?;
        tx.commit_unaudited("each that was closed has its entry in this transaction").await
    }

    /// Ends those whose time is over: each is ended, and audited, by one of the processes that look, and once. How many this one ended.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn expire(&self) -> Result<u32> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let lapsed: Vec<Row> = db.all(sql(LAPSED).push_bind(" order by expires_at limit ", BATCH)).await?;
        db.end().await?;
        let mut ended = 0;
        for row in lapsed {
            let mut tx = self.0.db().write(&Reach::system()).await?;
            if end(&mut tx, row, ActorKind::System, Action::BreakGlassExpire, "expired").await? {
                tx.commit_unaudited("its entry is in this transaction").await?;
                ended += 1;
            }
        }
        Ok(ended)
    }

    /// Makes an existing person an owner of the open workspace, which has lost its own or cannot reach them. The entry stands in the
    /// workspace's own trail.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the time is over. [`StoreError::Conflict`] when nobody has that mail address (in
    /// [`model::user::normal_email`] form), or they are an owner already.
    pub async fn name_owner(&self, scope: &GlassScope, email: &str) -> Result<()> {
        const LIVE: &str = "select count(*) from break_glass where id = $1 and ended_at is null and expires_at > $now";
        const USER: &str = "select id from users where email = $1 and email_claimed_at is null and disabled_at is null";
        const NAME: &str = "insert into workspace_members (workspace_id, user_id, role, created_at) values ($1, $2, $3, $now)
          on conflict (workspace_id, user_id) do update set role = excluded.role, source = null where workspace_members.role <> excluded.role";
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let (live,): (i64,) = tx.one(sql(LIVE).bind(scope.glass().id)).await?;
        if live == 0 {
            return Err(StoreError::NotVisible);
        }
        let user: Option<(Uuid,)> = tx.optional(sql(USER).bind(email)).await?;
        let (user,) = user.ok_or(StoreError::Conflict("nobody in this installation has that mail address"))?;
        let user = UserId::from_uuid(user);
        if tx.exec(sql(NAME).bind(scope.workspace_id()).bind(user).bind(Role::Owner.code())).await? == 0 {
            return Err(StoreError::Conflict("this person is an owner already"));
        }
        tx.commit(&scope.actor(), AuditEntry::done(Action::BreakGlassNameOwner).on("user", user.uuid())).await
    }
}
