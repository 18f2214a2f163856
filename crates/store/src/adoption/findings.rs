//! Findings. What they quote of contents is not taken over; their tenant's next check speaks for itself.

use model::finding::{Against, FindingKind, FindingState, Severity};
use model::time::Moment;
use uuid::Uuid;

use super::kind::{Kind, Plan, Planned};
use super::known::{Known, Place};
use super::old::Old;
use super::report::Table;
use super::shape::{self, Shape};
use super::{references, types, values};
use crate::db::{Result, Tx};
use crate::row::name_key;
use crate::sealed::Keyring;
use crate::sql::Sql;

/// Findings.
pub(super) struct Findings;

/// A finding to be added.
pub(super) struct Row {
    id: Uuid,
    place: Place,
    resource_type: String,
    object_id: String,
    item: Option<(Uuid, String)>,
    severity: Severity,
    state: FindingState,
    baseline: Option<Uuid>,
    current: Option<Uuid>,
    found_at: Moment,
    changed_at: Moment,
}

fn state(status: &str) -> std::result::Result<FindingState, &'static str> {
    match status {
        "new" | "open" => Ok(FindingState::New),
        "acknowledged" | "triaged" => Ok(FindingState::Triaged),
        "in_progress" => Ok(FindingState::InProgress),
        "resolved" => Ok(FindingState::Resolved),
        "closed" => Ok(FindingState::Closed),
        _ => Err("a status that is not known"),
    }
}

impl Kind for Findings {
    const SHAPE: &'static Shape = &shape::FINDINGS;
    const HERE: Option<&'static str> = None;
    type Row = Row;

    fn plan(old: &Old, id: Uuid, known: &mut Known, table: &mut Table) -> Planned<Row> {
        let place = known.place(old)?;
        let kind = types::find(old.text("subject_type").ok_or("no type")?).ok_or("a type that is not known")?;
        let object_id = old.text("subject_external_id").ok_or("no id of Microsoft's")?.to_owned();
        let severity = match Severity::from_code(old.text("severity").unwrap_or_default()) {
            Severity::Unknown => return Err("a severity that is not known"),
            severity => severity,
        };
        let state = state(old.text("status").unwrap_or_default())?;
        let item = known.objects.get(&(place.tenant, kind.key.clone(), object_id.clone())).copied();
        let item = item.map(|id| (id, known.items.get(&id).map_or_else(String::new, |item| item.name.clone())));
        let mut refer = |own, legacy| references::run(old, own, Some(legacy), place.tenant, known, table);
        let baseline = refer("baseline_operation_run_id", "baseline_run_id");
        let current = refer("current_operation_run_id", "current_run_id");
        let found_at = old.time("created_at").unwrap_or(known.now).min(known.now);
        let changed_at = old.time("acknowledged_at").or_else(|| old.time("updated_at")).unwrap_or(found_at).min(known.now);
        let resource_type = kind.key.clone();
        let changed_at = changed_at.max(found_at);
        Ok(Plan::New(Row { id, place, resource_type, object_id, item, severity, state, baseline, current, found_at, changed_at }))
    }

    fn learn(_: &Old, _: &str, _: Uuid, _: &mut Known) {}

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Row]) -> Result<()> {
        // A fingerprint of its own: what a check here finds is never taken for one of these.
        const HEAD: &str =
            "insert into findings (id, workspace_id, tenant_id, against, fingerprint, resource_type, object_id, item_id, name,
          name_key, kind, property, severity, state, evidence, baseline_operation_run_id, current_operation_run_id, occurrences,
          first_seen_at, last_seen_at, opened_at, state_at, revision) values ";
        const HISTORY: &str =
            "insert into finding_history (finding_id, sequence, workspace_id, tenant_id, at, event, state) values ";
        let row = |statement: Sql, row: &Row| {
            let name = row.item.as_ref().map_or("", |(_, name)| name.as_str());
            statement
                .push_bind("", row.id)
                .push_bind(", ", row.place.workspace)
                .push_bind(", ", row.place.tenant)
                .push_bind(", ", Against::Previous.code())
                .push_bind(", ", format!("adopted {}", row.id))
                .push_bind(", ", row.resource_type.as_str())
                .push_bind(", ", row.object_id.as_str())
                .push_bind(", ", row.item.as_ref().map(|(id, _)| *id))
                .push_bind(", ", name)
                .push_bind(", ", name_key(name))
                .push_bind(", ", FindingKind::Changed.code())
                .push_bind(", '', ", row.severity.code())
                .push_bind(", ", row.state.code())
                .push_bind(", ", serde_json::json!(model::drift::Evidence::default()))
                .push_bind(", ", row.baseline)
                .push_bind(", ", row.current)
                .push_bind(", 1, ", row.found_at)
                .push_bind(", ", row.found_at)
                .push_bind(", ", row.found_at)
                .push_bind(", ", row.changed_at)
                .push(", 1")
        };
        let history = |statement: Sql, row: &Row| {
            statement
                .push_bind("", row.id)
                .push_bind(", 1, ", row.place.workspace)
                .push_bind(", ", row.place.tenant)
                .push_bind(", ", row.found_at)
                .push_bind(", ", model::finding::HistoryEvent::Found.code())
                .push_bind(", ", row.state.code())
        };
        values::insert(tx, HEAD, rows, row, "").await?;
        values::insert(tx, HISTORY, rows, history, "").await
    }
}
