//! Passwords of local accounts: changing one's own, and the links by which an operator lets somebody set a new one. What is stored are
//! hashes that the caller made; whether an old password was right, the caller has found out.

use std::time::Duration;

use model::audit::{Action, AuditEntry};
use model::ids::{SessionId, UserId};
use model::user::User;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use crate::access::{Operator, SignedIn};
use crate::audit::{Actor, ActorKind};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::open::Store;
use crate::reach::Reach;
use crate::sessions::rotate;
use crate::sql::sql;
use crate::token as random;

/// How long a link to set a password can be used.
pub const LINK_OPEN: Duration = Duration::from_secs(24 * 3600);

/// Passwords.
#[derive(Debug, Clone, Copy)]
pub struct Passwords<'a>(pub(crate) &'a Store);

/// What became of a change of one's own password.
#[derive(Debug)]
pub struct PasswordChanged {
    /// The session's new token; the old one is worth nothing.
    pub token: SecretString,
    /// The sessions that ended.
    pub ended: Vec<SessionId>,
}

impl Store {
    /// Passwords.
    #[must_use]
    pub const fn passwords(&self) -> Passwords<'_> {
        Passwords(self)
    }
}

impl Passwords<'_> {
    /// Makes a link by which that person can set a new password, once, within [`LINK_OPEN`]; one made before is worth nothing. Gives
    /// its token, which is stored nowhere.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when nobody who is enabled has this mail address.
    pub async fn link(&self, _: &Operator, email: &str) -> Result<SecretString> {
        let token = random::new()?;
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let find = sql("select id from users where email = $1 and disabled_at is null").bind(email);
        let (user,): (Uuid,) = tx.optional(find).await?.ok_or(StoreError::NotVisible)?;
        tx.exec(sql("delete from password_links where user_id = $1").bind(user)).await?;
        let insert = "insert into password_links (token_hash, user_id, expires_at) values ($1, $2, $after(3))";
        tx.exec(sql(insert).bind(random::hash(token.expose_secret())).bind(user).bind(LINK_OPEN)).await?;
        tx.commit(&Actor::operator(None, None), AuditEntry::done(Action::PasswordLink).on("user", user)).await?;
        Ok(token)
    }

    /// Whose link it is, while it can be used.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of_link(&self, token: &SecretString) -> Result<Option<User>> {
        const FIND: &str = "select u.id, u.email, u.name from password_links l join users u on u.id = l.user_id
          where l.token_hash = $1 and l.expires_at > $now and u.disabled_at is null";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<(Uuid, String, String)> = db.optional(sql(FIND).bind(random::hash(token.expose_secret()))).await?;
        db.end().await?;
        Ok(row.map(|(id, email, name)| User { id: UserId::from_uuid(id), email, name }))
    }

    /// Uses the link up: sets the password and ends all sessions of the person, which are given back. `None` when it cannot be used, or
    /// was used already.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_by_link(&self, token: &SecretString, password_hash: &SecretString) -> Result<Option<Vec<SessionId>>> {
        const TAKE: &str = "delete from password_links where token_hash = $1 and expires_at > $now returning user_id";
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let taken: Option<(Uuid,)> = tx.optional(sql(TAKE).bind(random::hash(token.expose_secret()))).await?;
        let Some((user,)) = taken else { return Ok(None) };
        let user = UserId::from_uuid(user);
        if !set(&mut tx, user, password_hash).await? {
            return Ok(None);
        }
        let ended: Vec<(Uuid,)> = tx.all(sql("delete from sessions where user_id = $1 returning id").bind(user)).await?;
        // Whoever had the account before may have made some.
        tx.exec(sql("update api_tokens set revoked_at = $now where user_id = $1 and revoked_at is null").bind(user)).await?;
        let actor = Actor { kind: ActorKind::User(user), workspace_id: None, tenant_id: None, token: None };
        tx.commit(&actor, AuditEntry::done(Action::PasswordReset).on("user", user.uuid())).await?;
        Ok(Some(ended.into_iter().map(|(id,)| SessionId::from_uuid(id)).collect()))
    }

    /// Sets the person's new password, whose old one was verified. Their session gets another token, their other sessions end.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the session has ended meanwhile.
    pub async fn change(&self, who: &SignedIn, password_hash: &SecretString) -> Result<PasswordChanged> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let token = rotate(&mut tx, who).await?;
        if !set(&mut tx, who.user.id, password_hash).await? {
            return Err(StoreError::NotVisible);
        }
        let others = sql("delete from sessions where user_id = $1 and id <> $2 returning id");
        let ended: Vec<(Uuid,)> = tx.all(others.bind(who.user.id).bind(who.session)).await?;
        let entry = AuditEntry::done(Action::PasswordChange).on("user", who.user.id.uuid());
        tx.commit(&who.actor(), entry).await?;
        Ok(PasswordChanged { token, ended: ended.into_iter().map(|(id,)| SessionId::from_uuid(id)).collect() })
    }
}

/// Sets it. Sign-ins that were half done with the old one, and links, are worth nothing afterwards.
async fn set(tx: &mut Tx, user: UserId, password_hash: &SecretString) -> Result<bool> {
    let update = sql("update users set password_hash = $2 where id = $1 and disabled_at is null");
    let done = tx.exec(update.bind(user).bind(password_hash.expose_secret().to_owned())).await?;
    tx.exec(sql("delete from second_steps where user_id = $1").bind(user)).await?;
    tx.exec(sql("delete from password_links where user_id = $1").bind(user)).await?;
    Ok(done > 0)
}
