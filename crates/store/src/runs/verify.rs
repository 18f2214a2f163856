//! The connection check: starting it, and starting it again although one is under way.

use model::access::can;
use model::audit::Action;
use model::failure::{Code, Failure};
use model::ids::{ConnectionId, RunId};
use model::operations::Operation;
use model::operations::provider_connection_check::Arguments;
use model::run::{NewEvent, Outcome, RunRequest, StartBy, Started};
use uuid::Uuid;

use super::Runs;
use super::ensure::abandon_late;
use super::events;
use super::insert::Links;
use super::row::{RunRow, columns};
use super::start::Before;
use super::transition::{From, complete};
use crate::access::{Grant, Permit};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

const ACTIVE: &str = concat!(
    "select ",
    columns!(),
    " from operation_runs where workspace_id = $1 and tenant_id = $2 and type = $3 and status in ('queued', 'running') order by id"
);

impl Runs<'_> {
    /// Starts a check of the tenant's connection, or finds the one that is under way. `again`: every check that is under way is asked
    /// to stop, ended and fenced in the transaction that makes the new one, so that a worker which does not answer cannot hold it up;
    /// what that worker writes later is refused. Prerequisites come first: with one missing the answer is a blocked run.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] without a tenant; [`StoreError::KeyMismatch`] when the key was sent before with another wish.
    pub async fn verify(&self, permit: &Permit<can::ProvidersRun>, again: bool, by: impl Into<StartBy>) -> Result<Started> {
        let grant = permit.grant();
        let request = self.check_of(grant).await?;
        let before = if again { Before::Supersede } else { Before::Nothing };
        self.start_after(grant, &request, &by.into(), &Links::default(), Action::RunStart, before).await
    }

    /// The wish to check the connection of the grant's tenant as it is now.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] without a tenant.
    pub(super) async fn check_of(&self, grant: &Grant) -> Result<RunRequest> {
        const CONNECTION: &str = "select id, revision from provider_connections where workspace_id = $1 and tenant_id = $2";
        let tenant = grant.tenant_id().ok_or(StoreError::NotVisible)?;
        let mut db = self.0.db().read(grant.reach()).await?;
        let found: Option<(Uuid, i64)> = db.optional(sql(CONNECTION).bind(grant.workspace_id()).bind(tenant)).await?;
        db.end().await?;
        let arguments = Arguments {
            connection: found.map(|(id, _)| ConnectionId::from_uuid(id)),
            revision: found.map(|(_, revision)| revision),
        };
        Ok(arguments.request(tenant))
    }
}

/// Ends every check of the place that is under way.
pub(super) async fn supersede(tx: &mut Tx, grant: &Grant) -> Result<()> {
    // Asking comes first: the timeline says so, and whoever holds the run and is well hears it.
    const ASK: &str = "update operation_runs set cancel_requested_at = coalesce(cancel_requested_at, $now),
        cancel_requested_by = coalesce(cancel_requested_by, $2), updated_at = $now
      where id = $1 and status in ('queued', 'running')";
    let code = Operation::ProviderConnectionCheck.code();
    let active = sql(ACTIVE).bind(grant.workspace_id()).bind(grant.tenant_id()).bind(code);
    let rows: Vec<RunRow> = tx.all(active).await?;
    for run in rows.into_iter().map(model::run::Run::from) {
        // A stale one is called stale.
        if abandon_late(tx, &run).await? {
            continue;
        }
        if tx.exec(sql(ASK).bind(run.id).bind(grant.user().map(|user| user.id))).await? == 0 {
            continue;
        }
        let by = grant.user().map_or("TenantAtlas", |user| user.name.as_str());
        events::add(tx, &run, NewEvent::info("cancel_requested", format!("{by} asked for a new check in place of this one.")))
            .await?;
        end(tx, run.id).await?;
    }
    Ok(())
}

/// Queued or running, whoever holds it: the row is held by this transaction, so it cannot change in between.
async fn end(tx: &mut Tx, run: RunId) -> Result<()> {
    let failure = Failure::new(Code::RunSuperseded);
    for from in [From::Queued, From::Unheeding] {
        if complete(tx, run, from, Outcome::Cancelled, Some(&failure)).await?.is_some() {
            return Ok(());
        }
    }
    Ok(())
}
