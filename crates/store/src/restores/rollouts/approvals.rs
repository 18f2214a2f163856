//! A second person's word on a rollout, where the settings ask for one in any of its tenants: once for all of its plans in their rings.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::{RolloutId, ThingId, UserId};
use model::restore::Decision;
use uuid::Uuid;

use super::super::approvals::{Approval, Row, action_of, approval, person, reason_of};
use super::list::{lines, read, read_targets};
use super::{Rollout, RolloutTarget, Rollouts, hold, of_every_tenant};
use crate::access::{Confirmed, Grant, Permit};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::settings::Askers;
use crate::sql::sql;

/// Whether the settings of any tenant that would be written ask for a second person.
fn needed(askers: &Askers, targets: &[RolloutTarget]) -> bool {
    let mut written = targets.iter().filter(|target| target.is_previewed()).filter_map(|target| target.tenant);
    written.any(|tenant| askers.ask_in(tenant))
}

async fn askers(tx: &mut Tx, grant: &Grant) -> Result<Askers> {
    Ok(Askers::of(tx.all(Askers::rows(grant.workspace_id())).await?))
}

/// Refuses an execution that a second person has to approve and did not. Called in the transaction that starts it.
pub(super) async fn hold_back(
    tx: &mut Tx,
    grant: &Grant,
    rollout: &Rollout,
    targets: &[RolloutTarget],
    plan: &str,
) -> Result<()> {
    const APPROVED: &str = "select count(*) from rollout_approvals where rollout_id = $1 and plan_hash = $2 and execution = $3
      and decision = 'approved' and asked_by is not null and decided_by is not null and asked_by <> decided_by";
    if !needed(&askers(tx, grant).await?, targets) {
        return Ok(());
    }
    let approved = sql(APPROVED).bind(rollout.id).bind(plan).bind(rollout.executions + 1);
    let (approved,): (i64,) = tx.one(approved).await?;
    if approved > 0 { Ok(()) } else { Err(StoreError::Conflict("a second person has to approve these plans first")) }
}

impl Rollouts<'_> {
    /// Whether a second person has to approve the plans, and what one was asked of them, and said; nothing when nobody asked.
    ///
    /// # Errors
    /// As [`Rollouts::find`].
    pub async fn approval(&self, permit: &Permit<can::RestoreExecute>, id: RolloutId) -> Result<(bool, Option<Approval>)> {
        const SELECT: &str = "select asked_by, asked_by_name, asked_at, decision, reason, decided_by_name, decided_at
          from rollout_approvals where rollout_id = $1 and plan_hash = $2 and execution = $3";
        let grant = permit.grant();
        of_every_tenant(grant)?;
        let rollout = self.one(grant, id).await?;
        let targets = self.all_targets(grant, id).await?;
        let plan = self.plan(&targets).unwrap_or_default();
        let mut db = self.0.db().read(grant.reach()).await?;
        let needed = needed(&Askers::of(db.all(Askers::rows(grant.workspace_id())).await?), &targets);
        let row: Option<Row> = db.optional(sql(SELECT).bind(id).bind(plan).bind(rollout.executions + 1)).await?;
        db.end().await?;
        Ok((needed, row.map(approval)))
    }

    /// Asks a second person to approve the plans, for which the rollout's name was typed.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] when the plans are others by now, nobody has to approve them, or somebody was
    /// asked about them already.
    pub async fn ask_approval(&self, confirmed: &Confirmed<can::RestoreExecute>, plan: &str) -> Result<()> {
        const ASK: &str =
            "insert into rollout_approvals (id, rollout_id, workspace_id, plan_hash, execution, asked_by, asked_by_name,
            asked_at) values ($1, $2, $3, $4, $5, $6, $7, $now) on conflict do nothing";
        let (grant, id) = (confirmed.grant(), RolloutId::from_uuid(confirmed.target()));
        of_every_tenant(grant)?;
        let (user, name) = person(grant)?;
        let (mut tx, rollout, targets) = self.as_seen(grant, id, plan).await?;
        if !needed(&askers(&mut tx, grant).await?, &targets) {
            return Err(StoreError::Conflict("nobody has to approve restores of these tenants"));
        }
        let ask = sql(ASK)
            .bind(ThingId::generate().uuid())
            .bind(id)
            .bind(grant.workspace_id())
            .bind(plan)
            .bind(rollout.executions + 1)
            .bind(user)
            .bind(name);
        if tx.exec(ask).await? == 0 {
            return Err(StoreError::Conflict("somebody was asked about these plans already"));
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::RestoreAskApproval).on("rollout", id.uuid())).await
    }

    /// Approves the plans that somebody else asked about, or declines them, for a reason.
    ///
    /// # Errors
    /// As [`crate::Restores::decide_approval`].
    pub async fn decide_approval(
        &self,
        permit: &Permit<can::RestoreExecute>,
        id: RolloutId,
        plan: &str,
        decision: Decision,
        reason: &str,
    ) -> Result<()> {
        const FIND: &str =
            "select id, asked_by from rollout_approvals where rollout_id = $1 and plan_hash = $2 and execution = $3";
        const DECIDE: &str = "update rollout_approvals set decision = $2, reason = $3, decided_by = $4, decided_by_name = $5,
            decided_at = $now where id = $1 and decision is null and asked_by <> $4";
        let grant = permit.grant();
        of_every_tenant(grant)?;
        let (user, name) = person(grant)?;
        let (action, reason) = (action_of(decision)?, reason_of(reason)?);
        let (mut tx, rollout, _) = self.as_seen(grant, id, plan).await?;
        let row: Option<(Uuid, Option<Uuid>)> = tx.optional(sql(FIND).bind(id).bind(plan).bind(rollout.executions + 1)).await?;
        let (row, asked_by) = row.ok_or(StoreError::Conflict("nobody asked about these plans"))?;
        match asked_by.map(UserId::from_uuid) {
            Some(asker) if asker == user => return Err(StoreError::Conflict("whoever asked cannot decide it")),
            Some(_) => {}
            None => return Err(StoreError::Conflict("whoever asked is gone; preview a restore again and ask anew")),
        }
        let decide = sql(DECIDE).bind(row).bind(decision.code()).bind(reason).bind(user).bind(name);
        if tx.exec(decide).await? == 0 {
            return Err(StoreError::Conflict("it was decided already"));
        }
        tx.commit(grant.actor(), AuditEntry::done(action).on("rollout", id.uuid())).await
    }

    async fn as_seen(&self, grant: &Grant, id: RolloutId, plan: &str) -> Result<(Tx, Rollout, Vec<RolloutTarget>)> {
        let mut tx = self.0.db().write(grant.reach()).await?;
        hold(&mut tx, grant, id).await?;
        let rollout = read(&mut tx, grant, id).await?;
        let targets = read_targets(&mut tx, grant, id).await?;
        if !rollout.state.is_open() || model::rollout::hash(&lines(&targets)) != plan {
            return Err(StoreError::Conflict("the plans are others by now; look at them again"));
        }
        Ok((tx, rollout, targets))
    }
}
