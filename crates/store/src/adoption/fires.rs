//! The ledger of fires: an adopted scheduled run is on record with its schedule, so that its occurrence is never fired again.

use std::time::Duration;

use model::schedule::Zone;
use model::time::Moment;
use serde_json::Value;
use uuid::Uuid;

use super::known::Known;
use super::old::moment;
use super::report::Table;
use super::runs::AdoptedRun;
use super::values;
use crate::db::{Result, Tx};
use crate::sql::sql;

/// A fire of a schedule.
pub(super) struct Fire {
    pub(super) schedule: Uuid,
    at: Moment,
    local: String,
    workspace: Uuid,
    tenant: Uuid,
    run: Uuid,
    decided_at: Moment,
}

/// How far apart the two passes of a repeated time can be.
const PASSES: [Duration; 3] = [Duration::from_secs(1800), Duration::from_secs(3600), Duration::from_secs(7200)];

/// The time on the wall, as the ledger writes it: to the minute, `+1` in the second pass of a repeated hour.
fn local(at: Moment, zone: &Zone) -> String {
    const MINUTE: &str = "%Y-%m-%dT%H:%M";
    let text = zone.show(at, MINUTE);
    let again = PASSES.iter().any(|pass| zone.show(at.minus(*pass), MINUTE) == text);
    if again { text + "+1" } else { text }
}

fn older_id(value: &Value) -> Option<String> {
    value.as_u64().map(|id| id.to_string()).or_else(|| value.as_str().map(str::to_owned))
}

/// The schedule that a run names, where that is of the same tenant.
pub(super) fn schedule(context: &Value, tenant: Option<Uuid>, known: &Known) -> Option<Uuid> {
    let schedule = known.schedules.get(&older_id(context.get("backup_schedule_id")?)?)?;
    (Some(schedule.tenant) == tenant).then_some(schedule.id)
}

/// The fire that a scheduled run was: as it says itself, else as the older run table says that names it.
pub(super) fn of(old_id: &str, context: &Value, run: &AdoptedRun, known: &mut Known, table: &mut Table) -> Option<Fire> {
    let own = || {
        let schedule = older_id(context.get("backup_schedule_id")?)?;
        Some((schedule, moment(context.get("scheduled_for")?.as_str()?)?))
    };
    let Some((schedule, at)) = own().or_else(|| known.fired.get(old_id).cloned()) else {
        table.note("scheduled, without its schedule or time: no fire is recorded");
        return None;
    };
    let found = known.schedules.get(&schedule).filter(|schedule| Some(schedule.tenant) == run.tenant).cloned();
    let Some(schedule) = found else {
        table.note("scheduled, and its schedule is not here: no fire is recorded");
        return None;
    };
    if at > known.now {
        table.note("scheduled for a time that is to come: no fire is recorded");
        return None;
    }
    let local = local(at, &schedule.zone);
    if known.occurrences.contains(&(schedule.id, at.micros())) || known.local.contains(&(schedule.id, local.clone())) {
        table.note("scheduled, and another run is on record for that time: no fire is recorded");
        return None;
    }
    known.occurrences.insert((schedule.id, at.micros()));
    known.local.insert((schedule.id, local.clone()));
    let (workspace, tenant) = (run.workspace, schedule.tenant);
    Some(Fire { schedule: schedule.id, at, local, workspace, tenant, run: run.id, decided_at: run.created_at })
}

/// Writes fires, and how far their schedules got.
pub(super) async fn write(tx: &mut Tx, fires: &[&Fire]) -> Result<()> {
    const HEAD: &str =
        "insert into schedule_fires (schedule_id, scheduled_for, local_occurrence, workspace_id, tenant_id, run_id,
        omitted_count, created_at) values ";
    const LAST: &str = "update schedules set last_fired_at = $2 where id = $1 and (last_fired_at is null or last_fired_at < $2)";
    let row = |statement: crate::sql::Sql, fire: &&Fire| {
        statement
            .push_bind("", fire.schedule)
            .push_bind(", ", fire.at)
            .push_bind(", ", fire.local.as_str())
            .push_bind(", ", fire.workspace)
            .push_bind(", ", fire.tenant)
            .push_bind(", ", fire.run)
            .push(", 0")
            .push_bind(", ", fire.decided_at)
    };
    values::insert(tx, HEAD, fires, row, "").await?;
    for fire in fires {
        tx.exec(sql(LAST).bind(fire.schedule).bind(fire.at)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_on_the_wall_tells_the_two_passes_of_an_hour_apart() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let at = |text: &str| local(Moment::parse(text).unwrap(), &berlin);
        assert_eq!(at("2026-10-25T00:30:00Z"), "2026-10-25T02:30");
        assert_eq!(at("2026-10-25T01:30:00Z"), "2026-10-25T02:30+1");
        assert_eq!(at("2026-03-29T01:00:00Z"), "2026-03-29T03:00");
    }
}
