//! The one job type of the measurement.

use std::time::Duration;

use riverqueue::sqlx::PgPool;
use riverqueue::{BoxError, Job, JobArgs, WorkContext, WorkOutcome};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{now_ms, say};

/// What a job does: nothing (`noop`), say when it started (`stamp`), or never end on its first attempt (`hang`).
#[derive(Clone, Debug, Deserialize, JobArgs, Serialize)]
#[river(kind = "probe")]
pub(crate) struct Probe {
    pub(crate) act: String,
    pub(crate) key: String,
}

/// Completes the job in a transaction of its own before it returns: one acknowledgement per job.
pub(crate) async fn acknowledged(pool: PgPool, context: WorkContext, job: Job<Probe>) -> Result<WorkOutcome, BoxError> {
    act(&job).await;
    let mut transaction = pool.begin().await?;
    context.job_complete_tx(&mut transaction).await?;
    transaction.commit().await?;
    Ok(WorkOutcome::Complete)
}

/// Leaves the completion to the library, which writes many at once.
pub(crate) async fn left_to_the_library(_: WorkContext, job: Job<Probe>) -> Result<WorkOutcome, BoxError> {
    act(&job).await;
    Ok(WorkOutcome::Complete)
}

async fn act(job: &Job<Probe>) {
    if job.args.act == "noop" {
        return;
    }
    say(&json!({ "started": job.args.key, "attempt": job.row.attempt, "at": now_ms() }));
    if job.args.act == "hang" && job.row.attempt == 1 {
        tokio::time::sleep(Duration::from_hours(24)).await;
    }
}
