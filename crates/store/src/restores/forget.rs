//! Forgetting the name of a person in what they made, confirmed, asked about and decided.

use model::ids::UserId;

use crate::db::{Result, Tx};
use crate::sql::sql;

/// Puts other words in the place of a person's name: on restores and rollouts, and on what a second person was asked of them.
pub(crate) async fn forget_name(tx: &mut Tx, user: UserId, words: &'static str) -> Result<()> {
    const NAMES: [&str; 8] = [
        "update restores set created_by_name = $2 where created_by = $1",
        "update restores set confirmed_by_name = $2 where confirmed_by = $1",
        "update restore_approvals set asked_by_name = $2 where asked_by = $1",
        "update restore_approvals set decided_by_name = $2 where decided_by = $1",
        "update rollouts set created_by_name = $2 where created_by = $1",
        "update rollouts set confirmed_by_name = $2 where confirmed_by = $1",
        "update rollout_approvals set asked_by_name = $2 where asked_by = $1",
        "update rollout_approvals set decided_by_name = $2 where decided_by = $1",
    ];
    for statement in NAMES {
        tx.exec(sql(statement).bind(user).bind(words)).await?;
    }
    Ok(())
}
