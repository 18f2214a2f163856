//! Create or reuse: the one way in which a run comes to be.
//!
//! The partial unique index on (workspace, tenant, identity) where status is queued or running decides. Whoever loses gets the
//! winner's run; nobody gets an error; a run that ended between the two statements makes us try again.

use model::access::{Capable, Plane};
use model::audit::{Action, AuditEntry};
use model::failure::{Code, Failure, FailureLine};
use model::ids::{RunId, TenantId};
use model::run::{NewEvent, Outcome, Run, RunRequest, Started, Status, Trigger, identity_bytes};
use model::tenant::TenantStatus;
use serde_json::json;

use super::row::{RunRow, changed, columns};
use super::{Runs, events};
use crate::access::{Grant, Permit};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::notices;
use crate::sql::sql;

const INSERT: &str =
    "insert into operation_runs (id, workspace_id, tenant_id, type, status, outcome, reason_code, run_identity_hash, trigger,
    user_id, initiator_name, summary_counts, failure_summary, context, priority, attempt, max_attempts, available_at,
    start_deadline, lease_token, write_lane, created_at, completed_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16, $now, ";
const INSERT_QUEUED: &str = "$after(17), 0, $18, $now, null, $now) on conflict do nothing returning ";
const INSERT_WAITING: &str = "null, 0, $17, $now, null, $now) on conflict do nothing returning ";
const INSERT_BLOCKED: &str = "null, 0, null, $now, $now, $now) returning ";

const ACTIVE: &str = concat!(
    "select ",
    columns!(),
    " from operation_runs where workspace_id = $1 and tenant_id is not distinct from $2 and run_identity_hash = $3
    and status in ('queued', 'running')"
);

/// How often a start looks again when the run that it met ended in between.
const TRIES: usize = 20;

impl Runs<'_> {
    /// Starts an operation, or finds the equal one that is under way. Commits with the audit entry, the first event and the
    /// notice; makes no outbound call.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] when the permit is for another capability than the operation's.
    pub async fn start<C: Capable>(&self, permit: &Permit<C>, request: &RunRequest, trigger: Trigger) -> Result<Started> {
        let entry = request.operation().entry();
        if C::CAPABILITY != entry.capability {
            return Err(StoreError::Forbidden(entry.capability));
        }
        let grant = permit.grant();
        // What happens in a tenant is permitted by a role in that tenant, not by one in its workspace.
        if entry.capability.plane() == Plane::Tenant && grant.tenant_id().is_none() {
            return Err(StoreError::Forbidden(entry.capability));
        }
        for _ in 0..TRIES {
            let mut tx = self.0.db().write(grant.reach()).await?;
            let found = ensure(&mut tx, grant, request, trigger).await?;
            let Some(started) = found else { continue };
            if let Started::Deduplicated(run) = &started {
                // Nothing was changed; the attempt is on record all the same.
                let id = run.id;
                tx.commit(grant.actor(), AuditEntry::done(Action::RunStart).on("run", id.uuid()).run(id)).await?;
                return Ok(started);
            }
            let run = started.run().clone();
            tx.touch(changed(&run));
            tx.commit(grant.actor(), AuditEntry::done(Action::RunStart).on("run", run.id.uuid()).run(run.id)).await?;
            return Ok(started);
        }
        Err(StoreError::Conflict("equal runs start and end too quickly; try again"))
    }
}

/// `None`: the active run that stood in the way ended in between; try again in a new transaction.
async fn ensure(tx: &mut Tx, grant: &Grant, request: &RunRequest, trigger: Trigger) -> Result<Option<Started>> {
    let (workspace, tenant) = (grant.workspace_id(), grant.tenant_id());
    let hash = identity_hash(request);
    let active = sql(ACTIVE).bind(workspace).bind(tenant).bind(hash.clone());
    if let Some(row) = tx.optional::<RunRow>(active.clone()).await? {
        return Ok(Some(Started::Deduplicated(row.into())));
    }
    if let Some(failure) = blocked(tx, tenant, request).await? {
        let run = insert(tx, grant, request, trigger, hash, Some(&failure)).await?.ok_or(StoreError::Corrupt("run"))?;
        events::add(tx, &run, NewEvent::warning("blocked", failure.message())).await?;
        notices::write(tx, &run).await?;
        return Ok(Some(Started::Blocked(run)));
    }
    if let Some(run) = insert(tx, grant, request, trigger, hash, None).await? {
        events::add(tx, &run, NewEvent::info("queued", format!("Queued by {}.", run.initiator_name))).await?;
        notices::write(tx, &run).await?;
        return Ok(Some(Started::Accepted(run)));
    }
    // Somebody else's insert won while ours waited for it.
    Ok(tx.optional::<RunRow>(active).await?.map(|row| Started::Deduplicated(row.into())))
}

/// A prerequisite that is missing already now.
async fn blocked(tx: &mut Tx, tenant: Option<TenantId>, request: &RunRequest) -> Result<Option<Failure>> {
    let Some(tenant) = tenant else { return Ok(None) };
    let row: Option<(String, Option<bool>)> = tx
        .optional(
            sql("select t.status, c.enabled from tenants t left join provider_connections c on c.tenant_id = t.id where t.id = $1")
                .bind(tenant),
        )
        .await?;
    let (status, enabled) = row.ok_or(StoreError::NotVisible)?;
    let code = match enabled {
        _ if TenantStatus::from_code(&status) == TenantStatus::Archived => Code::TenantArchived,
        None if request.operation().entry().needs_connection => Code::ConnectionMissing,
        Some(false) if request.operation().entry().needs_connection => Code::ConnectionDisabled,
        _ => return Ok(None),
    };
    Ok(Some(Failure::new(code)))
}

async fn insert(
    tx: &mut Tx,
    grant: &Grant,
    request: &RunRequest,
    trigger: Trigger,
    hash: Vec<u8>,
    blocked: Option<&Failure>,
) -> Result<Option<Run>> {
    let entry = request.operation().entry();
    let (status, outcome) =
        if blocked.is_some() { (Status::Completed, Outcome::Blocked) } else { (Status::Queued, Outcome::Pending) };
    let failures: Vec<FailureLine> = blocked.iter().map(|failure| FailureLine::of(failure, None)).collect();
    let statement = sql(INSERT)
        .bind(RunId::generate())
        .bind(grant.workspace_id())
        .bind(grant.tenant_id())
        .bind(entry.code)
        .bind(status.code())
        .bind(outcome.code())
        .bind(blocked.map(|failure| failure.code().code()))
        .bind(hash)
        .bind(trigger.code())
        .bind(grant.user().map(|user| user.id))
        .bind(grant.user().map_or("TenantAtlas", |user| user.name.as_str()))
        .bind(json!({}))
        .bind(serde_json::to_value(failures).map_err(|_| StoreError::Corrupt("failures"))?)
        .bind(request.context().clone())
        .bind(entry.priority)
        .bind(entry.max_attempts);
    let lane = if entry.write_lane { grant.tenant_id() } else { None };
    let statement = match (blocked, entry.start_deadline) {
        (Some(_), _) => statement.push(INSERT_BLOCKED),
        (None, Some(deadline)) => statement.push(INSERT_QUEUED).bind(deadline).bind(lane),
        (None, None) => statement.push(INSERT_WAITING).bind(lane),
    };
    Ok(tx.optional::<RunRow>(statement.push(columns!())).await?.map(Run::from))
}

/// SHA-256 over the canonical identity bytes.
fn identity_hash(request: &RunRequest) -> Vec<u8> {
    let bytes = identity_bytes(request.operation(), request.identity());
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes).as_ref().to_vec()
}
