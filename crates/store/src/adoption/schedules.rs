//! Backup schedules. They come over switched off, so that nothing fires here while the earlier installation still does.

use std::collections::BTreeSet;

use model::backup::{Retention, Selection};
use model::operations::Operation;
use model::operations::backup_schedule_run::Arguments;
use model::schedule::{Cadence, CatchUp, Days, TimeOfDay, Weekday, Zone};
use model::time::Moment;
use serde_json::Value;
use uuid::Uuid;

use super::kind::{Kind, Plan, Planned};
use super::known::{Known, KnownSchedule, Place};
use super::old::Old;
use super::report::Table;
use super::shape::{self, Shape};
use super::{types, values};
use crate::db::{Result, Tx};
use crate::sealed::Keyring;
use crate::sql::Sql;

/// Backup schedules.
pub(super) struct Schedules;

/// A schedule to be added.
pub(super) struct Row {
    id: Uuid,
    place: Place,
    name: String,
    arguments: Value,
    cadence: Value,
    zone: Zone,
    archived_at: Option<Moment>,
    created_at: Option<Moment>,
}

/// The longest name, in characters.
const MAX_NAME: usize = 100;

/// A day of the week by its name, or its number from Monday, which is 1.
fn day(value: &Value) -> Option<Weekday> {
    let by_name = |text: &str| {
        let fits = |day: &&Weekday| day.name().to_lowercase().starts_with(&text.to_lowercase()) && text.len() >= 3;
        Weekday::ALL.iter().find(fits).copied()
    };
    match value.as_u64() {
        Some(number) => Weekday::ALL.get(usize::try_from(number.checked_sub(1)?).ok()?).copied(),
        None => by_name(value.as_str()?),
    }
}

fn cadence(old: &Old) -> Option<Cadence> {
    let at = TimeOfDay::parse(old.text("time_of_day")?.get(..5)?).ok()?;
    match old.text("frequency")? {
        "daily" => Some(Cadence::Daily { at }),
        "weekly" => {
            let days: Option<Vec<Weekday>> = old.json("days_of_week")?.as_array()?.iter().map(day).collect();
            Some(Cadence::Weekly { days: Days::of(days?).ok()?, at })
        }
        _ => None,
    }
}

/// What is backed up: everything where no type is named, else the named types that are known.
fn selection(old: &Old, table: &mut Table) -> std::result::Result<Selection, &'static str> {
    let named = old.json("policy_types").and_then(|types| types.as_array().cloned()).unwrap_or_default();
    if named.is_empty() {
        return Ok(Selection::All);
    }
    let count = named.len();
    let types: BTreeSet<String> = named.iter().filter_map(|name| Some(types::find(name.as_str()?)?.key.clone())).collect();
    if types.is_empty() {
        return Err("none of its types is known");
    }
    if types.len() < count {
        table.note("a schedule without the types that are not known");
    }
    Ok(Selection::Types { types })
}

fn zone(old: &Old) -> Option<Zone> {
    Zone::parse(old.text("timezone").unwrap_or("UTC")).ok()
}

impl Kind for Schedules {
    const SHAPE: &'static Shape = &shape::BACKUP_SCHEDULES;
    const HERE: Option<&'static str> = Some("schedules");
    type Row = Row;

    fn plan(old: &Old, id: Uuid, known: &mut Known, table: &mut Table) -> Planned<Row> {
        let place = known.place(old)?;
        let zone = zone(old).ok_or("a time zone that is not known")?;
        let cadence = cadence(old).and_then(|cadence| serde_json::to_value(cadence).ok()).ok_or("a cadence that is not known")?;
        let keep_last = old.int("retention_keep_last").and_then(|keep| u32::try_from(keep).ok()).filter(|keep| *keep > 0);
        let retention = Retention::new(keep_last, None).unwrap_or_default();
        let arguments = Arguments { selection: selection(old, table)?, trust_list: false, retention }.to_stored();
        let name = old.text("name").unwrap_or("Adopted schedule").chars().take(MAX_NAME).collect();
        let (archived_at, created_at) = (old.time("deleted_at"), old.time("created_at"));
        Ok(Plan::New(Row { id, place, name, arguments, cadence, zone, archived_at, created_at }))
    }

    fn learn(old: &Old, old_id: &str, id: Uuid, known: &mut Known) {
        if let (Ok(place), Some(zone)) = (known.place(old), zone(old)) {
            known.schedules.insert(old_id.to_owned(), KnownSchedule { id, tenant: place.tenant, zone });
        }
    }

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Row]) -> Result<()> {
        const HEAD: &str =
            "insert into schedules (id, workspace_id, tenant_id, type, arguments, name, cadence, time_zone, catch_up,
          catch_up_bound, enabled, archived_at, holds_from, revision, created_at, updated_at) values ";
        let row = |statement: Sql, row: &Row| {
            statement
                .push_bind("", row.id)
                .push_bind(", ", row.place.workspace)
                .push_bind(", ", row.place.tenant)
                .push_bind(", ", Operation::BackupScheduleRun.code())
                .push_bind(", ", row.arguments.clone())
                .push_bind(", ", row.name.as_str())
                .push_bind(", ", row.cadence.clone())
                .push_bind(", ", row.zone.name())
                .push_bind(", ", CatchUp::Latest.code())
                .push_bind(", 1, ", false)
                .push_bind(", ", row.archived_at)
                .push_bind(", $now, 1, coalesce(", row.created_at)
                .push(", $now), $now")
        };
        values::insert(tx, HEAD, rows, row, "").await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cadence_is_read_or_the_schedule_is_left_out() {
        let of = |row: &str| cadence(&Old::parse(row).unwrap()).map(|cadence| cadence.words());
        assert_eq!(of(r#"{"frequency": "daily", "time_of_day": "02:30:00"}"#).as_deref(), Some("Every day at 02:30"));
        let weekly = |days: &str| of(&format!(r#"{{"frequency": "weekly", "time_of_day": "02:30", "days_of_week": {days}}}"#));
        assert_eq!(weekly(r#"[1, "sun"]"#).as_deref(), Some("Every Monday and Sunday at 02:30"));
        for days in ["[]", "[0]", "[8]", r#"["never"]"#, r#"["su"]"#, "null"] {
            assert_eq!(weekly(days), None, "{days}");
        }
        assert_eq!(of(r#"{"frequency": "hourly", "time_of_day": "02:30"}"#), None);
        assert_eq!(of(r#"{"frequency": "daily", "time_of_day": "half past two"}"#), None);
    }
}
