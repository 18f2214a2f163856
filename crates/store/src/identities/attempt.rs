//! Sign-ins that were begun at a provider and have not come back yet. Only hashes are kept: who reads the table can finish none.

use std::time::Duration;

use model::sign_in::ProviderName;
use secrecy::{ExposeSecret as _, SecretString};

use super::Identities;
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::sql;
use crate::token::hash;

/// How long somebody may take at the provider.
pub const SIGN_IN_OPEN: Duration = Duration::from_secs(10 * 60);

impl Identities<'_> {
    /// Remembers that this browser went to the provider, and where it wants to go on afterwards.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin(&self, provider: &ProviderName, state: &str, browser: &SecretString, next: Option<&str>) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        tx.exec(sql("delete from oidc_sign_ins where expires_at <= $now")).await?;
        let insert = "insert into oidc_sign_ins (state_hash, browser_hash, provider, next, expires_at)
          values ($1, $2, $3, $4, $after(5))";
        let insert = sql(insert)
            .bind(hash(state))
            .bind(hash(browser.expose_secret()))
            .bind(provider.as_str())
            .bind(next)
            .bind(SIGN_IN_OPEN);
        tx.exec(insert).await?;
        tx.commit_unaudited("nobody is signed in yet").await
    }

    /// Takes what was remembered, once: where to go on. `None` when this browser began no such sign-in with the provider, or it is over.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn take(&self, provider: &ProviderName, state: &str, browser: &SecretString) -> Result<Option<Option<String>>> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let take = "delete from oidc_sign_ins
          where state_hash = $1 and browser_hash = $2 and provider = $3 and expires_at > $now returning next";
        let take = sql(take).bind(hash(state)).bind(hash(browser.expose_secret())).bind(provider.as_str());
        let taken: Option<(Option<String>,)> = tx.optional(take).await?;
        tx.commit_unaudited("nobody is signed in yet").await?;
        Ok(taken.map(|(next,)| next))
    }
}
