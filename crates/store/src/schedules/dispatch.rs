//! Firing what is due. Any number of processes may do it at once: a schedule that one of them is at is passed over by the others,
//! and the ledger's keys decide in any case. The entry of the ledger, the run and the move of the schedule are one transaction.

use std::collections::BTreeSet;

use model::alert::AlertEvent;
use model::ids::{RunId, ScheduleId};
use model::metric::{SCHEDULE_FIRES, SCHEDULE_LATENESS, SCHEDULE_OMISSIONS, type_of};
use model::run::Trigger;
use model::schedule::{Due, Occurrence, Omission, Schedule, Timetable};
use model::time::Moment;
use uuid::Uuid;

use super::row::{ScheduleRow, columns};
use crate::alerts::raise;
use crate::db::{Result, Tx};
use crate::dialect;
use crate::reach::Reach;
use crate::runs::{Links, NewRun, Queue, insert_many};
use crate::sql::sql;

/// Schedules of a workspace that is put away do not fire. Those that had a next time lost it when it was (`workspaces().archive`); this
/// is for those that were changed since.
macro_rules! not_put_away {
    () => {
        " and not exists (select 1 from workspaces w where w.id = schedules.workspace_id and w.archived_at is not null)"
    };
}

/// Rows of one statement.
const AT_ONCE: usize = 40;
const DUE: &str = concat!(
    "select ",
    columns!(),
    " from schedules where next_fire_at is not null and next_fire_at <= $1",
    not_put_away!(),
    " order by next_fire_at, id limit $2"
);

/// What a pass of the dispatcher did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dispatched {
    /// Schedules that were due.
    pub schedules: usize,
    /// Runs that were made.
    pub runs: usize,
    /// Fires that were left out, or that met a run that was not over.
    pub omitted: usize,
}

/// What is decided about a schedule.
struct Decision {
    schedule: Schedule,
    due: Due,
    next: Option<Moment>,
    problem: Option<&'static str>,
}

impl Queue<'_> {
    /// Whether a schedule is due, asked without getting in anybody's way.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn any_due(&self) -> Result<bool> {
        const ANY: &str = concat!(
            "select count(*) from (select 1 as one from schedules where next_fire_at is not null and next_fire_at <= $1",
            not_put_away!(),
            " limit 1) q"
        );
        let now = self.0.now().await?;
        let mut db = self.0.db().read(&Reach::system()).await?;
        let (found,): (i64,) = db.one(sql(ANY).bind(now)).await?;
        db.end().await?;
        Ok(found > 0)
    }

    /// Fires up to `limit` schedules that are due.
    ///
    /// # Errors
    /// When the database refuses; nothing was fired then.
    pub async fn fire_due(&self, limit: u32) -> Result<Dispatched> {
        let now = self.0.now().await?;
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let skip = dialect::skip_locked(self.0.db().is_postgres());
        let rows: Vec<ScheduleRow> = tx.all(sql(DUE).bind(now).bind(limit).push(skip)).await?;
        if rows.is_empty() {
            return Ok(Dispatched::default());
        }
        let decisions: Vec<Decision> = rows.into_iter().map(|row| decide(row, now)).collect();
        let mut dispatched = Dispatched { schedules: decisions.len(), ..Dispatched::default() };
        let new: Vec<(NewRun, Occurrence)> = decisions.iter().flat_map(runs_of).collect();
        let written = write_ledger(&mut tx, &decisions, &new).await?;
        // Only what the ledger did not have yet is started.
        let (new, old): (Vec<_>, Vec<_>) = new.into_iter().partition(|(run, _)| written.contains(&run.id.uuid()));
        let (new, planned): (Vec<NewRun>, Vec<Occurrence>) = new.into_iter().unzip();
        let made: BTreeSet<RunId> = insert_many(&mut tx, &new).await?.into_iter().map(|run| run.id).collect();
        let met: Vec<RunId> = new.iter().map(|run| run.id).filter(|id| !made.contains(id)).collect();
        leave_out(&mut tx, &met).await?;
        tell_missed(&mut tx, &decisions, new.iter().zip(&planned).filter(|(run, _)| met.contains(&run.id))).await?;
        move_on(&mut tx, &decisions).await?;
        let omitted = decisions.iter().filter(|decision| decision.due.omitted.is_some()).count();
        (dispatched.runs, dispatched.omitted) = (made.len(), met.len() + old.len() + omitted);
        tx.commit_unaudited("fires of schedules; the ledger records them").await?;
        for (run, planned) in new.iter().zip(&planned).filter(|(run, _)| made.contains(&run.id)) {
            let kind = type_of(Some(run.request.operation()));
            metrics::counter!(SCHEDULE_FIRES.name, "type" => kind).increment(1);
            metrics::histogram!(SCHEDULE_LATENESS.name, "type" => kind).record(now.since(planned.at));
        }
        let missed = decisions.iter().filter_map(|decision| decision.due.omitted.as_ref()).map(|omitted| omitted.count).sum();
        count_omissions(Omission::Missed, missed);
        count_omissions(Omission::PreviousActive, met.len() as u64);
        Ok(dispatched)
    }
}

/// Raises what was left out, each fire once: those that nobody was there for, and those that met a run that was not over.
async fn tell_missed<'a>(
    tx: &mut Tx,
    decisions: &[Decision],
    met: impl Iterator<Item = (&'a NewRun, &'a Occurrence)>,
) -> Result<()> {
    let named = |id: ScheduleId| decisions.iter().map(|decision| &decision.schedule).find(|schedule| schedule.id == id);
    let event = |schedule: &Schedule, due: Moment, how| {
        (schedule.workspace_id, AlertEvent::schedule(schedule.tenant_id, schedule.id, &schedule.name, due, Some(how)))
    };
    let missed = decisions
        .iter()
        .filter_map(|decision| Some(event(&decision.schedule, decision.due.omitted.as_ref()?.first.at, Omission::Missed)));
    let met = met.filter_map(|(run, planned)| {
        let schedule = named(ScheduleId::from_uuid(run.links.schedule?))?;
        Some(event(schedule, planned.at, Omission::PreviousActive))
    });
    for (workspace, event) in missed.chain(met).collect::<Vec<_>>() {
        raise(tx, workspace, &[event]).await?;
    }
    Ok(())
}

fn count_omissions(reason: Omission, fires: u64) {
    metrics::counter!(SCHEDULE_OMISSIONS.name, "reason" => reason.code()).increment(fires);
}

fn decide(row: ScheduleRow, now: Moment) -> Decision {
    let from = row.holds_from.0;
    let schedule = Schedule::from(row);
    let request = schedule.operation().and_then(|o| o.scheduled(schedule.workspace_id, schedule.tenant_id, &schedule.arguments));
    let (Some(cadence), Some(zone), Some(_)) = (&schedule.cadence, &schedule.zone, request) else {
        // One that cannot be read must not hold up the others.
        return Decision { schedule, due: Due::default(), next: None, problem: Some("this version cannot read it") };
    };
    let table = Timetable::new(cadence, zone);
    // Never before the last fire, whatever the clock says.
    let last = schedule.last_fired_at.map_or(from, |last| last.max(from));
    let due = table.due(last, now, schedule.catch_up, schedule.bound);
    let next = table.next_after(last.max(now)).map(|occurrence| occurrence.at);
    Decision { schedule, due, next, problem: None }
}

fn runs_of(decision: &Decision) -> Vec<(NewRun, Occurrence)> {
    let schedule = &decision.schedule;
    let operation = schedule.operation();
    let request = operation.and_then(|o| o.scheduled(schedule.workspace_id, schedule.tenant_id, &schedule.arguments));
    let run = |occurrence: &Occurrence| {
        let run = NewRun {
            id: RunId::generate(),
            workspace: schedule.workspace_id,
            tenant: schedule.tenant_id,
            request: request.clone()?,
            trigger: Trigger::Schedule,
            user: None,
            blocked: None,
            links: Links { schedule: Some(schedule.id.uuid()), ..Links::default() },
        };
        Some((run, occurrence.clone()))
    };
    decision.due.fires.iter().filter_map(run).collect()
}

/// Writes what is fired and what is left out; gives the ids of the runs that are to be made.
async fn write_ledger(tx: &mut Tx, decisions: &[Decision], new: &[(NewRun, Occurrence)]) -> Result<BTreeSet<Uuid>> {
    const HEAD: &str =
        "insert into schedule_fires (schedule_id, scheduled_for, local_occurrence, workspace_id, tenant_id, run_id,
        omitted, omitted_since, omitted_count, created_at) values ";
    let mut written = BTreeSet::new();
    for part in new.chunks(AT_ONCE) {
        let mut statement = sql(HEAD);
        for (i, (run, occurrence)) in part.iter().enumerate() {
            statement = statement
                .push_bind(if i == 0 { "(" } else { ", (" }, run.links.schedule)
                .push_bind(", ", occurrence.at)
                .push_bind(", ", occurrence.local.as_str())
                .push_bind(", ", run.workspace)
                .push_bind(", ", run.tenant)
                .push_bind(", ", run.id)
                .push(", null, null, 0, $now)");
        }
        let rows: Vec<(Uuid,)> = tx.all(statement.push(" on conflict do nothing returning run_id")).await?;
        written.extend(rows.into_iter().map(|(id,)| id));
    }
    let left: Vec<_> = decisions.iter().filter_map(|d| Some((&d.schedule, d.due.omitted.as_ref()?))).collect();
    for part in left.chunks(AT_ONCE) {
        let mut statement = sql(HEAD);
        for (i, (schedule, omitted)) in part.iter().enumerate() {
            statement = statement
                .push_bind(if i == 0 { "(" } else { ", (" }, schedule.id)
                .push_bind(", ", omitted.last.at)
                .push_bind(", ", omitted.last.local.as_str())
                .push_bind(", ", schedule.workspace_id)
                .push_bind(", ", schedule.tenant_id)
                .push_bind(", null, ", Omission::Missed.code())
                .push_bind(", ", omitted.first.at)
                .push_bind(", ", i64::try_from(omitted.count).unwrap_or(i64::MAX))
                .push(", $now)");
        }
        tx.exec(statement.push(" on conflict do nothing")).await?;
    }
    Ok(written)
}

/// What met a run that was not over is left out.
async fn leave_out(tx: &mut Tx, met: &[RunId]) -> Result<()> {
    const LEAVE: &str = "update schedule_fires set run_id = null, omitted_count = 1, omitted = $1 where run_id in ";
    for part in met.chunks(AT_ONCE) {
        tx.exec(sql(LEAVE).bind(Omission::PreviousActive.code()).push_in("", part.iter().copied())).await?;
    }
    Ok(())
}

async fn move_on(tx: &mut Tx, decisions: &[Decision]) -> Result<()> {
    const MOVE: &str = ") update schedules set next_fire_at = moved.next, enabled = (schedules.enabled and moved.problem is null),
        problem = coalesce(moved.problem, schedules.problem), updated_at = $now,
        last_fired_at = case when moved.last is null or moved.last < schedules.last_fired_at then schedules.last_fired_at else moved.last end
      from moved where schedules.id = moved.id";
    for part in decisions.chunks(AT_ONCE) {
        let mut statement = sql("with moved(id, last, next, problem) as (values ");
        for (i, decision) in part.iter().enumerate() {
            let fired = decision.due.fires.last().map(|occurrence| occurrence.at);
            let left = decision.due.omitted.as_ref().map(|omitted| omitted.last.at);
            statement = statement
                .push_bind(if i == 0 { "(" } else { ", (" }, decision.schedule.id)
                .push_bind(", ", fired.max(left))
                .push_bind(", ", decision.next)
                .push_bind(", ", decision.problem.map(str::to_owned))
                .push(")");
        }
        tx.exec(statement.push(MOVE)).await?;
    }
    Ok(())
}
