//! From a secret to the person behind it, with the token's limits.

use std::sync::Arc;
use std::time::Duration;

use model::api_token::ApiToken;
use model::ids::SessionId;
use model::user::User;
use secrecy::SecretString;

use super::row::{TokenRow, columns};
use super::{ApiTokens, secret};
use crate::access::{Limits, SignedIn};
use crate::bind::DbTime;
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::sql;

/// The last use is noted at most this often.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

#[derive(sqlx::FromRow)]
struct Found {
    #[sqlx(flatten)]
    token: TokenRow,
    email: String,
    now: DbTime,
}

impl ApiTokens<'_> {
    /// The person behind a secret, limited to what the token was given. `None` when it is not one of ours, has expired or was
    /// revoked, and when its holder is no member of its workspace any more.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn find(&self, secret: &SecretString) -> Result<Option<(SignedIn, ApiToken)>> {
        const FIND: &str = concat!(
            "select ",
            columns!(),
            ", u.email, t.now from (select *, $now as now from api_tokens where token_hash = $1 and revoked_at is null) t
              join users u on u.id = t.user_id and u.disabled_at is null
              join workspace_members m on m.workspace_id = t.workspace_id and m.user_id = t.user_id"
        );
        if !secret::is_ours(secret) {
            return Ok(None);
        }
        let mut db = self.0.db().read(&Reach::system()).await?;
        let found: Option<Found> = db.optional(sql(FIND).bind(secret::hash(secret))).await?;
        db.end().await?;
        let Some(Found { token, email, now }) = found else { return Ok(None) };
        let token = ApiToken::from(token);
        if !token.is_good(now.0) {
            return Ok(None);
        }
        if token.last_used_at.is_none_or(|used| now.0.since(used) > TOUCH_EVERY) {
            let mut tx = self.0.db().write(&Reach::system()).await?;
            tx.exec(sql("update api_tokens set last_used_at = $now where id = $1").bind(token.id)).await?;
            tx.commit_unaudited("a token was used").await?;
        }
        let tenants = token.tenants.as_ref().map(|tenants| tenants.iter().copied().collect());
        let who = SignedIn {
            user: User { id: token.user_id, email, name: token.holder.clone() },
            // No session: nothing is found under this id.
            session: SessionId::from_uuid(token.id.uuid()),
            workspace: Some(token.workspace_id),
            limits: Some(Arc::new(Limits::new(token.id, token.workspace_id, token.capabilities, tenants))),
        };
        Ok(Some((who, token)))
    }
}
