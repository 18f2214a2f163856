//! What must hold of a history, read from the database when it is over.

mod effects;
mod moves;
mod schedules;

use std::collections::BTreeSet;

use effects::effects;
use moves::moves;
use schedules::schedules;

use crate::driver::Told;
use crate::recorder;
use crate::scene::Scene;

/// A run as it ended.
#[derive(Debug, Clone)]
struct Row {
    id: String,
    kind: String,
    status: String,
    outcome: String,
    reason: String,
    attempt: i64,
    max_attempts: i64,
    /// Items that it was to do.
    wanted: i64,
    fail_every: i64,
    total: i64,
    processed: i64,
    succeeded: i64,
    failed: i64,
    /// Items that are recorded, and how many of them failed.
    items: i64,
    items_failed: i64,
    /// Notices that agree with it, of all that there are.
    right_notices: i64,
    notices: i64,
    by_person: bool,
    in_order: bool,
    children: i64,
}

const ROWS: &str = "select r.run || '|' || o.type || '|' || o.status || '|' || o.outcome || '|' || coalesce(o.reason_code, '') || '|'
  || o.attempt || '|' || o.max_attempts || '|' || coalesce(o.context ->> 'items', '0') || '|'
  || coalesce(o.context ->> 'fail_every', '0') || '|' || coalesce(o.summary_counts ->> 'total', '-1') || '|'
  || coalesce(o.summary_counts ->> 'processed', '0') || '|' || coalesce(o.summary_counts ->> 'succeeded', '0') || '|'
  || coalesce(o.summary_counts ->> 'failed', '0') || '|'
  || (select count(*) from operation_run_items i where i.run_id = o.id) || '|'
  || (select count(*) from operation_run_items i where i.run_id = o.id and i.status = 'failed') || '|'
  || (select count(*) from notices n where n.run_id = o.id and n.user_id = o.user_id and n.status = o.status and n.outcome = o.outcome) || '|'
  || (select count(*) from notices n where n.run_id = o.id) || '|'
  || case when o.user_id is null then 0 else 1 end || '|'
  || case when o.started_at is null or o.started_at <= o.completed_at then 1 else 0 end || '|'
  || (select count(*) from operation_runs c where c.caused_by_run_id = o.id)
  from (select distinct run from seen where what = 'run') r join operation_runs o on r.run = ";

fn row(text: &str) -> Row {
    let parts: Vec<&str> = text.split('|').collect();
    let number = |n: usize| -> i64 { parts[n].parse().unwrap_or_else(|_| panic!("a number: {} in {text}", parts[n])) };
    Row {
        id: parts[0].to_owned(),
        kind: parts[1].to_owned(),
        status: parts[2].to_owned(),
        outcome: parts[3].to_owned(),
        reason: parts[4].to_owned(),
        attempt: number(5),
        max_attempts: number(6),
        wanted: number(7),
        fail_every: number(8),
        total: number(9),
        processed: number(10),
        succeeded: number(11),
        failed: number(12),
        items: number(13),
        items_failed: number(14),
        right_notices: number(15),
        notices: number(16),
        by_person: number(17) == 1,
        in_order: number(18) == 1,
        children: number(19),
    }
}

/// What histories came across, so that a check that never applies is noticed.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) runs: usize,
    pub(crate) claims: usize,
    pub(crate) rescues: usize,
    pub(crate) hand_backs: usize,
    pub(crate) items: usize,
    pub(crate) worker_lost: usize,
    pub(crate) cancelled: usize,
    pub(crate) fires: usize,
    pub(crate) refused: usize,
}

/// What does not hold; each line names the invariant.
pub(crate) async fn judge(scene: &Scene, told: &Told) -> (Vec<String>, Figures) {
    let mut faults: Vec<String> = told.bad_ends.clone();
    let mut figures = Figures::default();
    let seen = recorder::read(&scene.store).await;
    let on = if scene.on_postgres() { "replace(o.id::text, '-', '')" } else { "lower(hex(o.id))" };
    let rows = store::testing::texts(&scene.store, &format!("{ROWS}{on}"), true).await.unwrap();
    let rows: Vec<Row> = rows.iter().map(|text| row(text)).collect();
    figures.runs = rows.len();
    for row in &rows {
        ended(row, &mut faults);
        figures.worker_lost += usize::from(row.reason == "worker.lost");
        figures.cancelled += usize::from(row.outcome == "cancelled");
        figures.items += usize::try_from(row.items).unwrap_or(0);
    }
    moves(&seen, &mut faults, &mut figures);
    effects(scene, &seen, &mut faults);
    starts(scene, told, &rows, &mut faults).await;
    figures.fires = schedules(scene, told, &mut faults).await;
    let mut names: Vec<&str> = scene.workers.iter().map(|worker| worker.name.as_str()).collect();
    names.sort_unstable();
    if names.windows(2).any(|two| two[0] == two[1]) {
        faults.push("L7: two processes have one name".to_owned());
    }
    let refused = |said: String| said.matches("the lease was lost; stopped").count();
    figures.refused = scene.workers.iter().map(|worker| refused(worker.program.said())).sum();
    (faults, figures)
}

/// The row of a run that is over.
fn ended(row: &Row, faults: &mut Vec<String>) {
    let mut must = |holds: bool, what: &str| {
        if !holds {
            faults.push(format!("{what}: {row:?}"));
        }
    };
    must(row.status == "completed" && row.outcome != "pending", "R1, S2: not over");
    must(row.in_order, "S2: over before it began");
    must(row.attempt <= row.max_attempts, "R4: more attempts than may be");
    must(row.reason != "worker.lost" || row.attempt == row.max_attempts, "R4: given up before the attempts were used up");
    must(row.processed == row.items && row.failed == row.items_failed, "S3: the figures are not those of the items");
    must(row.succeeded + row.failed == row.processed, "S3: the figures do not add up");
    must(row.total < 0 || row.processed <= row.total, "S3: more than there is");
    must(row.items <= row.wanted, "S5: more items than there are");
    let failing = if row.fail_every == 0 { 0 } else { (row.wanted + row.fail_every - 1) / row.fail_every };
    let outcome = match (row.wanted - failing, failing) {
        (_, 0) => "succeeded",
        (0, _) => "failed",
        _ => "partially_succeeded",
    };
    let whole = ["succeeded", "partially_succeeded"].contains(&row.outcome.as_str())
        || (row.outcome == "failed"
            && !["worker.lost", "run.stale_queued", "run.deadline_exceeded"].contains(&row.reason.as_str()));
    if whole {
        must(row.items == row.wanted && row.items_failed == failing, "S5: not every item is recorded");
        must(row.outcome == outcome, "S4: another outcome than that of the items");
    } else {
        must(["cancelled", "failed"].contains(&row.outcome.as_str()), "S4: an outcome that nothing explains");
    }
    let notices = i64::from(row.by_person);
    must(row.notices == notices && row.right_notices == notices, "V3: not one notice that tells how it ended");
    let follows = i64::from(row.kind == "probe_chain" && row.outcome == "succeeded");
    must(row.children <= follows, "F1: followed by more than what follows");
}

/// I4, E2, E3: one key, one run; and who was told of a run finds it.
async fn starts(scene: &Scene, told: &Told, rows: &[Row], faults: &mut Vec<String>) {
    let known: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    for run in &told.runs {
        if !known.contains(run.uuid().simple().to_string().as_str()) {
            faults.push(format!("E3: somebody was told of run {run}, which is not there"));
        }
    }
    for (key, runs) in &told.keys {
        if runs.windows(2).any(|two| two[0] != two[1]) {
            faults.push(format!("I4: one key, several runs: {runs:?}"));
        }
        let recorded = format!("select count(*) from run_start_keys where start_key = '{}'", key.as_str());
        let expected = i64::from(!runs.is_empty());
        let found = scene.number(&recorded).await;
        if found != expected {
            faults.push(format!("I4: {found} records of a key that named {runs:?}"));
        }
    }
    let active = "select count(*) from run_start_keys where run_id is null";
    if scene.number(active).await > 0 {
        faults.push("I4: a key without its run".to_owned());
    }
}
