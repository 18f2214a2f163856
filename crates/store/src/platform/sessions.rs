//! Sessions of operators: shorter than those of people in workspaces, under a cookie of their own.

use std::time::Duration;

use model::audit::{Action, AuditEntry};
use model::ids::OperatorSessionId;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::types::Json;

use super::glass::end_of_session;
use super::{OperatorRecord, Platform};
use crate::access::PlatformScope;
use crate::audit::Actor;
use crate::db::Result;
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sessions::Flash;
use crate::sql::sql;
use crate::token;

/// An operator's session ends this long after its last request.
pub const OPERATOR_SESSION_IDLE: Duration = Duration::from_secs(30 * 60);
/// An operator's session ends this long after sign-in, whatever happens.
pub const OPERATOR_SESSION_ABSOLUTE: Duration = Duration::from_secs(8 * 3600);

impl Platform<'_> {
    /// Starts a session for an operator whose password was verified. The token goes to the browser and is stored nowhere.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when they were disabled meanwhile.
    pub async fn start_session(&self, record: &OperatorRecord) -> Result<SecretString> {
        const SEEN: &str = "update platform_operators set last_sign_in_at = $now where id = $1 and disabled_at is null";
        const INSERT: &str = "insert into platform_sessions (id, token_hash, operator_id, created_at, last_seen_at, expires_at)
          values ($1, $2, $3, $now, $now, $after(4))";
        let (session, fresh, id) = (OperatorSessionId::generate(), token::new()?, record.operator.id);
        let mut tx = self.0.db().write(&Reach::system()).await?;
        // Holds the operator's row: whoever disables them at this moment finds the session, or this finds them disabled.
        if tx.exec(sql(SEEN).bind(id)).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        tx.exec(sql("delete from platform_sessions where expires_at <= $now")).await?;
        tx.exec(sql(INSERT).bind(session).bind(token::hash(fresh.expose_secret())).bind(id).bind(OPERATOR_SESSION_ABSOLUTE))
            .await?;
        let entry = AuditEntry::done(Action::SignIn).on("operator_session", session.uuid());
        tx.commit(&Actor::of_operator(id), entry).await?;
        Ok(fresh)
    }

    /// Ends the session, and closes what was opened in it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_session(&self, scope: &PlatformScope) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        end_of_session(&mut tx, scope).await?;
        tx.exec(sql("delete from platform_sessions where id = $1").bind(scope.session())).await?;
        let entry = AuditEntry::done(Action::SignOut).on("operator_session", scope.session().uuid());
        tx.commit(&scope.actor(), entry).await
    }

    /// The hash of the operator's password, to check it once more before something grave.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn own_password(&self, scope: &PlatformScope) -> Result<Option<SecretString>> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let own = sql("select password_hash from platform_operators where id = $1").bind(scope.operator_id());
        let found: Option<(Option<String>,)> = db.optional(own).await?;
        db.end().await?;
        Ok(found.and_then(|(hash,)| hash).map(SecretString::from))
    }

    /// Records that something was refused to the operator.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn denied(&self, scope: &PlatformScope, entry: AuditEntry) -> Result<()> {
        let tx = self.0.db().write(&Reach::system()).await?;
        tx.commit(&scope.actor(), entry).await
    }

    /// Leaves a message for the operator's next page.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_flash(&self, scope: &PlatformScope, flash: &Flash) -> Result<()> {
        let value = serde_json::to_value(flash).map_err(|_| StoreError::Corrupt("flash"))?;
        let mut tx = self.0.db().write(&Reach::system()).await?;
        tx.exec(sql("update platform_sessions set flash = $2 where id = $1").bind(scope.session()).bind(value)).await?;
        tx.commit_unaudited("a message for the next page").await
    }

    /// Takes the message, so that it is shown once.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn take_flash(&self, scope: &PlatformScope) -> Result<Option<Flash>> {
        const WAITING: &str = "select flash from platform_sessions where id = $1 and flash is not null";
        const TAKE: &str = "update platform_sessions set flash = null where id = $1 and flash is not null";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let waiting: Option<(Json<Flash>,)> = db.optional(sql(WAITING).bind(scope.session())).await?;
        db.end().await?;
        let Some((flash,)) = waiting else { return Ok(None) };
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let taken = tx.exec(sql(TAKE).bind(scope.session())).await?;
        tx.commit_unaudited("a message was shown").await?;
        Ok((taken > 0).then_some(flash.0))
    }
}
