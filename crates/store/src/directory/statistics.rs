//! What PostgreSQL knows of the table of groups while a tenant's groups are read for the first time. Its own gathering comes a minute
//! later; until then it takes any index that begins with the tenant, and reads all groups of the tenant for each few that are written.

use crate::db::{Result, Tx};
use crate::sql::sql;

/// After so many groups of a tenant for the first time, then whenever there are four times as many.
const FIRST: i64 = 500;

/// Gathers statistics when the numbers that were taken, from `before` up to `now`, passed such a mark.
///
/// # Errors
/// When the database refuses. A role that does not own the table gathers none, and is not told so.
pub(super) async fn follow(tx: &mut Tx, postgres: bool, before: i64, now: i64) -> Result<()> {
    if postgres && passed(before, now) {
        tx.exec(sql("analyze directory_groups, directory_group_names")).await?;
    }
    Ok(())
}

const fn passed(before: i64, now: i64) -> bool {
    let mut mark = FIRST;
    while mark <= before {
        let Some(next) = mark.checked_mul(4) else { return false };
        mark = next;
    }
    now >= mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_passed_once() {
        assert!(!passed(0, 499));
        assert!(passed(0, 500));
        assert!(!passed(500, 1_000));
        assert!(passed(1_900, 2_100));
        assert!(passed(0, 100_000), "several at once are one");
        assert!(!passed(32_000, 100_000));
        assert!(!passed(i64::MAX, i64::MAX), "and it ends");
    }
}
