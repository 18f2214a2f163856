//! One history from its seed to its verdict.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use store::Store;

use crate::driver::{Driver, Told, pass};
use crate::judge::{Figures, judge};
use crate::plan::Plan;
use crate::scene::{Ground, LIMITS, Scene};
use crate::server::Server;
use crate::settle::settle;

/// What came of a history.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Verdict {
    pub(crate) figures: Figures,
    pub(crate) kills: usize,
    pub(crate) stops: usize,
    pub(crate) cuts: usize,
    pub(crate) rescued_after: Duration,
}

/// Makes the history of that seed happen.
///
/// # Errors
/// What did not hold, with the history and what the processes said.
pub(crate) async fn happen(seed: u64, ground: &Ground, own: Option<&Server>) -> Result<Verdict, String> {
    let place = ground.place();
    let (plan, begun) = (Plan::draw(seed, place), Instant::now());
    let mut scene = Scene::on(ground).await;
    for _ in 0..plan.workers {
        scene.start_worker().await;
    }
    let over = Arc::new(AtomicBool::new(false));
    let watch = tokio::spawn(watch_limits(scene.store.clone(), Arc::clone(&over)));
    let mut driver = Driver { scene: &mut scene, server: own, told: Told::default() };
    let mut times = vec![begun.elapsed()];
    for step in &plan.steps {
        driver.step(*step).await;
    }
    times.push(begun.elapsed());
    let settled = settle(&mut driver).await;
    times.push(begun.elapsed());
    let told = driver.told;
    over.store(true, Ordering::Relaxed);
    let mut faults = watch.await.map_err(|error| error.to_string())?;
    let (more, figures) = judge(&scene, &told).await;
    // What did not end breaks most other rules too: the first words matter.
    if let Err(fault) = &settled {
        faults.insert(0, fault.clone());
    }
    faults.extend(more);
    let said: Vec<String> = if faults.is_empty() {
        Vec::new()
    } else {
        scene
            .workers
            .iter()
            .map(|worker| format!("--- {} ({:?})\n{}", worker.name, worker.state, worker.program.said()))
            .collect()
    };
    scene.remove().await;
    times.push(begun.elapsed());
    println!("history {seed} on {place:?}: set up, over, settled, judged after {times:.1?}");
    if !faults.is_empty() {
        return Err(format!("{plan:?}\n{}\n\n{}", faults.join("\n"), said.join("\n")));
    }
    let rescued_after = settled.map(|settled| settled.rescued_after).unwrap_or_default();
    Ok(Verdict { figures, kills: told.kills, stops: told.stops, cuts: told.cuts, rescued_after })
}

/// C5: at no moment more runs than may be at a time, and no more than one in a tenant's write lane.
async fn watch_limits(store: Store, over: Arc<AtomicBool>) -> Vec<String> {
    const MOST: &str = "select coalesce((select max(n) from (select count(*) as n from operation_runs where status = 'running'
        group by tenant_id) q), 0) || ' ' || (select count(*) from operation_runs where status = 'running') || ' ' ||
        coalesce((select max(n) from (select count(*) as n from operation_runs where status = 'running' and write_lane is not null
        group by write_lane) q), 0)";
    let mut faults = Vec::new();
    while !over.load(Ordering::Relaxed) {
        pass(Duration::from_millis(30)).await;
        // The database may be away: that is another check's matter.
        let Ok(found) = store::testing::texts(&store, MOST, true).await else { continue };
        let numbers: Vec<u32> = found.iter().flat_map(|text| text.split(' ')).filter_map(|word| word.parse().ok()).collect();
        let [tenant, workspace, lane] = numbers[..] else { continue };
        if tenant > LIMITS.0 || workspace > LIMITS.1 || lane > 1 {
            faults.push(format!("C5: {tenant} runs of a tenant, {workspace} of the workspace, {lane} in a lane at a time"));
        }
    }
    faults
}
