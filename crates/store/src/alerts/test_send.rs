//! A test: a run that sends a message of its own to one destination. Its line is in the log from its start on.

use model::access::can;
use model::alert::{DeliveryState, RuleKind};
use model::audit::Action;
use model::ids::{AlertDeliveryId, AlertDestinationId, AlertMessageId};
use model::operations::{Operation, alerts_deliver::Arguments};
use model::run::{Run, StartBy, Started};
use serde_json::json;

use super::{Alerts, of_all};
use crate::access::Permit;
use crate::db::{Result, Tx};
use crate::runs::Links;
use crate::sql::sql;

impl Alerts<'_> {
    /// Starts a run that sends a test.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`](crate::StoreError::NotVisible) when the workspace has no destination of that id.
    pub async fn test(
        &self,
        permit: &Permit<can::WorkspaceAlertsManage>,
        destination: AlertDestinationId,
        by: impl Into<StartBy>,
    ) -> Result<Started> {
        of_all(permit.grant())?;
        self.destination(permit, destination).await?;
        let arguments = Arguments::Test { destination, message: AlertMessageId::generate() };
        let request = arguments.request(permit.grant().workspace_id());
        self.0.runs().start_linked(permit.grant(), &request, &by.into(), &Links::default(), Action::AlertTest).await
    }
}

/// Writes the line of a test into the log, in the transaction that starts its run; of any other run nothing.
pub(crate) async fn started(tx: &mut Tx, run: &Run) -> Result<()> {
    if run.operation != Some(Operation::AlertsDeliver) {
        return Ok(());
    }
    match Arguments::stored(&run.context) {
        Some(Arguments::Test { destination, message }) => line(tx, run, destination, message).await,
        _ => Ok(()),
    }
}

/// The line of a test whose run is to send it.
pub(super) async fn line(tx: &mut Tx, run: &Run, destination: AlertDestinationId, message: AlertMessageId) -> Result<()> {
    const INSERT: &str = "insert into alert_deliveries (id, workspace_id, destination_id, kind, event_key, subject, facts, state,
        occurred_at, due_at, decided_at, message_id, operation_run_id)
      select $1, $2, d.id, $4, $5, $5, $6, $7, $now, $now, $now, $8, $9
        from alert_destinations d where d.id = $3 and d.workspace_id = $2";
    let insert = sql(INSERT)
        .bind(AlertDeliveryId::generate())
        .bind(run.workspace_id)
        .bind(destination)
        .bind(RuleKind::Unknown.code())
        .bind(format!("test:{message}"))
        .bind(json!({}))
        .bind(DeliveryState::Queued.code())
        .bind(message)
        .bind(run.id);
    tx.exec(insert).await?;
    Ok(())
}
