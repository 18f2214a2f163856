//! Schedules: their ledger, their runs and their last fire tell one story.

use std::time::Duration;

use model::time::Moment;

use crate::driver::Told;
use crate::scene::Scene;

/// T1, T2, I5: each minute that was due is in the ledger once, with its run or with the reason why there is none.
pub(super) async fn schedules(scene: &Scene, told: &Told, faults: &mut Vec<String>) -> usize {
    let halves = [
        (
            "T2: a run of a schedule without its fire",
            "select count(*) from operation_runs r where r.schedule_id is not null
            and (select count(*) from schedule_fires f where f.run_id = r.id and f.schedule_id = r.schedule_id) <> 1",
        ),
        (
            "T2: a fire with neither a run nor a reason",
            "select count(*) from schedule_fires where (run_id is null) = (omitted is null)",
        ),
        (
            "T2: a schedule that is behind its ledger",
            "select count(*) from schedules s where exists (select 1 from schedule_fires f
            where f.schedule_id = s.id and (s.last_fired_at is null or f.scheduled_for > s.last_fired_at))",
        ),
    ];
    for (what, count) in halves {
        let found = scene.number(count).await;
        if found > 0 {
            faults.push(format!("{what}: {found}"));
        }
    }
    let mut all = 0;
    for (tenant, id) in &told.schedules {
        let scope = &scene.tenants[*tenant].scope;
        let schedule = scene.store.schedules().find(scope, *id).await.unwrap();
        let fires = scene.store.schedules().fires(scope, *id, None, 500).await.unwrap().rows;
        all += fires.len();
        let Some(last) = schedule.last_fired_at else {
            faults.push(format!("T1: {} was due and never fired", schedule.name));
            continue;
        };
        // Newest first: from the last one back to the first, no minute is missing, but for those that one entry leaves out.
        let mut expected: Moment = last;
        for fire in &fires {
            if fire.scheduled_for != expected {
                faults.push(format!("T1: {}: {expected} is missing: {fires:?}", schedule.name));
                break;
            }
            let span = if fire.run.is_none() { fire.omitted_count.max(1) } else { 1 };
            expected = expected.minus(Duration::from_secs(60 * span));
        }
    }
    all
}
