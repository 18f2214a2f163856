//! After the last blow: everything that is left ends, in time.

use std::time::{Duration, Instant};

use crate::driver::{Driver, pass};
use crate::scene::{LEASE, Scene, State};

/// What a machine with other things to do may add to every bound.
const SLACK: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(25);
/// How long everything that is left may take, once there are workers again.
const ALL: Duration = Duration::from_secs(45);

/// What was measured.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Settled {
    /// How long the runs of lost workers still seemed to run.
    pub(crate) rescued_after: Duration,
}

/// Lets everything end.
///
/// # Errors
/// What did not happen in time.
pub(crate) async fn settle(driver: &mut Driver<'_>) -> Result<Settled, String> {
    driver.resume().await;
    if driver.scene.count(State::Live) == 0 {
        if !driver.scene.on_postgres() {
            // A process that is stopped would keep its lock on the file.
            while let Some(i) = driver.scene.nth(0, State::Stopped) {
                driver.scene.wake(i).await;
            }
        }
        driver.new_worker().await;
        if driver.scene.count(State::Live) == 0 {
            let i = driver.scene.nth(0, State::Stopped).ok_or("there is neither a worker nor room for one")?;
            driver.scene.kill(i).await;
            driver.new_worker().await;
        }
    }
    let rescued_after = rescue(driver.scene).await?;
    // Those that were stopped wake up into a world that went on without them.
    while let Some(i) = driver.scene.nth(0, State::Stopped) {
        driver.scene.wake(i).await;
    }
    everything_ends(driver.scene).await?;
    loops_go_on(driver.scene).await?;
    Ok(Settled { rescued_after })
}

/// R1: what a lost worker held runs elsewhere, waits, or is over, within lease, sweep and jitter.
async fn rescue(scene: &Scene) -> Result<Duration, String> {
    let lost: Vec<String> =
        scene.workers.iter().filter(|worker| worker.state != State::Live).map(|worker| format!("'{}'", worker.name)).collect();
    if lost.is_empty() {
        return Ok(Duration::ZERO);
    }
    let held = format!("select count(*) from operation_runs where status = 'running' and lease_owner in ({})", lost.join(", "));
    // A process that was stopped in a transaction keeps the rows of it until the server loses patience; that is 10 s, so the
    // server's part is played here.
    const FROZEN: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database()
        and state like 'idle in transaction%' and clock_timestamp() - state_change > interval '900 milliseconds'";
    let begun = Instant::now();
    let bound = LEASE + LEASE / 4 + LEASE / 16 + SLACK;
    loop {
        if scene.number(&held).await == 0 {
            return Ok(begun.elapsed());
        }
        if begun.elapsed() > bound {
            return Err(format!("R1: after {bound:?} runs are still held by processes that are gone or stopped"));
        }
        if scene.on_postgres() && scene.count(State::Stopped) > 0 {
            scene.number(FROZEN).await;
        }
        pass(LOOK).await;
    }
}

async fn everything_ends(scene: &Scene) -> Result<(), String> {
    const OPEN: &str = "select count(*) from operation_runs where status <> 'completed'";
    let begun = Instant::now();
    let mut fired = false;
    loop {
        if !fired && !scene.asking(async || scene.store.queue().any_due().await).await.unwrap_or(true) {
            // From here on no minute makes anything due any more.
            let off = "update schedules set next_fire_at = null";
            scene.asking(async || store::testing::execute(&scene.store, off).await).await.map_err(|error| error.to_string())?;
            fired = true;
        }
        if fired && scene.number(OPEN).await == 0 {
            return Ok(());
        }
        if begun.elapsed() > ALL {
            let open = scene.number(OPEN).await;
            return Err(format!("R1, R8: after {ALL:?} {open} runs are not over, schedules all fired: {fired}"));
        }
        pass(LOOK).await;
    }
}

/// R8, L7: every process that was not killed lives, and its heart beats under its own name.
async fn loops_go_on(scene: &mut Scene) -> Result<(), String> {
    for worker in scene.workers.iter_mut().filter(|worker| worker.state == State::Live) {
        if worker.program.is_over() {
            return Err(format!("R8: {} ended by itself\n{}", worker.name, worker.program.said()));
        }
    }
    let scene = &*scene;
    for worker in scene.workers.iter().filter(|worker| worker.state == State::Live) {
        let seen = format!("select cast(seen_at as text) from workers where id = '{}'", worker.name);
        let read =
            async || scene.asking(async || store::testing::texts(&scene.store, &seen, true).await).await.unwrap_or_default();
        let (before, begun) = (read().await, Instant::now());
        while read().await == before {
            if begun.elapsed() > LEASE + SLACK {
                return Err(format!("R8: the heart of {} does not beat\n{}", worker.name, worker.program.said()));
            }
            pass(LOOK).await;
        }
    }
    Ok(())
}
