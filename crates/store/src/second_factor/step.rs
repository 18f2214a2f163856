//! The second step of a sign-in: the password was right, the code is awaited.

use std::time::Duration;

use model::audit::{Action, AuditEntry};
use model::ids::UserId;
use model::user::User;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::{By, SecondFactor};
use crate::audit::{self, Actor, ActorKind};
use crate::db::Result;
use crate::reach::Reach;
use crate::sessions;
use crate::sql::sql;
use crate::token as random;

/// How long the code is awaited.
pub const STEP_OPEN: Duration = Duration::from_secs(5 * 60);
/// How many codes may be tried.
pub const STEP_TRIES: i64 = 5;

/// What became of a code.
#[derive(Debug)]
pub enum Step {
    /// It was right: the new session's token, and where to go on.
    SignedIn(SecretString, Option<String>),
    /// It was wrong; so many more may be tried.
    Wrong(i64),
    /// There is nothing to be tried any more: the password has to be given again.
    Over,
}

/// After so many wrong codes of a person, over all of their sign-ins, no code is tried any more.
pub(super) const STEP_FAILURES: i64 = 10;
/// For how long: each wrong code counts until so long after the latest one.
const FAILURES_COUNT: Duration = Duration::from_secs(3600);

const fn actor(user: UserId) -> Actor {
    Actor { kind: ActorKind::User(user), workspace_id: None, tenant_id: None, token: None }
}

impl SecondFactor<'_> {
    /// Awaits the code of a person whose password was verified. Gives the token of this step, which opens nothing else.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin(&self, user: &User, next: Option<&str>) -> Result<SecretString> {
        let token = random::new()?;
        let mut tx = self.0.db().write(&Reach::system()).await?;
        tx.exec(sql("delete from second_steps where expires_at <= $now")).await?;
        let insert = "insert into second_steps (token_hash, user_id, tries, next, expires_at) values ($1, $2, 0, $3, $after(4))";
        tx.exec(sql(insert).bind(random::hash(token.expose_secret())).bind(user.id).bind(next).bind(STEP_OPEN)).await?;
        tx.commit_unaudited("nobody is signed in yet").await?;
        Ok(token)
    }

    /// Whether a code is still awaited.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn awaited(&self, token: &SecretString) -> Result<bool> {
        const COUNT: &str = "select count(*) from second_steps where token_hash = $1 and expires_at > $now and tries < $2";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let (count,): (i64,) = db.one(sql(COUNT).bind(random::hash(token.expose_secret())).bind(STEP_TRIES)).await?;
        db.end().await?;
        Ok(count > 0)
    }

    /// Tries a code: one of the app, or a recovery code. After ten wrong ones within an hour, in whichever sign-ins, none is tried.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn attempt(&self, token: &SecretString, code: &str, browser: &str) -> Result<Step> {
        const COUNTED: &str = "update second_steps set tries = tries + 1
          where token_hash = $1 and expires_at > $now and tries < $2 returning user_id, tries, next";
        const USER: &str = "select email, name from users where id = $1 and disabled_at is null";
        const LOCKED: &str = "select count(*) from user_totp where user_id = $1 and failures >= $2 and failing_until > $now";
        const FAILED: &str = "update user_totp set failures = case when failing_until > $now then failures + 1 else 1 end,
          failing_until = $after(2) where user_id = $1";
        let key = random::hash(token.expose_secret());
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let counted: Option<(Uuid, i64, Option<String>)> = tx.optional(sql(COUNTED).bind(key.clone()).bind(STEP_TRIES)).await?;
        let Some((user, tries, next)) = counted else { return Ok(Step::Over) };
        let id = UserId::from_uuid(user);
        let Some((email, name)) = tx.optional(sql(USER).bind(id)).await? else { return Ok(Step::Over) };
        let (locked,): (i64,) = tx.one(sql(LOCKED).bind(id).bind(STEP_FAILURES)).await?;
        if locked > 0 {
            tx.commit(&actor(id), AuditEntry::denied(Action::SignIn).on("user", user)).await?;
            return Ok(Step::Over);
        }
        let actor = actor(id);
        let Some(by) = self.take(&mut tx, id, code).await? else {
            tx.exec(sql(FAILED).bind(id).bind(FAILURES_COUNT)).await?;
            tx.commit(&actor, AuditEntry::denied(Action::SignIn).on("user", user).with("tries", tries)).await?;
            return Ok(if tries < STEP_TRIES { Step::Wrong(STEP_TRIES - tries) } else { Step::Over });
        };
        if by == By::Recovery {
            audit::insert(&mut tx, &actor, AuditEntry::done(Action::RecoveryCodeUse).on("user", user)).await?;
        }
        tx.exec(sql("update user_totp set failures = 0, failing_until = null where user_id = $1").bind(id)).await?;
        tx.exec(sql("delete from second_steps where token_hash = $1").bind(key)).await?;
        let opened = sessions::open(&mut tx, &User { id, email, name }, browser).await?;
        tx.commit(&opened.who.actor(), opened.entry()).await?;
        Ok(Step::SignedIn(opened.token, next))
    }
}
