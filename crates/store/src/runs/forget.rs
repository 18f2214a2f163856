//! Forgetting the name of a person in the history of runs.

use model::ids::UserId;

use crate::db::{Result, Tx};
use crate::sql::sql;

/// Puts other words in the place of a person's name: on runs that they started and in the timelines of
/// these, on pauses and on backup sets.
pub(crate) async fn forget_name(tx: &mut Tx, user: UserId, words: &'static str) -> Result<()> {
    const EVENTS: &str =
        "update operation_run_events set message = replace(message, (select r.initiator_name from operation_runs r
          where r.id = operation_run_events.run_id), $2)
        where run_id in (select id from operation_runs where user_id = $1 and initiator_name <> '')";
    tx.exec(sql(EVENTS).bind(user).bind(words)).await?;
    tx.exec(sql("update operation_runs set initiator_name = $2 where user_id = $1").bind(user).bind(words)).await?;
    tx.exec(sql("update operation_pauses set paused_by_name = $2 where paused_by = $1").bind(user).bind(words)).await?;
    tx.exec(sql("update backup_sets set created_by_name = $2 where created_by = $1").bind(user).bind(words)).await?;
    Ok(())
}
