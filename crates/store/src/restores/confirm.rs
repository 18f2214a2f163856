//! The confirmation: the one way to an execution. In one transaction the restore is held, its plan compared with the one that was
//! confirmed, the run made under a key that is used once, and the restore moved on.

use model::access::can;
use model::audit::Action;
use model::ids::{RestoreId, RolloutId};
use model::operations::restore_execute::Arguments;
use model::restore::RestoreState;
use model::run::{RunRequest, StartBy, Started};
use uuid::Uuid;

use super::state::hold;
use super::{Restores, approvals};
use crate::access::{Confirmed, Grant};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::runs::Links;
use crate::sql::sql;

/// The start of a restore's run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Start {
    Preview {
        id: RestoreId,
        revision: i64,
    },
    Rehearse {
        id: RestoreId,
        plan: String,
    },
    /// `of`: the rollout that carries it out.
    Execute {
        id: RestoreId,
        revision: i64,
        plan: String,
        of: Option<RolloutId>,
    },
}

/// Holds the restore until the transaction ends and makes sure that it is what was seen; the wish as it is then.
pub(crate) async fn before_start(tx: &mut Tx, grant: &Grant, start: &Start) -> Result<Option<RunRequest>> {
    let tenant = grant.tenant_id().ok_or(StoreError::NotVisible)?;
    match start {
        Start::Preview { id, revision } => {
            hold(tx, grant, *id).await?.editable(*revision)?;
            Ok(None)
        }
        Start::Rehearse { id, plan } => {
            let held = hold(tx, grant, *id).await?;
            if held.state != RestoreState::Previewed || held.plan_hash.as_deref() != Some(plan) {
                return Err(StoreError::Conflict("the plan is another one by now; look at it again"));
            }
            Ok(None)
        }
        Start::Execute { id, revision, plan, of } => {
            let held = hold(tx, grant, *id).await?;
            if held.plan_hash.as_deref() != Some(plan) || held.revision != *revision {
                return Err(StoreError::Conflict("the plan is another one than what was confirmed; look at it again"));
            }
            let execution = match held.state {
                RestoreState::Previewed => {
                    in_rollout(tx, *id, *of).await?;
                    // A rollout is approved as a whole, before its first ring.
                    if of.is_none() {
                        approvals::hold_back(tx, grant, &held).await?;
                    }
                    held.executions + 1
                }
                // The same click once more: the run is found by its key.
                RestoreState::Queued | RestoreState::Running => held.executions,
                _ => return Err(StoreError::Conflict("the restore was executed already, or given up")),
            };
            Ok(Some(Arguments { restore: *id, execution, plan: plan.clone() }.request(tenant)))
        }
    }
}

/// Keeps which run it is, and moves the restore on where one was made for it.
pub(crate) async fn started(tx: &mut Tx, grant: &Grant, start: &Start, started: &Started) -> Result<()> {
    const PREVIEW: &str = "update restores set preview_operation_run_id = $2, updated_at = $now where id = $1";
    const REHEARSAL: &str = "update restores set rehearsal_operation_run_id = $2 where id = $1";
    const COUNT: &str = "update restores set executions = executions + 1, updated_at = $now where id = $1";
    const QUEUED: &str = "update restores set executions = executions + 1, operation_run_id = $2, confirmed_by = $3,
        confirmed_by_name = $4, confirmed_at = $now, completed_at = null where id = $1";
    match (start, started) {
        (_, Started::ScopeBusy(_)) => Ok(()),
        (Start::Preview { id, .. }, started) => {
            tx.exec(sql(PREVIEW).bind(*id).bind(started.run().id)).await?;
            Ok(())
        }
        (Start::Rehearse { id, .. }, started) => {
            tx.exec(sql(REHEARSAL).bind(*id).bind(started.run().id)).await?;
            Ok(())
        }
        (Start::Execute { id, .. }, Started::Accepted(run)) => {
            let mut held = hold(tx, grant, *id).await?;
            let user = grant.user();
            let queued = sql(QUEUED)
                .bind(*id)
                .bind(run.id)
                .bind(user.map(|user| user.id))
                .bind(user.map_or("Command line", |user| user.name.as_str()));
            held.become_(tx, RestoreState::Queued).await?;
            tx.exec(queued).await?;
            Ok(())
        }
        // Nothing was attempted, and the key of that attempt is used up.
        (Start::Execute { id, .. }, Started::Blocked(_)) => {
            tx.exec(sql(COUNT).bind(*id)).await?;
            Ok(())
        }
        (Start::Execute { .. }, Started::Deduplicated(_)) => Ok(()),
    }
}

/// Refuses whoever carries out by itself what a rollout is to carry out, and a rollout what is not its own.
async fn in_rollout(tx: &mut Tx, id: RestoreId, of: Option<RolloutId>) -> Result<()> {
    const OPEN: &str = "select o.id from restores s join rollouts o on o.id = s.rollout_id
      where s.id = $1 and o.state not in ('completed', 'ended')";
    // Who may restore in one tenant does not see the rollouts of its workspace; that there is one matters all the same.
    let rollout: Option<(Uuid,)> = tx.all_as_system(sql(OPEN).bind(id)).await?.pop();
    match (rollout.map(|(id,)| RolloutId::from_uuid(id)), of) {
        (None, None) => Ok(()),
        (mine, Some(of)) if mine == Some(of) => Ok(()),
        (_, Some(_)) => Err(StoreError::Conflict("the restore is not of this rollout")),
        (Some(_), None) => Err(StoreError::Conflict("the restore is part of a rollout, which carries it out with the others")),
    }
}

impl Restores<'_> {
    /// Starts the execution of a plan that was confirmed by typing the tenant's name. `plan` is the hash that was confirmed, `revision`
    /// the one that the person saw. A second click finds the run of the first.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] when the plan is another one by now, was executed already, or waits
    /// for a second person.
    pub async fn execute(
        &self,
        confirmed: &Confirmed<can::RestoreExecute>,
        revision: i64,
        plan: &str,
        by: impl Into<StartBy>,
    ) -> Result<Started> {
        let (grant, id) = (confirmed.grant(), RestoreId::from_uuid(confirmed.target()));
        let restore = self.one(grant, id).await?;
        let tenant = grant.tenant_id().ok_or(StoreError::NotVisible)?;
        let execution = restore.executions + 1;
        let request = Arguments { restore: id, execution, plan: plan.to_owned() }.request(tenant);
        let start = Start::Execute { id, revision, plan: plan.to_owned(), of: None };
        self.0.runs().start_for_restore(grant, &request, &by.into(), &Links::default(), Action::RestoreExecute, start).await
    }
}
