//! What the end of a run has to do with alerts: one that ended badly is an event, and so is a report that a schedule made; one that
//! delivers says what came of it.

use model::alert::AlertEvent;
use model::failure::Failure;
use model::ids::WorkspaceId;
use model::operations::{Operation, alerts_deliver};
use model::run::{Outcome, Run};
use std::collections::BTreeMap;

use super::raise::raise;
use super::test_send;
use crate::db::{Result, Tx};
use crate::sql::sql;

/// Whether rules tell of a run that ended so. Deliveries that fail are in the log: an alert about them would fail as well.
const fn is_told(operation: Option<Operation>, outcome: Outcome) -> bool {
    let bad = matches!(outcome, Outcome::Failed | Outcome::PartiallySucceeded | Outcome::Blocked);
    bad && !matches!(operation, Some(Operation::AlertsDeliver))
}

/// Writes what the end of these runs means, in the transaction that ends them.
pub(crate) async fn ended<'a>(tx: &mut Tx, runs: impl Iterator<Item = (&'a Run, Option<&'a Failure>)>) -> Result<()> {
    let mut events: BTreeMap<WorkspaceId, Vec<AlertEvent>> = BTreeMap::new();
    for (run, reason) in runs {
        if run.operation == Some(Operation::AlertsDeliver) {
            delivered(tx, run, reason).await?;
        } else if is_told(run.operation, run.outcome) {
            events.entry(run.workspace_id).or_default().push(AlertEvent::run(run));
        }
        if let Some(event) = AlertEvent::report(run) {
            events.entry(run.workspace_id).or_default().push(event);
        }
    }
    for (workspace, events) in events {
        raise(tx, workspace, &events).await?;
    }
    Ok(())
}

/// What came of a delivery.
async fn delivered(tx: &mut Tx, run: &Run, reason: Option<&Failure>) -> Result<()> {
    const SENT: &str =
        "update alert_deliveries set state = 'sent', reason = null, sent_at = coalesce(sent_at, $now), operation_run_id = $2
      where message_id = $1 and state in ('queued', 'failed')";
    const FAILED: &str = "update alert_deliveries set state = 'failed', reason = $3, operation_run_id = $2
      where message_id = $1 and state = 'queued'";
    let Some(arguments) = alerts_deliver::Arguments::stored(&run.context) else { return Ok(()) };
    let sent = run.outcome == Outcome::Succeeded;
    let code = reason.map(|failure| failure.code().code().to_owned()).or_else(|| run.reason_code.clone());
    if let alerts_deliver::Arguments::Test { destination, message } = &arguments {
        // A run that an earlier version started has no line yet.
        let (lines,): (i64,) = tx.one(sql("select count(*) from alert_deliveries where message_id = $1").bind(*message)).await?;
        if lines == 0 {
            test_send::line(tx, run, *destination, *message).await?;
        }
    }
    let statement = sql(if sent { SENT } else { FAILED }).bind(arguments.message()).bind(run.id);
    tx.exec(if sent { statement } else { statement.bind(code) }).await?;
    Ok(())
}
