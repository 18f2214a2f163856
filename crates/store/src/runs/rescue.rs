//! Taking back what a lost worker held, ending what runs past its deadline, and completing what nobody picked up.

use std::time::Duration;

use model::failure::{Code, Failure};
use model::ids::RunId;
use model::operations::Operation;
use model::run::{NewEvent, Outcome};
use uuid::Uuid;

use super::Queue;
use super::ensure::end_as_stale;
use super::hold::push_held_back;
use super::transition::{From, complete, requeue};
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::{Sql, sql};

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rescued {
    /// Runs that went back to the queue.
    pub requeued: u32,
    /// Runs that were ended because their worker was lost too often.
    pub lost: u32,
    /// Runs that were ended at their execution deadline.
    pub overdue: u32,
    /// Queued runs that were ended because nobody picked them up in time.
    pub stale: u32,
    /// Rows that could not be changed; the sweep went on without them.
    pub errors: u32,
}

/// A sweep looks at no more rows than this of each kind; the next one goes on.
const BATCH: u32 = 200;
/// A worker that still beats has this long after the deadline to end by itself.
const DEADLINE_GRACE: Duration = Duration::from_secs(30);

const LOST: &str = "select id, lease_token, attempt, max_attempts from operation_runs
  where status = 'running' and lease_expires_at < $now";
const OVERDUE: &str = "select id, lease_token, attempt, max_attempts from operation_runs
  where status = 'running' and execution_deadline < $1";
const STALE: &str = "select id, lease_token, attempt, max_attempts from operation_runs
  where status = 'queued' and start_deadline < $now and available_at <= $now";
const HELD: &str = "select id, lease_token, attempt, max_attempts from operation_runs where status = 'running' order by id";

type Row = (Uuid, i64, i64, i64);

impl Queue<'_> {
    /// One sweep. Each run is changed in a transaction of its own, guarded by what was seen, so that several sweepers change
    /// each once and one bad row does not stop the others.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn rescue(&self) -> Result<Rescued> {
        self.extend_held_back().await?;
        self.sweep(None).await
    }

    /// One sweep of runs of these types alone, by a process that works on no others.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn rescue_of(&self, types: &[Operation]) -> Result<Rescued> {
        self.sweep(Some(types)).await
    }

    async fn sweep(&self, types: Option<&[Operation]>) -> Result<Rescued> {
        let of = |found: Sql| match types {
            Some(types) => found.push_in(" and type in ", types.iter().map(|one| one.code())),
            None => found,
        };
        let some = |found: Sql| of(found).push_bind(" order by id limit ", BATCH);
        let grace = self.0.now().await?.minus(DEADLINE_GRACE);
        let mut db = self.0.db().read(&Reach::system()).await?;
        let lost: Vec<Row> = db.all(some(sql(LOST))).await?;
        let overdue: Vec<Row> = db.all(some(sql(OVERDUE).bind(grace))).await?;
        let stale: Vec<Row> = db.all(some(sql(STALE))).await?;
        db.end().await?;
        let mut done = Rescued::default();
        for row in overdue {
            let failure = Failure::new(Code::RunDeadlineExceeded);
            tally(self.end(row, From::Running(row.1), &failure).await, &mut done.overdue, &mut done.errors, row.0);
        }
        for row in lost {
            if row.2 < row.3 {
                tally(self.take_back(row, From::Lost(row.1)).await, &mut done.requeued, &mut done.errors, row.0);
            } else {
                let failure = Failure::new(Code::WorkerLost).with("attempts", row.2);
                tally(self.end(row, From::Lost(row.1), &failure).await, &mut done.lost, &mut done.errors, row.0);
            }
        }
        for row in stale {
            tally(self.abandon(row).await, &mut done.stale, &mut done.errors, row.0);
        }
        Ok(done)
    }

    /// At the start of the one process that may use a SQLite file: whatever is leased was leased by a process that is gone.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn release_all(&self) -> Result<u32> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let held: Vec<Row> = db.all(sql(HELD)).await?;
        db.end().await?;
        let mut released = 0;
        for row in held {
            let gone = if row.2 < row.3 {
                self.take_back(row, From::Running(row.1)).await?
            } else {
                self.end(row, From::Running(row.1), &Failure::new(Code::WorkerLost).with("attempts", row.2)).await?
            };
            released += u32::from(gone);
        }
        Ok(released)
    }

    async fn take_back(&self, (id, ..): Row, from: From) -> Result<bool> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let event = NewEvent::warning("lease_lost", "The worker was lost; waiting for another one.");
        let run = requeue(&mut tx, RunId::from_uuid(id), from, Duration::ZERO, event).await?;
        tx.commit_unaudited("a rescue; the run's timeline records it").await?;
        Ok(run.is_some())
    }

    /// The clock of a start deadline stands still while something else than the want of a worker holds a run back: it begins
    /// anew when half of it is over, so that each run has at least that long once it may be claimed.
    async fn extend_held_back(&self) -> Result<()> {
        for operation in Operation::ALL {
            let Some(wait) = operation.entry().start_deadline else { continue };
            let mut tx = self.0.db().write(&Reach::system()).await?;
            let extend =
                sql("update operation_runs set start_deadline = $after(1) where id in (select r.id from operation_runs r
                where r.status = 'queued' and r.type = $2 and r.start_deadline < $after(3) and (")
                .bind(wait)
                .bind(operation.code())
                .bind(wait / 2);
            tx.exec(push_held_back(extend).push("))")).await?;
            tx.commit_unaudited("a deadline that stands still").await?;
        }
        Ok(())
    }

    async fn abandon(&self, (id, token, ..): Row) -> Result<bool> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let ended = end_as_stale(&mut tx, RunId::from_uuid(id), token).await?;
        tx.commit_unaudited("a rescue; the run's timeline records it").await?;
        Ok(ended)
    }

    async fn end(&self, (id, ..): Row, from: From, failure: &Failure) -> Result<bool> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let run = complete(&mut tx, RunId::from_uuid(id), from, Outcome::Failed, Some(failure)).await?;
        tx.commit_unaudited("a rescue; the run's timeline records it").await?;
        Ok(run.is_some())
    }
}

fn tally(result: Result<bool>, count: &mut u32, errors: &mut u32, run: Uuid) {
    match result {
        Ok(changed) => *count += u32::from(changed),
        Err(error) => {
            tracing::error!(%run, %error, "a run could not be rescued");
            *errors += 1;
        }
    }
}
