//! Create or reuse: the one way in which a run comes to be.
//!
//! The partial unique index on (scope, identity) where status is queued or running decides. Whoever loses gets the winner's run;
//! nobody gets an error; a run that ended between the two statements makes us try again.

use model::failure::{Code, Failure};
use model::ids::{RunId, TenantId};
use model::operations::Operation;
use model::run::{Outcome, Run, Started, Trigger};
use model::tenant::TenantStatus;

use super::hold::held_back;
use super::insert::{NewRun, insert_many};
use super::row::{RunRow, columns};
use super::transition::{From, complete};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

const ACTIVE: &str = concat!(
    "select ",
    columns!(),
    " from operation_runs where scope_id = $1 and run_identity_hash = $2 and status in ('queued', 'running')"
);
const ONCE: &str = concat!("select ", columns!(), " from operation_runs where once_key = $1");
const HOLDER: &str = concat!("select ", columns!(), " from operation_runs where write_lane = $1 and status = 'running'");

/// `None`: an equal run stood in the way and ended in between; try again in a new transaction.
pub(crate) async fn ensure(tx: &mut Tx, mut new: NewRun) -> Result<Option<Started>> {
    // Of a connection check the prerequisites come first: one that hangs is no answer to a connection that was switched off since.
    let first = new.request.operation() == Operation::ProviderConnectionCheck && new.blocked.is_none();
    if first {
        new.blocked = blocked(tx, &new).await?;
    }
    if !(first && new.blocked.is_some())
        && let Some(run) = equal(tx, &new).await?
    {
        return Ok(Some(Started::Deduplicated(run)));
    }
    if new.blocked.is_none() {
        new.blocked = blocked(tx, &new).await?;
    }
    let entry = new.request.operation().entry();
    // Whoever waits for an answer is told who is at work; what the system starts simply waits.
    if new.blocked.is_none() && entry.write_lane && matches!(new.trigger, Trigger::Manual | Trigger::Api | Trigger::Retry) {
        let holder: Option<RunRow> = tx.optional(sql(HOLDER).bind(new.tenant)).await?;
        if let Some(holder) = holder {
            return Ok(Some(Started::ScopeBusy(holder.into())));
        }
    }
    let blocked = new.blocked.is_some();
    match insert_many(tx, std::slice::from_ref(&new)).await?.pop() {
        Some(run) if blocked => Ok(Some(Started::Blocked(run))),
        Some(run) => Ok(Some(Started::Accepted(run))),
        // Somebody else's insert won while ours waited for it.
        None => Ok(equal(tx, &new).await?.map(Started::Deduplicated)),
    }
}

/// The run that is the same: one that was ever made for this record, or an active one of this identity.
async fn equal(tx: &mut Tx, new: &NewRun) -> Result<Option<Run>> {
    if let Some(key) = new.request.once_key() {
        let row: Option<RunRow> = tx.optional(sql(ONCE).bind(key)).await?;
        return Ok(row.map(Run::from));
    }
    let scope = new.tenant.map_or(new.workspace.uuid(), TenantId::uuid);
    let row: Option<RunRow> = tx.optional(sql(ACTIVE).bind(scope).bind(new.identity_hash())).await?;
    match row.map(Run::from) {
        Some(run) if abandon_late(tx, &run).await? => Ok(None),
        found => Ok(found),
    }
}

/// Ends an equal run that nobody picked up in its time, so that it cannot stand in the way of a new one.
pub(super) async fn abandon_late(tx: &mut Tx, run: &Run) -> Result<bool> {
    const LATE: &str = "select count(*) from operation_runs where id = $1 and status = 'queued' and start_deadline < $now";
    let (late,): (i64,) = tx.one(sql(LATE).bind(run.id)).await?;
    if late == 0 || held_back(tx, run.id).await? {
        return Ok(false);
    }
    end_as_stale(tx, run.id, run.lease_token).await
}

/// Ends a queued run that nobody picked up in its time; `false` when it was picked up after all.
pub(super) async fn end_as_stale(tx: &mut Tx, run: RunId, token: i64) -> Result<bool> {
    let failure = Failure::new(Code::RunStaleQueued);
    Ok(complete(tx, run, From::Stale(token), Outcome::Failed, Some(&failure)).await?.is_some())
}

/// A prerequisite that is missing already now.
async fn blocked(tx: &mut Tx, new: &NewRun) -> Result<Option<Failure>> {
    const AWAY: &str = "select count(*) from workspaces where id = $1 and archived_at is not null";
    const PREREQUISITES: &str =
        "select t.status, c.enabled, (c.credential_expires_at <= $now), w.archived_at from tenants t join workspaces w on w.id = t.workspace_id
      left join provider_connections c on c.tenant_id = t.id where t.id = $1";
    let Some(tenant) = new.tenant else {
        let (away,): (i64,) = tx.one(sql(AWAY).bind(new.workspace)).await?;
        return Ok((away > 0).then(|| Failure::new(Code::WorkspaceArchived)));
    };
    type Prerequisites = (String, Option<bool>, Option<bool>, Option<DbTime>);
    let row: Option<Prerequisites> = tx.optional(sql(PREREQUISITES).bind(tenant)).await?;
    let (status, enabled, over, away) = row.ok_or(StoreError::NotVisible)?;
    let status = TenantStatus::from_code(&status);
    let code = match away {
        Some(_) => Some(Code::WorkspaceArchived),
        None => missing(new.request.operation(), status, enabled, over.unwrap_or(false)),
    };
    Ok(code.map(Failure::new))
}

/// What stands in the way of an operation in a tenant, the same when it is started and when it is claimed. `connection_enabled`: `None`
/// without a connection; `over`: its credential is known to have ended.
pub(super) fn missing(operation: Operation, tenant: TenantStatus, connection_enabled: Option<bool>, over: bool) -> Option<Code> {
    let works = operation.needs_working_connection();
    match connection_enabled {
        _ if tenant == TenantStatus::Archived => Some(Code::TenantArchived),
        _ if !operation.entry().needs_connection => None,
        None if works && tenant == TenantStatus::Draft => Some(Code::TenantDraft),
        None => Some(Code::ConnectionMissing),
        Some(false) => Some(Code::ConnectionDisabled),
        Some(true) if works && tenant == TenantStatus::Draft => Some(Code::TenantDraft),
        Some(true) if works && over => Some(Code::CredentialExpired),
        Some(true) => None,
    }
}
