//! What the run of a rollout does: each step one transaction, so that an attempt that is lost leaves a whole step or none.

use std::collections::BTreeMap;

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::failure::Code;
use model::ids::{RolloutId, RunId, TenantId};
use model::operations::restore_execute::Arguments;
use model::rollout::{Next, RolloutState, Standing, next};
use model::run::{Started, Trigger};

use super::super::confirm::{self, Start};
use super::list::{read, read_targets};
use super::{Rollout, RolloutTarget, Rollouts, hold};
use crate::access::{RunScope, TenantScope};
use crate::audit;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::runs::{Links, NewRun, ensure, fenced};
use crate::sql::sql;

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// That many restores of that ring were started.
    Began {
        /// The ring.
        ring: u32,
        /// How many.
        restores: usize,
    },
    /// Restores of that ring are at work.
    Waits {
        /// The ring.
        ring: u32,
    },
    /// That ring did not come out as planned: nothing more is started.
    Stopped {
        /// The ring.
        ring: u32,
    },
    /// Every ring came out as planned.
    Done,
}

fn standings(targets: &[RolloutTarget]) -> Vec<(u32, Standing)> {
    targets.iter().map(|target| (target.ring, target.standing)).collect()
}

impl Rollouts<'_> {
    /// Takes the next step of the attempt's rollout. The restores of a ring are started in one transaction, each under the key of its
    /// execution: all of them or none, and none twice. Whoever confirmed it has to be entitled still, to each tenant.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the rollout waits for another run; [`StoreError::LeaseLost`] when the attempt no longer holds its
    /// lease. Nothing was written then.
    pub async fn advance(&self, run: &RunScope, id: RolloutId) -> Result<Step> {
        const MINE: &str = "select count(*) from rollouts where id = $1 and operation_run_id = $2";
        const STOP: &str = "update rollouts set state = $2, stopped_ring = $3, updated_at = $now where id = $1";
        const DONE: &str = "update rollouts set state = $2, completed_at = $now, updated_at = $now where id = $1";
        let (rollout, targets) = self.for_run(run, id).await?;
        // Who may do what is asked before the transaction, of the ring that seems to be next.
        let scopes = match next(&standings(&targets)) {
            Next::Begin(ring) => self.scopes(run, &rollout, &targets, ring).await?,
            _ => BTreeMap::new(),
        };
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        hold(&mut tx, run.grant(), id).await?;
        let (mine,): (i64,) = tx.one(sql(MINE).bind(id).bind(run.run_id())).await?;
        let rollout = read(&mut tx, run.grant(), id).await?;
        match rollout.state {
            _ if mine == 0 => return Err(StoreError::Conflict("the rollout waits for another run")),
            RolloutState::Running => {}
            // An attempt that was lost recorded the end.
            RolloutState::Completed => return Ok(Step::Done),
            RolloutState::Stopped => return Ok(Step::Stopped { ring: rollout.stopped_ring.unwrap_or(1) }),
            _ => return Err(StoreError::Conflict("the rollout waits for nothing")),
        }
        let targets = read_targets(&mut tx, run.grant(), id).await?;
        let step = match next(&standings(&targets)) {
            Next::Wait(ring) => return Ok(Step::Waits { ring }),
            Next::Stop(ring) => Step::Stopped { ring },
            Next::Done => Step::Done,
            Next::Begin(ring) => {
                let ready: Vec<&RolloutTarget> =
                    targets.iter().filter(|target| target.ring == ring && target.standing == Standing::Ready).collect();
                match begin(&mut tx, run, id, &ready, &scopes).await? {
                    0 => Step::Stopped { ring },
                    restores => Step::Began { ring, restores },
                }
            }
        };
        match step {
            Step::Stopped { ring } => {
                tx.exec(sql(STOP).bind(id).bind(RolloutState::Stopped.code()).bind(ring)).await?;
            }
            Step::Done => {
                tx.exec(sql(DONE).bind(id).bind(RolloutState::Completed.code())).await?;
            }
            Step::Began { .. } | Step::Waits { .. } => {}
        }
        tx.commit_unaudited("a step of a rollout; its confirmation and each of its restores are audited").await?;
        Ok(step)
    }

    /// The rights of whoever confirmed it, in the tenants of a ring; where they have none any more, nothing. Nothing at all for whoever
    /// may not look into the tenant that the wanted state is from any more.
    async fn scopes(
        &self,
        run: &RunScope,
        rollout: &Rollout,
        targets: &[RolloutTarget],
        ring: u32,
    ) -> Result<BTreeMap<TenantId, TenantScope>> {
        let mut scopes = BTreeMap::new();
        let Some(who) = self.0.access().initiator(run).await? else { return Ok(scopes) };
        if let Some(from) = rollout.source_tenant {
            match self.0.access().tenant(&who, from).await {
                Ok(_) => {}
                Err(StoreError::NotVisible) => return Ok(scopes),
                Err(error) => return Err(error),
            }
        }
        let of_ring = targets.iter().filter(|target| target.ring == ring && target.standing == Standing::Ready);
        for tenant in of_ring.filter_map(|target| target.tenant) {
            match self.0.access().tenant(&who, tenant).await {
                Ok(scope) if scope.permit::<can::RestoreExecute>().is_ok() => _ = scopes.insert(tenant, scope),
                Ok(_) | Err(StoreError::NotVisible | StoreError::Forbidden(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(scopes)
    }
}

/// Starts the restores of a ring: all of them. Where one cannot be started, none is, and why stands with it; 0 is the answer then.
async fn begin(
    tx: &mut Tx,
    run: &RunScope,
    id: RolloutId,
    ready: &[&RolloutTarget],
    scopes: &BTreeMap<TenantId, TenantScope>,
) -> Result<usize> {
    const REFUSED: &str = "update rollout_targets set code = $3 where rollout_id = $1 and number = $2";
    const BEGUN: &str = "update rollout_targets set execution = $3 where rollout_id = $1 and number = $2";
    let mut starts = Vec::with_capacity(ready.len());
    let mut refused = false;
    for target in ready {
        let found = match (&target.line, target.tenant.and_then(|tenant| scopes.get(&tenant))) {
            (None, _) => Err(Code::RestoreChanged),
            (_, None) => Err(Code::InitiatorNotEntitled),
            (Some(line), Some(scope)) => {
                let of = Some(id);
                let start = Start::Execute { id: line.restore, revision: line.revision, plan: line.plan.clone(), of };
                match confirm::before_start(tx, scope.grant(), &start).await {
                    Ok(_) => Ok((scope, start, line)),
                    Err(StoreError::Conflict(_) | StoreError::NotVisible) => Err(Code::RestoreChanged),
                    Err(error) => return Err(error),
                }
            }
        };
        match found {
            Ok((scope, start, line)) => starts.push((*target, scope, start, line)),
            Err(code) => {
                tx.exec(sql(REFUSED).bind(id).bind(target.number).bind(code.code())).await?;
                refused = true;
            }
        }
    }
    if refused {
        return Ok(0);
    }
    for (target, scope, start, line) in &starts {
        let grant = scope.grant();
        let execution = target.executions + 1;
        let request = Arguments { restore: line.restore, execution, plan: line.plan.clone() }.request(line.tenant);
        let new = NewRun {
            id: RunId::generate(),
            workspace: grant.workspace_id(),
            tenant: Some(line.tenant),
            request,
            trigger: Trigger::FollowUp,
            user: grant.user().map(|user| (user.id, user.name.clone())),
            blocked: None,
            links: Links { parent: Some(run.run_id()), caused_by: Some(run.run_id()), ..Links::default() },
        };
        let started: Started =
            ensure(tx, new).await?.ok_or(StoreError::Conflict("a restore of the ring was started at this moment"))?;
        confirm::started(tx, grant, start, &started).await?;
        tx.exec(sql(BEGUN).bind(id).bind(target.number).bind(execution)).await?;
        let child = started.run().id;
        audit::insert(tx, grant.actor(), AuditEntry::done(Action::RestoreExecute).on("run", child.uuid()).run(child)).await?;
    }
    Ok(starts.len())
}
