//! The worker: one process of so many slots.

use std::time::Duration;

use riverqueue::extension::RetryPolicy;
use riverqueue::jiff::Timestamp;
use riverqueue::{Client, JobRow, MaintenanceConfig, QueueConfig, WorkError, Workers};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::{Outcome, claims, job, pool, say};

/// The limit of a job and the age at which it is rescued: as long as the run engine's lease. It may not be less than the limit.
const RESCUE: Duration = Duration::from_secs(30);

/// Runs until standard input ends. Modes: `default` (as the library comes), `quick` (shortest pause between fetches),
/// `each` (as `quick`, and every job completed in a transaction of its own), `rescue` (as `each`, rescuing as soon as is sensible).
pub(crate) async fn run(mode: &str, slots: usize) -> Outcome {
    let watched = claims::watched();
    let connections = u32::try_from(slots)? + 2;
    let pool = pool(connections, connections).await?;
    let mut workers = Workers::new();
    match mode {
        "each" | "rescue" => workers.add_fn({
            let pool = pool.clone();
            move |context, job| job::acknowledged(pool.clone(), context, job)
        })?,
        _ => workers.add_fn(job::left_to_the_library)?,
    };
    let mut builder = Client::builder(pool).workers(workers).queue("default", QueueConfig::new(slots));
    if mode != "default" {
        builder = builder.fetch_cooldown(Duration::from_millis(1));
    }
    if mode == "rescue" {
        let sweeps = MaintenanceConfig::default().with_rescue_after(RESCUE);
        let sweeps = sweeps.with_rescuer_interval(Duration::from_secs(5)).with_scheduler_interval(Duration::from_secs(1));
        builder = builder.job_timeout(RESCUE).maintenance(sweeps).retry_policy(AtOnce);
    }
    let client = builder.build()?;
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    say(&json!({ "ready": true }));
    // The runner lets all workers go at once.
    if orders.next_line().await?.is_none() {
        return Ok(());
    }
    let mut run = client.start()?;
    run.wait_ready().await?;
    say(&json!({ "running": true }));
    while let Some(order) = orders.next_line().await? {
        if order.contains("claims") {
            say(&json!({ "claims": watched.as_ref().map(claims::Claims::take) }));
        }
    }
    run.stop().await?;
    Ok(())
}

/// Retries without a pause: what is measured is the rescue, not the backoff.
struct AtOnce;

impl RetryPolicy for AtOnce {
    fn next_retry(&self, _: &JobRow, _: &WorkError, _: Timestamp) -> Duration {
        Duration::ZERO
    }
}
