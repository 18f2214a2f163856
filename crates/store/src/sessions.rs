//! Sessions: a random token in the browser, its hash here.

mod own;

pub use own::SessionView;

use std::time::Duration;

use model::audit::{Action, AuditEntry};
use model::ids::{SessionId, UserId, WorkspaceId};
use model::user::User;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use crate::access::{SignedIn, WorkspaceScope};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::open::Store;
use crate::reach::Reach;
use crate::sql::sql;
use crate::token;

/// A session ends this long after its last request.
pub const SESSION_IDLE: Duration = Duration::from_secs(8 * 3600);
/// A session ends this long after sign-in, whatever happens.
pub const SESSION_ABSOLUTE: Duration = Duration::from_secs(7 * 24 * 3600);
/// The last request is noted at most this often.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// Sessions.
#[derive(Debug, Clone, Copy)]
pub struct Sessions<'a>(pub(crate) &'a Store);

/// A message that the next page shows once. Our own words; a link within the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// Head line.
    pub title: String,
    /// One sentence.
    pub text: String,
    /// Where to go on: label and path.
    pub link: Option<(String, String)>,
    /// Whether it tells of trouble.
    pub trouble: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    workspace_id: Option<Uuid>,
    user_id: Uuid,
    email: String,
    name: String,
    last_seen_at: DbTime,
    now: DbTime,
}

/// A session that was just begun.
pub(crate) struct Begun {
    pub(crate) who: SignedIn,
    pub(crate) token: SecretString,
}

impl Begun {
    /// What the audit trail says of it.
    pub(crate) const fn entry(&self) -> AuditEntry {
        AuditEntry::done(Action::SignIn).on("session", self.who.session.uuid())
    }
}

/// Begins a session of that person. A disabled one gets none.
pub(crate) async fn open(tx: &mut Tx, user: &User, browser: &str) -> Result<Begun> {
    const INSERT: &str = "insert into sessions (id, token_hash, user_id, browser, created_at, last_seen_at, expires_at)
      select $1, $2, u.id, $4, $now, $now, $after(5) from users u where u.id = $3 and u.disabled_at is null";
    let (session, token) = (SessionId::generate(), token::new()?);
    let browser = Some(browser).filter(|words| !words.is_empty());
    let insert =
        sql(INSERT).bind(session).bind(token::hash(token.expose_secret())).bind(user.id).bind(browser).bind(SESSION_ABSOLUTE);
    if tx.exec(insert).await? == 0 {
        return Err(StoreError::NotVisible);
    }
    tx.exec(sql("update users set last_sign_in_at = $now where id = $1").bind(user.id)).await?;
    let who = SignedIn { user: user.clone(), session, workspace: None, limits: None };
    Ok(Begun { who, token })
}

/// Gives the session another token; the one before is worth nothing from then on.
pub(crate) async fn rotate(tx: &mut Tx, who: &SignedIn) -> Result<SecretString> {
    let token = token::new()?;
    let update =
        sql("update sessions set token_hash = $2 where id = $1").bind(who.session).bind(token::hash(token.expose_secret()));
    if tx.exec(update).await? == 0 {
        return Err(StoreError::NotVisible);
    }
    Ok(token)
}

impl Sessions<'_> {
    /// Starts a session for a person whose password was verified. The token goes to the browser and is stored nowhere.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn start(&self, user: &User) -> Result<SecretString> {
        self.start_in(user, "").await
    }

    /// As [`Sessions::start`], with the browser in plain words.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn start_in(&self, user: &User, browser: &str) -> Result<SecretString> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let opened = open(&mut tx, user, browser).await?;
        tx.commit(&opened.who.actor(), opened.entry()).await?;
        Ok(opened.token)
    }

    /// The person behind a token, while the session lives.
    ///
    /// # Errors
    /// When the database refuses. An unknown or expired token is `None`.
    pub async fn find(&self, token: &SecretString) -> Result<Option<SignedIn>> {
        const FIND: &str = "select s.id, s.workspace_id, s.user_id, u.email, u.name, s.last_seen_at, s.now from (
            select *, $now as now from sessions where token_hash = $1) s
          join users u on u.id = s.user_id and u.disabled_at is null where s.expires_at > s.now";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<Row> = db.optional(sql(FIND).bind(token::hash(token.expose_secret()))).await?;
        db.end().await?;
        let Some(row) = row else { return Ok(None) };
        let idle = row.now.0.since(row.last_seen_at.0);
        if idle > SESSION_IDLE {
            return Ok(None);
        }
        let id = SessionId::from_uuid(row.id);
        if idle > TOUCH_EVERY {
            let mut tx = self.0.db().write(&Reach::system()).await?;
            tx.exec(sql("update sessions set last_seen_at = $now where id = $1").bind(id)).await?;
            tx.commit_unaudited("a session was used").await?;
        }
        Ok(Some(SignedIn {
            user: User { id: UserId::from_uuid(row.user_id), email: row.email, name: row.name },
            session: id,
            workspace: row.workspace_id.map(WorkspaceId::from_uuid),
            limits: None,
        }))
    }

    /// Whether the session still lives. Unlike a request, asking does not prolong it: an open live stream is no sign of a person.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn alive(&self, who: &SignedIn) -> Result<bool> {
        const ALIVE: &str = "select last_seen_at, expires_at, $now as now from sessions where id = $1";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<(DbTime, DbTime, DbTime)> = db.optional(sql(ALIVE).bind(who.session)).await?;
        db.end().await?;
        Ok(row.is_some_and(|(seen, expires, now)| expires.0 > now.0 && now.0.since(seen.0) <= SESSION_IDLE))
    }

    /// Ends the session.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end(&self, who: &SignedIn) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        tx.exec(sql("delete from sessions where id = $1").bind(who.session)).await?;
        tx.commit(&who.actor(), AuditEntry::done(Action::SignOut).on("session", who.session.uuid())).await
    }

    /// Remembers the workspace that the person chose.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn choose_workspace(&self, who: &SignedIn, workspace: &WorkspaceScope) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let update = sql("update sessions set workspace_id = $2 where id = $1");
        tx.exec(update.bind(who.session).bind(workspace.workspace_id())).await?;
        tx.commit_unaudited("a choice of what to look at").await
    }

    /// Leaves a message for the next page.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_flash(&self, who: &SignedIn, flash: &Flash) -> Result<()> {
        let value = serde_json::to_value(flash).map_err(|_| StoreError::Corrupt("flash"))?;
        let mut tx = self.0.db().write(&Reach::system()).await?;
        tx.exec(sql("update sessions set flash = $2 where id = $1").bind(who.session).bind(value)).await?;
        tx.commit_unaudited("a message for the next page").await
    }

    /// Takes the message, so that it is shown once.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn take_flash(&self, who: &SignedIn) -> Result<Option<Flash>> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let waiting: Option<(Json<Flash>,)> =
            db.optional(sql("select flash from sessions where id = $1 and flash is not null").bind(who.session)).await?;
        db.end().await?;
        let Some((flash,)) = waiting else { return Ok(None) };
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let taken =
            tx.exec(sql("update sessions set flash = null where id = $1 and flash is not null").bind(who.session)).await?;
        tx.commit_unaudited("a message was shown").await?;
        Ok((taken > 0).then_some(flash.0))
    }
}
