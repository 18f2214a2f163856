//! The confirmation of a rollout: which plan of which restore is in which ring. In one transaction the rollout is held, what is confirmed
//! compared with what there is, the run made under a key that is used once, and the rollout moved on.

use model::access::can;
use model::audit::Action;
use model::ids::RolloutId;
use model::operations::restore_rollout::Arguments;
use model::rollout::{RolloutState, Standing, hash};
use model::run::{RunRequest, StartBy, Started};

use super::list::{lines, read, read_targets};
use super::{Rollouts, approvals, hold, of_every_tenant};
use crate::access::{Confirmed, Grant};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::runs::Links;
use crate::sql::sql;

/// The start of a rollout's run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RolloutStart {
    id: RolloutId,
    plan: String,
}

/// Holds the rollout until the transaction ends and makes sure that it is what was seen; the wish as it is then.
pub(crate) async fn before_start(tx: &mut Tx, grant: &Grant, start: &RolloutStart) -> Result<RunRequest> {
    hold(tx, grant, start.id).await?;
    let rollout = read(tx, grant, start.id).await?;
    let execution = match rollout.state {
        RolloutState::Draft | RolloutState::Stopped => {
            let targets = read_targets(tx, grant, start.id).await?;
            for target in &targets {
                if target.standing == Standing::Active {
                    return Err(StoreError::Conflict("restores of it are still at work; wait until they have ended"));
                }
                if target.standing != Standing::Good && !target.is_left_behind() && !target.is_previewed() {
                    return Err(StoreError::Conflict("every tenant's restore has to be previewed first, or given up"));
                }
            }
            let lines = lines(&targets);
            if lines.is_empty() {
                return Err(StoreError::Conflict("there is nothing left to carry out"));
            }
            if hash(&lines) != start.plan {
                return Err(StoreError::Conflict("the plans are others than what was confirmed; look at them again"));
            }
            approvals::hold_back(tx, grant, &rollout, &targets, &start.plan).await?;
            rollout.executions + 1
        }
        // The same click once more: the run is found by its key.
        RolloutState::Running if rollout.plan_hash.as_deref() == Some(&start.plan) => rollout.executions,
        _ => return Err(StoreError::Conflict("the rollout is at work, or over")),
    };
    Ok(Arguments { rollout: start.id, execution, plan: start.plan.clone() }.request(grant.workspace_id()))
}

/// Freezes what was confirmed, and moves the rollout on where a run was made for it.
pub(crate) async fn started(tx: &mut Tx, grant: &Grant, start: &RolloutStart, started: &Started) -> Result<()> {
    const RUNNING: &str = "update rollouts set state = $2, executions = executions + 1, plan_hash = $3, operation_run_id = $4,
        confirmed_by = $5, confirmed_by_name = $6, confirmed_at = $now, updated_at = $now, stopped_ring = null where id = $1";
    const FREEZE: &str = "update rollout_targets set plan_hash = $3, revision = $4, execution = null, code = null
      where rollout_id = $1 and number = $2";
    const LEAVE: &str = "update rollout_targets set left_out = $3 where rollout_id = $1 and number = $2";
    const COUNT: &str = "update rollouts set executions = executions + 1, updated_at = $now where id = $1";
    match started {
        Started::Accepted(run) => {
            for target in read_targets(tx, grant, start.id).await? {
                if target.is_left_behind() {
                    tx.exec(sql(LEAVE).bind(start.id).bind(target.number).bind(true)).await?;
                } else if let Some(line) = target.line.as_ref().filter(|_| target.is_previewed()) {
                    let freeze = sql(FREEZE).bind(start.id).bind(target.number);
                    tx.exec(freeze.bind(line.plan.as_str()).bind(line.revision)).await?;
                }
            }
            let user = grant.user();
            let running = sql(RUNNING)
                .bind(start.id)
                .bind(RolloutState::Running.code())
                .bind(start.plan.as_str())
                .bind(run.id)
                .bind(user.map(|user| user.id))
                .bind(user.map_or("Command line", |user| user.name.as_str()));
            tx.exec(running).await?;
        }
        // Nothing was attempted, and the key of that attempt is used up.
        Started::Blocked(_) => _ = tx.exec(sql(COUNT).bind(start.id)).await?,
        Started::Deduplicated(_) | Started::ScopeBusy(_) => {}
    }
    Ok(())
}

impl Rollouts<'_> {
    /// Starts the execution of what was confirmed by typing the rollout's name; `plan` names it. A second click finds the run of the first.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] when the plans are others by now, not every restore is previewed, a second
    /// person has to approve it, or the rollout is over.
    pub async fn execute(
        &self,
        confirmed: &Confirmed<can::RestoreExecute>,
        plan: &str,
        by: impl Into<StartBy>,
    ) -> Result<Started> {
        let (grant, id) = (confirmed.grant(), RolloutId::from_uuid(confirmed.target()));
        of_every_tenant(grant)?;
        let rollout = self.one(grant, id).await?;
        let wish = Arguments { rollout: id, execution: rollout.executions + 1, plan: plan.to_owned() };
        let start = RolloutStart { id, plan: plan.to_owned() };
        let request = wish.request(grant.workspace_id());
        self.0.runs().start_for_rollout(grant, &request, &by.into(), &Links::default(), Action::RolloutExecute, start).await
    }
}
