//! What a second person says of a plan, where the settings ask for one.
//!
//! An approval is of one plan: of that revision, as that preview froze it, for that execution. Nothing takes it back when something of that
//! changes; it is no longer the approval of what is going to be done. Whoever asked never decides, and a plan that was declined is not
//! asked about again: it is previewed anew first.

use std::collections::BTreeSet;

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::{RestoreId, ThingId, UserId};
use model::restore::{Decision, MAX_REASON, RestoreState};
use model::time::Moment;
use uuid::Uuid;

use super::Restores;
use super::row::Restore;
use super::state::{Held, hold};
use crate::access::{Confirmed, Grant, Permit, TenantScope};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::settings;
use crate::sql::{Sql, sql};

/// What a second person was asked of the present plan of a restore, and said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Who asked; `None` when they were removed since.
    pub asked_by: Option<UserId>,
    /// What they were called.
    pub asked_by_name: String,
    /// When.
    pub asked_at: Moment,
    /// What was decided; `None` while it waits.
    pub decision: Option<Decision>,
    /// Why.
    pub reason: String,
    /// Who decided; empty while it waits.
    pub decided_by_name: String,
    /// When.
    pub decided_at: Option<Moment>,
}

impl Approval {
    /// Whether it waits for somebody else than whoever asked.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.decision.is_none()
    }
}

pub(super) type Row = (Option<Uuid>, String, DbTime, Option<String>, Option<String>, Option<String>, Option<DbTime>);

pub(super) fn approval((asked_by, asked_by_name, asked_at, decision, reason, decided_by_name, decided_at): Row) -> Approval {
    Approval {
        asked_by: asked_by.map(UserId::from_uuid),
        asked_by_name,
        asked_at: asked_at.0,
        decision: decision.as_deref().map(Decision::from_code),
        reason: reason.unwrap_or_default(),
        decided_by_name: decided_by_name.unwrap_or_default(),
        decided_at: decided_at.map(|at| at.0),
    }
}

/// The condition that a row is of the present plan, for the execution that would be the next one; or, of what was executed, was the last.
const PRESENT: &str =
    " a.revision = s.revision and a.plan_hash = s.plan_hash and a.previewed_at = s.previewed_at and a.execution = ";
const NEXT: &str = "s.executions + 1";

fn of_the_plan(select: &'static str, id: RestoreId) -> Sql {
    sql(select)
        .push(" from restore_approvals a join restores s on s.id = a.restore_id where")
        .push(PRESENT)
        .push(NEXT)
        .push_bind(" and s.id = ", id)
}

/// Refuses an execution that a second person has to approve and did not. Called in the transaction that starts it, with the restore held.
pub(super) async fn hold_back(tx: &mut Tx, grant: &Grant, held: &Held) -> Result<()> {
    let tenant = grant.tenant_id().ok_or(StoreError::NotVisible)?;
    if !settings::second_person(tx, grant.workspace_id(), tenant).await? {
        return Ok(());
    }
    // Of two people that still are: one that was removed since, like one that is nobody, does not vouch for anything.
    let approved = of_the_plan("select count(*)", held.id)
        .push_bind(" and a.decision = ", Decision::Approved.code())
        .push(" and a.asked_by is not null and a.decided_by is not null and a.asked_by <> a.decided_by");
    let (approved,): (i64,) = tx.one(approved).await?;
    if approved > 0 { Ok(()) } else { Err(StoreError::Conflict("a second person has to approve this plan first")) }
}

/// Whoever acts, as a person: what acts for nobody neither asks nor approves.
pub(super) fn person(grant: &Grant) -> Result<(UserId, &str)> {
    let user = grant.user().ok_or(StoreError::Conflict("only a person asks for an approval, or approves"))?;
    Ok((user.id, user.name.as_str()))
}

/// How a decision is called in the audit trail.
pub(super) fn action_of(decision: Decision) -> Result<Action> {
    match decision {
        Decision::Approved => Ok(Action::RestoreApprove),
        Decision::Declined => Ok(Action::RestoreDecline),
        Decision::Unknown => Err(StoreError::Conflict("it is either approved or declined")),
    }
}

/// The reason as it is kept.
pub(super) fn reason_of(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    if reason.is_empty() || reason.contains('\0') || reason.chars().count() > MAX_REASON {
        return Err(StoreError::Conflict("give a reason, of 500 characters at most"));
    }
    Ok(reason)
}

fn as_seen(held: &Held, revision: i64, plan: &str) -> Result<()> {
    if held.state != RestoreState::Previewed || held.revision != revision || held.plan_hash.as_deref() != Some(plan) {
        return Err(StoreError::Conflict("the plan is another one by now; look at it again"));
    }
    Ok(())
}

impl Restores<'_> {
    /// Whether a plan of that tenant is approved by a second person before it is carried out, as the settings are now.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn needs_second_person(&self, scope: &TenantScope) -> Result<bool> {
        Ok(model::settings::Key::needs_second_person(&self.0.settings().of_tenant(scope).await?.stored))
    }

    /// What a second person was asked of the present plan, and said; `None` when nobody asked.
    ///
    /// # Errors
    /// As [`Restores::find`].
    pub async fn approval(&self, scope: &TenantScope, id: RestoreId) -> Result<Option<Approval>> {
        const SELECT: &str =
            "select a.asked_by, a.asked_by_name, a.asked_at, a.decision, a.reason, a.decided_by_name, a.decided_at";
        self.find(scope, id).await?;
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<Row> = db.optional(of_the_plan(SELECT, id)).await?;
        db.end().await?;
        Ok(row.map(approval))
    }

    /// Which of these restores wait for a second person.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn waiting_for_approval(&self, scope: &TenantScope, among: &[Restore]) -> Result<BTreeSet<RestoreId>> {
        let previewed: Vec<RestoreId> =
            among.iter().filter(|restore| restore.state == RestoreState::Previewed).map(|restore| restore.id).collect();
        let mut waiting = BTreeSet::new();
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        for chunk in previewed.chunks(100) {
            let open = sql("select s.id from restore_approvals a join restores s on s.id = a.restore_id where")
                .push(PRESENT)
                .push(NEXT)
                .push(" and a.decision is null")
                .push_bind(" and s.tenant_id = ", scope.tenant_id())
                .push_in(" and s.id in ", chunk.iter().copied());
            let rows: Vec<(Uuid,)> = db.all(open).await?;
            waiting.extend(rows.into_iter().map(|(id,)| RestoreId::from_uuid(id)));
        }
        db.end().await?;
        Ok(waiting)
    }

    /// Asks a second person to approve the plan, which the tenant's name was typed for. `plan` is its hash, `revision` the one that the
    /// person saw.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] when the plan is another one by now, nobody has to approve it, or somebody was
    /// asked about it already.
    pub async fn ask_approval(&self, confirmed: &Confirmed<can::RestoreExecute>, revision: i64, plan: &str) -> Result<()> {
        const ASK: &str = "insert into restore_approvals (id, restore_id, workspace_id, tenant_id, revision, plan_hash, previewed_at,
            execution, asked_by, asked_by_name, asked_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $now) on conflict do nothing";
        let (grant, id) = (confirmed.grant(), RestoreId::from_uuid(confirmed.target()));
        let (user, name) = person(grant)?;
        let tenant = grant.tenant_id().ok_or(StoreError::NotVisible)?;
        self.one(grant, id).await?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let held = hold(&mut tx, grant, id).await?;
        as_seen(&held, revision, plan)?;
        if !settings::second_person(&mut tx, grant.workspace_id(), tenant).await? {
            return Err(StoreError::Conflict("nobody has to approve restores of this tenant"));
        }
        let ask = sql(ASK)
            .bind(ThingId::generate().uuid())
            .bind(id)
            .bind(grant.workspace_id())
            .bind(tenant)
            .bind(revision)
            .bind(plan)
            .bind(held.previewed_at)
            .bind(held.executions + 1)
            .bind(user)
            .bind(name);
        if tx.exec(ask).await? == 0 {
            return Err(StoreError::Conflict("somebody was asked about this plan already"));
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::RestoreAskApproval).on("restore", id.uuid()).with("revision", revision))
            .await
    }

    /// Approves the plan that somebody else asked about, or declines it, for a reason.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] when the plan is another one by now, nobody asked about it or it is decided,
    /// the reason is missing or too long, and to whoever asked.
    pub async fn decide_approval(
        &self,
        permit: &Permit<can::RestoreExecute>,
        id: RestoreId,
        revision: i64,
        plan: &str,
        decision: Decision,
        reason: &str,
    ) -> Result<()> {
        const DECIDE: &str =
            "update restore_approvals set decision = $2, reason = $3, decided_by = $4, decided_by_name = $5, decided_at = $now
          where id = $1 and decision is null and asked_by <> $4";
        let grant = permit.grant();
        let (user, name) = person(grant)?;
        let (action, reason) = (action_of(decision)?, reason_of(reason)?);
        self.one(grant, id).await?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let held = hold(&mut tx, grant, id).await?;
        as_seen(&held, revision, plan)?;
        let row: Option<(Uuid, Option<Uuid>)> = tx.optional(of_the_plan("select a.id, a.asked_by", id)).await?;
        let (row, asked_by) = row.ok_or(StoreError::Conflict("nobody asked about this plan"))?;
        match asked_by {
            Some(asker) if asker == user.uuid() => return Err(StoreError::Conflict("whoever asked cannot decide it")),
            Some(_) => {}
            None => return Err(StoreError::Conflict("whoever asked is gone; preview the restore again and ask anew")),
        }
        let decide = sql(DECIDE).bind(row).bind(decision.code()).bind(reason).bind(user).bind(name);
        if tx.exec(decide).await? == 0 {
            return Err(StoreError::Conflict("it was decided already"));
        }
        tx.commit(grant.actor(), AuditEntry::done(action).on("restore", id.uuid()).with("revision", revision)).await
    }
}
