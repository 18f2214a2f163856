//! What happens by itself: the rescue, the release at the start, retention.

use model::failure::Code;
use model::operations::Operation;
use model::run::{Outcome, Status};
use store::runs::Rescued;

use super::{Attempt, Place, Reference, seconds};

/// A worker that still beats has this long after its deadline.
const GRACE: i64 = 30;
const DAY: i64 = 24 * 3600;

impl Reference {
    pub(super) fn rescue(&mut self) -> String {
        let now = self.now;
        self.stand_still();
        let seen = |wanted: &dyn Fn(&super::RefRun) -> bool| -> Vec<usize> {
            self.runs.iter().filter(|(_, run)| wanted(run)).map(|(number, _)| *number).collect()
        };
        let overdue = seen(&|run| run.status == Status::Running && run.end_by < now - GRACE);
        let lost = seen(&|run| run.status == Status::Running && run.lease.is_some_and(|(_, until)| until < now));
        let stale = seen(&|run| run.status == Status::Queued && run.start_by.is_some_and(|by| by < now) && run.available <= now);
        let mut done = Rescued::default();
        for number in &overdue {
            self.complete(*number, Outcome::Failed, Some(Code::RunDeadlineExceeded));
            done.overdue += 1;
        }
        for number in lost.into_iter().filter(|number| !overdue.contains(number)) {
            if self.take_back(number) { done.requeued += 1 } else { done.lost += 1 }
        }
        for number in stale {
            self.complete(number, Outcome::Failed, Some(Code::RunStaleQueued));
            done.stale += 1;
        }
        format!("{done:?}")
    }

    /// Back into the queue, or `false`: it was lost as often as may be, and has ended (R4).
    fn take_back(&mut self, number: usize) -> bool {
        let run = &self.runs[&number];
        let again = run.attempt < run.wish.operation.entry().max_attempts;
        if again {
            self.requeue(number, 0, "lease_lost");
        } else {
            self.complete(number, Outcome::Failed, Some(Code::WorkerLost));
        }
        again
    }

    /// Start deadlines of what is held back begin anew when half of them is over.
    fn stand_still(&mut self) {
        let now = self.now;
        let waits = |number: &usize| self.runs[number].status == Status::Queued && self.held_back(*number);
        let held: Vec<usize> = self.runs.keys().copied().filter(waits).collect();
        for run in held {
            let Some(run) = self.runs.get_mut(&run) else { continue };
            // Probes are no types of the product: its sweep does not know them.
            let known = Operation::ALL.contains(&run.wish.operation);
            let Some(wait) = run.wish.operation.entry().start_deadline.filter(|_| known).map(seconds) else { continue };
            if run.start_by.is_some_and(|by| by < now + wait / 2) {
                run.start_by = Some(now + wait);
            }
        }
    }

    pub(super) fn release_all(&mut self) -> String {
        let running: Vec<usize> =
            self.runs.iter().filter(|(_, run)| run.status == Status::Running).map(|(number, _)| *number).collect();
        for number in &running {
            self.take_back(*number);
        }
        format!("released {}", running.len())
    }

    /// V4: ended runs that are old enough, oldest first; then keys.
    pub(super) fn prune(&mut self, of: Attempt, limit: u32) -> Result<String, &'static str> {
        let Place::Workspace(workspace) = of.place else { return Err("forbidden") };
        self.held(of)?;
        let before = self.now - i64::from(self.settings[workspace].keep_days) * DAY;
        let old = self
            .runs
            .iter()
            .filter(|(_, run)| run.wish.place.workspace() == workspace && run.ended.is_some_and(|ended| ended < before));
        let old: Vec<usize> = old.map(|(number, _)| *number).take(limit as usize).collect();
        for number in &old {
            self.runs.remove(number);
        }
        if old.len() < limit as usize {
            let now = self.now;
            self.keys.retain(|(of, _), key| *of != workspace || key.at >= now - 30 * DAY);
        }
        Ok(format!("removed {}", old.len()))
    }
}
