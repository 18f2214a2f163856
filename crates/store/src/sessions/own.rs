//! The sessions of one person, as they see and end them.

use model::audit::{Action, AuditEntry};
use model::ids::SessionId;
use model::time::Moment;
use uuid::Uuid;

use super::{SESSION_IDLE, Sessions};
use crate::access::SignedIn;
use crate::bind::DbTime;
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::sql;

/// A session, as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// Its id, which opens nothing.
    pub id: SessionId,
    /// The browser, in plain words; empty when it was not told.
    pub browser: String,
    /// When they signed in.
    pub since: Moment,
    /// When it was last used, to the minute.
    pub last_seen: Moment,
    /// Whether it is the one that asks.
    pub this: bool,
}

type Row = (Uuid, Option<String>, DbTime, DbTime, DbTime, DbTime);

impl Sessions<'_> {
    /// The person's sessions that live, the latest used first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn own(&self, who: &SignedIn) -> Result<Vec<SessionView>> {
        const OWN: &str = "select id, browser, created_at, last_seen_at, expires_at, $now as now from sessions
          where user_id = $1 order by last_seen_at desc, id desc limit 200";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<Row> = db.all(sql(OWN).bind(who.user.id)).await?;
        db.end().await?;
        let lives = |(.., seen, expires, now): &Row| expires.0 > now.0 && now.0.since(seen.0) <= SESSION_IDLE;
        let view = |(id, browser, since, seen, ..): Row| SessionView {
            id: SessionId::from_uuid(id),
            browser: browser.unwrap_or_default(),
            since: since.0,
            last_seen: seen.0,
            this: id == who.session.uuid(),
        };
        Ok(rows.into_iter().filter(lives).map(view).collect())
    }

    /// Ends one of the person's sessions; whether there was one of that id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn revoke(&self, who: &SignedIn, session: SessionId) -> Result<bool> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let delete = sql("delete from sessions where id = $1 and user_id = $2").bind(session).bind(who.user.id);
        if tx.exec(delete).await? == 0 {
            return Ok(false);
        }
        let entry = AuditEntry::done(Action::SessionRevoke).on("session", session.uuid());
        tx.commit(&who.actor(), entry).await?;
        Ok(true)
    }

    /// Ends all of the person's sessions but the one that asks; which they were.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn revoke_others(&self, who: &SignedIn) -> Result<Vec<SessionId>> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let delete = sql("delete from sessions where user_id = $1 and id <> $2 returning id");
        let ended: Vec<(Uuid,)> = tx.all(delete.bind(who.user.id).bind(who.session)).await?;
        let count = i64::try_from(ended.len()).unwrap_or(i64::MAX);
        let entry = AuditEntry::done(Action::SessionRevoke).on("user", who.user.id.uuid()).with("sessions", count);
        tx.commit(&who.actor(), entry).await?;
        Ok(ended.into_iter().map(|(id,)| SessionId::from_uuid(id)).collect())
    }
}
