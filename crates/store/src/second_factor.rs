//! Second factors of local accounts: codes that change every 30 seconds (RFC 6238), and recovery codes for a lost phone.

mod manage;
mod recovery;
mod step;
mod totp;

pub use manage::{Enabled, Factor};
pub use recovery::RECOVERY_CODES;
pub use step::{STEP_OPEN, STEP_TRIES, Step};

use model::ids::UserId;
use secrecy::SecretString;

use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::open::Store;
use crate::sql::sql;

/// Second factors.
#[derive(Debug, Clone, Copy)]
pub struct SecondFactor<'a>(pub(crate) &'a Store);

impl Store {
    /// Second factors.
    #[must_use]
    pub const fn second_factor(&self) -> SecondFactor<'_> {
        SecondFactor(self)
    }
}

/// A stored factor.
struct Stored {
    secret: SecretString,
    last_step: i64,
    now: i64,
}

/// What accepted a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Totp,
    Recovery,
}

impl SecondFactor<'_> {
    /// The person's factor; `enabled` or prepared only.
    async fn stored(&self, tx: &mut Tx, user: UserId, enabled: bool) -> Result<Option<Stored>> {
        const ENABLED: &str =
            "select sealed_secret, last_step, $now as now from user_totp where user_id = $1 and enabled_at is not null";
        const PREPARED: &str =
            "select sealed_secret, last_step, $now as now from user_totp where user_id = $1 and enabled_at is null";
        let row: Option<(Vec<u8>, i64, DbTime)> = tx.optional(sql(if enabled { ENABLED } else { PREPARED }).bind(user)).await?;
        let Some((sealed, last_step, now)) = row else { return Ok(None) };
        let secret = self.0.keyring().open(user.uuid(), &sealed)?;
        Ok(Some(Stored { secret, last_step, now: now.0.seconds() }))
    }

    /// Takes a code of the enabled factor, or a recovery code; each is good once.
    async fn take(&self, tx: &mut Tx, user: UserId, code: &str) -> Result<Option<By>> {
        if let Some(plain) = totp::plain(code) {
            let Some(stored) = self.stored(tx, user, true).await? else { return Ok(None) };
            return Ok(accept(tx, user, &stored, &plain).await?.then_some(By::Totp));
        }
        Ok(recovery::take(tx, user, code).await?.then_some(By::Recovery))
    }
}

/// Whether the code is right; notes its step, so that it is right once.
async fn accept(tx: &mut Tx, user: UserId, stored: &Stored, code: &str) -> Result<bool> {
    let Some(step) = totp::matching_step(&stored.secret, code, stored.now, stored.last_step)? else { return Ok(false) };
    let note = sql("update user_totp set last_step = $2 where user_id = $1 and last_step < $2").bind(user).bind(step);
    Ok(tx.exec(note).await? > 0)
}
