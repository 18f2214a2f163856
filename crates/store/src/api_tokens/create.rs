//! Making a token.

use std::collections::BTreeSet;
use std::time::Duration;

use model::access::{Capabilities, can};
use model::api_token::{ApiToken, NewApiToken};
use model::audit::{Action, AuditEntry};
use model::ids::{ApiTokenId, TenantId};
use secrecy::SecretString;
use serde_json::json;

use super::row::{TokenRow, columns};
use super::{ApiTokens, secret};
use crate::access::{Grant, Permit};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// Tokens of one person in one workspace that are good at the same time.
const MOST: i64 = 50;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What is wrong with it; `None` when nothing is.
fn problem(new: &NewApiToken) -> Option<&'static str> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > ApiToken::MAX_NAME {
        return Some("a token's name has 1 to 100 characters");
    }
    if !(1..=ApiToken::MAX_DAYS).contains(&new.days) {
        return Some("a token is good for 1 to 366 days");
    }
    if new.capabilities == Capabilities::NONE {
        return Some("choose at least one thing that the token may do");
    }
    let tenants = new.tenants.as_ref().map_or(1, Vec::len);
    (tenants == 0 || tenants > ApiToken::MAX_TENANTS).then_some("a token is narrowed to 1 to 200 tenants, or to none")
}

impl ApiTokens<'_> {
    /// Makes a token for the person who holds the permit. The secret is given here, once, and stored nowhere.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not acceptable; [`StoreError::Forbidden`] for a capability that they do not hold themselves;
    /// [`StoreError::NotVisible`] for a tenant that is not theirs.
    pub async fn create(
        &self,
        permit: &Permit<can::WorkspaceApiTokensManage>,
        new: &NewApiToken,
    ) -> Result<(ApiToken, SecretString)> {
        const GOOD: &str = "select count(*) from api_tokens where workspace_id = $1 and user_id = $2 and revoked_at is null
          and expires_at > $now";
        const INSERT: &str = "insert into api_tokens
          (id, workspace_id, user_id, token_hash, name, capabilities, tenants, created_at, expires_at)
          values ($1, $2, $3, $4, $5, $6, $7, $now, $after(8))";
        const READ: &str = concat!("select ", columns!(), " from api_tokens t join users u on u.id = t.user_id where t.id = $1");
        let grant = permit.grant();
        let user = grant.user().ok_or(StoreError::NotVisible)?;
        if let Some(problem) = problem(new) {
            return Err(StoreError::Conflict(problem));
        }
        if let Some(lacking) = new.capabilities.iter().find(|capability| !grant.may_hand_on(*capability)) {
            return Err(StoreError::Forbidden(lacking));
        }
        let (id, secret) = (ApiTokenId::generate(), secret::generate()?);
        let mut tx = self.0.db().write(grant.reach()).await?;
        let tenants: Option<BTreeSet<TenantId>> = new.tenants.as_ref().map(|tenants| tenants.iter().copied().collect());
        if let Some(tenants) = &tenants {
            all_theirs(&mut tx, grant, tenants).await?;
        }
        let (good,): (i64,) = tx.one(sql(GOOD).bind(grant.workspace_id()).bind(user.id)).await?;
        if good >= MOST {
            return Err(StoreError::Conflict("you have 50 tokens that are good; revoke one first"));
        }
        let insert = sql(INSERT)
            .bind(id)
            .bind(grant.workspace_id())
            .bind(user.id)
            .bind(super::secret::hash(&secret))
            .bind(new.name.trim())
            .bind(json!(new.capabilities.codes()))
            .bind(json!(tenants))
            .bind(DAY * new.days);
        tx.exec(insert).await?;
        let row: TokenRow = tx.one(sql(READ).bind(id)).await?;
        let entry = AuditEntry::done(Action::ApiTokenCreate).on("api_token", id.uuid()).with("days", i64::from(new.days));
        tx.commit(grant.actor(), entry).await?;
        Ok((row.into(), secret))
    }
}

async fn all_theirs(tx: &mut Tx, grant: &Grant, tenants: &BTreeSet<TenantId>) -> Result<()> {
    // The statement names the scope as row-level security does on PostgreSQL: nobody names a tenant that they may not see.
    let mut count = sql("select count(*) from tenants where workspace_id = $1")
        .bind(grant.workspace_id())
        .push_in(" and id in ", tenants.iter().copied());
    if let Some(entitled) = grant.entitled() {
        count = count.push_in(" and id in ", entitled);
    }
    let (found,): (i64,) = tx.one(count).await?;
    if usize::try_from(found) == Ok(tenants.len()) { Ok(()) } else { Err(StoreError::NotVisible) }
}
