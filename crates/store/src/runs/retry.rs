//! Repeating a run: a new one, linked to the old one, which stays as it is.

use std::collections::BTreeSet;

use model::audit::Action;
use model::ids::RunId;
use model::operations::Operation;
use model::run::{ItemStatus, StartBy, StartKey, Started, Status, Trigger};

use super::Runs;
use super::insert::Links;
use crate::access::{RunScope, RunSight};
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

/// Items of one run that can be repeated by themselves; a run with more failures is repeated as a whole.
const MAX_ITEMS: u32 = 10_000;

/// What of a run is to be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// All of it.
    Whole,
    /// The items that failed.
    Failed,
}

impl Runs<'_> {
    /// Starts the same again as a new run, through the type's own start gate.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] without the type's capability; [`StoreError::Conflict`] when the run is not over, is of a type that
    /// is not repeated, has no failed item (or too many) to repeat, or is of a schedule that is archived or removed.
    pub async fn retry(&self, sight: &RunSight, again: Again, key: Option<StartKey>) -> Result<Started> {
        self.repeat(sight, again, key, None).await
    }

    /// The same as part of a run that does it to many: its child, once for each of them however often it is asked.
    ///
    /// # Errors
    /// As [`Runs::retry`]; [`StoreError::NotVisible`] for a run of another workspace.
    pub async fn retry_within(&self, parent: &RunScope, sight: &RunSight, again: Again) -> Result<Started> {
        if parent.workspace_id() != sight.workspace_id() {
            return Err(StoreError::NotVisible);
        }
        let key = StartKey::parse(&format!("{}-{}", parent.run_id(), sight.run_id())).ok();
        self.repeat(sight, again, key, Some(parent.run_id())).await
    }

    async fn repeat(&self, sight: &RunSight, again: Again, key: Option<StartKey>, parent: Option<RunId>) -> Result<Started> {
        const FAILED: &str =
            "select item_key from operation_run_items where run_id = $1 and status = $2 order by item_key limit $3";
        const PUT_AWAY: &str =
            "select archived_at is not null or purged_at is not null from schedules where id = $1 and workspace_id = $2";
        sight.may_change()?;
        let run = self.find(sight).await?;
        if run.status != Status::Completed {
            return Err(StoreError::Conflict("the run is not over yet"));
        }
        if let Some(schedule) = run.schedule_id {
            let mut db = self.0.db().read(sight.grant.reach()).await?;
            let row: Option<(bool,)> = db.optional(sql(PUT_AWAY).bind(schedule).bind(sight.workspace_id())).await?;
            db.end().await?;
            // As for "run now": it would only be blocked when it is its turn, and stand in the way of a removal until then.
            if row.is_some_and(|(away,)| away) {
                return Err(StoreError::Conflict("the schedule is archived"));
            }
        }
        let only = match again {
            Again::Whole => None,
            Again::Failed => {
                let failed = sql(FAILED).bind(run.id).bind(ItemStatus::Failed.code()).bind(MAX_ITEMS + 1);
                let mut db = self.0.db().read(sight.grant.reach()).await?;
                let keys: Vec<(String,)> = db.all(failed).await?;
                db.end().await?;
                if keys.is_empty() || keys.len() > MAX_ITEMS as usize {
                    return Err(StoreError::Conflict("there is no failed item to repeat by itself; repeat the whole run"));
                }
                Some(keys.into_iter().map(|(key,)| key).collect::<BTreeSet<String>>())
            }
        };
        let request = run.operation.and_then(|operation| operation.again(&run, only.as_ref()));
        let request = match request.ok_or(StoreError::Conflict("a run of this type is not repeated"))? {
            // What is checked is the connection as it is now: of its earlier revision the check would run beside one of this.
            request if request.operation() == Operation::ProviderConnectionCheck => self.check_of(&sight.grant).await?,
            request => request,
        };
        let links = Links { retry_of: Some(run.id), schedule: run.schedule_id, parent, ..Links::default() };
        let by = StartBy::from(Trigger::Retry).with_key(key);
        self.start_linked(&sight.grant, &request, &by, &links, Action::RunRetry).await
    }
}
