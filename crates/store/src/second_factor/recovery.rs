//! Recovery codes: ten, each good once, 80 random bits, stored as hashes.

use model::ids::UserId;

use super::totp::encode;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;
use crate::token::hash;

/// How many are given.
pub const RECOVERY_CODES: usize = 10;

/// As it is hashed: letters and digits only, capitals.
fn normal(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// New codes, in groups of four, in place of those before.
pub(super) async fn replace(tx: &mut Tx, user: UserId) -> Result<Vec<String>> {
    tx.exec(sql("delete from recovery_codes where user_id = $1").bind(user)).await?;
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let mut bytes = [0_u8; 10];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| StoreError::Corrupt("no randomness"))?;
        let plain = encode(&bytes);
        let insert = sql("insert into recovery_codes (user_id, code_hash) values ($1, $2)");
        tx.exec(insert.bind(user).bind(hash(&plain))).await?;
        codes.push([&plain[..4], &plain[4..8], &plain[8..12], &plain[12..]].join("-"));
    }
    Ok(codes)
}

/// Uses a code up; whether it was one of theirs.
pub(super) async fn take(tx: &mut Tx, user: UserId, typed: &str) -> Result<bool> {
    let plain = normal(typed);
    if plain.len() != 16 {
        return Ok(false);
    }
    let take = "update recovery_codes set used_at = $now where user_id = $1 and code_hash = $2 and used_at is null
      and exists (select 1 from user_totp t where t.user_id = $1 and t.enabled_at is not null)";
    Ok(tx.exec(sql(take).bind(user).bind(hash(&plain))).await? > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_be_typed_as_it_is_written_or_plainly() {
        assert_eq!(normal(" abcd-EFGH ijkl-2345 "), "ABCDEFGHIJKL2345");
    }
}
