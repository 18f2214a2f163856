//! Switching the second factor on and off.

use model::audit::{Action, AuditEntry};
use model::time::Moment;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::{SecondFactor, accept, recovery, totp};
use crate::access::{Operator, SignedIn};
use crate::audit::Actor;
use crate::bind::DbTime;
use crate::db::Result;
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sessions::rotate;
use crate::sql::sql;

/// How a person's second factor stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Factor {
    /// Whether the person has a local password at all: others cannot have one.
    pub has_password: bool,
    /// Since when it is asked for.
    pub enabled_at: Option<Moment>,
    /// Whether one was prepared and no code of it confirmed yet.
    pub prepared: bool,
    /// How many recovery codes are left.
    pub codes_left: i64,
}

/// A factor that was just switched on.
#[derive(Debug)]
pub struct Enabled {
    /// The recovery codes, to be shown once.
    pub codes: Vec<String>,
    /// The session's new token; the old one is worth nothing.
    pub token: SecretString,
}

impl SecondFactor<'_> {
    /// How the person's factor stands.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of(&self, who: &SignedIn) -> Result<Factor> {
        const OF: &str = "select u.password_hash is not null, t.user_id is not null, t.enabled_at,
            (select count(*) from recovery_codes c where c.user_id = u.id and c.used_at is null)
          from users u left join user_totp t on t.user_id = u.id where u.id = $1";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<(bool, bool, Option<DbTime>, i64)> = db.optional(sql(OF).bind(who.user.id)).await?;
        db.end().await?;
        let factor = |(has_password, any, enabled, codes_left): (bool, bool, Option<DbTime>, i64)| Factor {
            has_password,
            enabled_at: enabled.map(|at| at.0),
            prepared: any && enabled.is_none(),
            codes_left,
        };
        Ok(row.map(factor).unwrap_or_default())
    }

    /// Makes a new secret for the person's app. It is asked for only once a code of it was confirmed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one is switched on already, or the person has no local password.
    pub async fn prepare(&self, who: &SignedIn) -> Result<()> {
        const PREPARE: &str = "insert into user_totp (user_id, sealed_secret, last_step, created_at)
          select u.id, $2, 0, $now from users u where u.id = $1 and u.password_hash is not null
          on conflict (user_id) do update set sealed_secret = excluded.sealed_secret, created_at = excluded.created_at
            where user_totp.enabled_at is null";
        let user = who.user.id;
        let sealed = self.0.keyring().seal(user.uuid(), totp::new_secret()?.expose_secret())?;
        let mut tx = self.0.db().write(&Reach::system()).await?;
        if tx.exec(sql(PREPARE).bind(user).bind(sealed)).await? == 0 {
            return Err(StoreError::Conflict("a second factor is switched on already, or there is no local password"));
        }
        tx.commit(&who.actor(), AuditEntry::done(Action::TotpPrepare).on("user", user.uuid())).await
    }

    /// The secret that was prepared, in base32, for the person's app; `None` once it is switched on.
    ///
    /// # Errors
    /// When the database refuses, or the secret cannot be opened.
    pub async fn prepared(&self, who: &SignedIn) -> Result<Option<SecretString>> {
        const PREPARED: &str = "select sealed_secret from user_totp where user_id = $1 and enabled_at is null";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<(Vec<u8>,)> = db.optional(sql(PREPARED).bind(who.user.id)).await?;
        db.end().await?;
        row.map(|(sealed,)| self.0.keyring().open(who.user.id.uuid(), &sealed)).transpose()
    }

    /// Switches the prepared factor on when the code is right. The session gets another token. `None` when the code is wrong, or nothing
    /// was prepared.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enable(&self, who: &SignedIn, code: &str) -> Result<Option<Enabled>> {
        let user = who.user.id;
        let Some(plain) = totp::plain(code) else { return Ok(None) };
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let Some(stored) = self.stored(&mut tx, user, false).await? else { return Ok(None) };
        if !accept(&mut tx, user, &stored, &plain).await? {
            return Ok(None);
        }
        let enable = sql("update user_totp set enabled_at = $now where user_id = $1 and enabled_at is null").bind(user);
        if tx.exec(enable).await? == 0 {
            return Ok(None);
        }
        let codes = recovery::replace(&mut tx, user).await?;
        let token = rotate(&mut tx, who).await?;
        tx.commit(&who.actor(), AuditEntry::done(Action::TotpEnable).on("user", user.uuid())).await?;
        Ok(Some(Enabled { codes, token }))
    }

    /// Removes the factor of a person whose password was verified, when the code (or a recovery code) is right. The session gets
    /// another token, which is given back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn disable(&self, who: &SignedIn, code: &str) -> Result<Option<SecretString>> {
        let user = who.user.id;
        let mut tx = self.0.db().write(&Reach::system()).await?;
        if self.take(&mut tx, user, code).await?.is_none() {
            return Ok(None);
        }
        for text in ["delete from recovery_codes where user_id = $1", "delete from user_totp where user_id = $1"] {
            tx.exec(sql(text).bind(user)).await?;
        }
        let token = rotate(&mut tx, who).await?;
        tx.commit(&who.actor(), AuditEntry::done(Action::TotpDisable).on("user", user.uuid())).await?;
        Ok(Some(token))
    }

    /// Removes the factor of somebody who lost their phone and their codes.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when nobody has this mail address, [`StoreError::Conflict`] when they have no factor.
    pub async fn clear(&self, _: &Operator, email: &str) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let find = sql("select id from users where email = $1").bind(email);
        let (user,): (Uuid,) = tx.optional(find).await?.ok_or(StoreError::NotVisible)?;
        tx.exec(sql("delete from recovery_codes where user_id = $1").bind(user)).await?;
        if tx.exec(sql("delete from user_totp where user_id = $1").bind(user)).await? == 0 {
            return Err(StoreError::Conflict("this person has no second factor"));
        }
        tx.commit(&Actor::operator(None, None), AuditEntry::done(Action::TotpDisable).on("user", user)).await
    }
}
