//! What attempts write. Whoever does not hold the run any more writes nothing (L3).

use model::failure::Code;
use model::run::{Outcome, Status};

use super::{Attempt, Command, ITEMS, Reference, newest, reported, seconds};

type Answer = Result<String, &'static str>;
const LOST: &str = "lease lost";

impl Reference {
    pub(super) fn attempt_step(&mut self, command: &Command) -> Answer {
        let (Command::Beat { attempt, .. }
        | Command::Report { attempt, .. }
        | Command::Record { attempt, .. }
        | Command::Finish { attempt, .. }
        | Command::FinishTogether { attempts: [attempt, _], .. }
        | Command::HandBack { attempt, .. }
        | Command::Prune { attempt, .. }) = command
        else {
            return Ok(String::new());
        };
        let Some(of) = self.attempt(*attempt) else { return Ok("nobody works".to_owned()) };
        match command {
            Command::Beat { other, .. } => return Ok(self.beat(of, *other)),
            Command::Report { done, wrong, .. } => self.report(of, *done, *wrong)?,
            Command::Record { item, status, done, .. } => {
                self.report(of, *done, false)?;
                if let Some(run) = self.runs.get_mut(&of.run) {
                    let attempt = run.attempt;
                    // S5: what is recorded stays.
                    run.items.entry(ITEMS[item % ITEMS.len()].to_owned()).or_insert((*status, attempt));
                }
                return Ok(String::new());
            }
            Command::Finish { outcome, done, .. } if !self.finish(of, *outcome, *done) => return Err(LOST),
            Command::FinishTogether { attempts, outcomes } => return Ok(self.finish_together(*attempts, *outcomes)),
            Command::HandBack { counts, after, .. } => {
                self.held(of)?;
                self.requeue(of.run, i64::try_from(*after).unwrap_or(i64::MAX), "handed_back");
                if let Some(run) = self.runs.get_mut(&of.run)
                    && !counts
                    && run.status == Status::Queued
                {
                    run.attempt = run.attempt.saturating_sub(1);
                }
            }
            Command::Prune { limit, .. } => return self.prune(of, *limit),
            _ => {}
        }
        Ok(self.state(of.run))
    }

    /// Which attempt a number means.
    fn attempt(&self, number: usize) -> Option<Attempt> {
        newest(number, self.attempts.len()).map(|index| self.attempts[index])
    }

    pub(super) fn held(&self, of: Attempt) -> Result<(), &'static str> {
        let held = self.runs.get(&of.run).is_some_and(|run| run.status == Status::Running && run.token == of.token);
        if held { Ok(()) } else { Err(LOST) }
    }

    fn beat(&mut self, of: Attempt, other: bool) -> String {
        let (now, held) = (self.now, self.held(of).is_ok() && !other);
        let (mut cancel, mut overdue) = (false, false);
        if let Some(run) = self.runs.get_mut(&of.run).filter(|_| held) {
            run.lease = Some((of.worker, now + seconds(store::runs::LEASE)));
            (cancel, overdue) = (run.cancel.is_some(), run.end_by < now);
        }
        format!("held {held}, cancel {cancel}, overdue {overdue}")
    }

    fn report(&mut self, of: Attempt, done: i64, wrong: bool) -> Result<(), &'static str> {
        if wrong {
            return Err("corrupt");
        }
        self.held(of)?;
        if let Some(run) = self.runs.get_mut(&of.run) {
            run.counts = reported(done, false);
        }
        Ok(())
    }

    fn finish(&mut self, of: Attempt, outcome: Outcome, done: i64) -> bool {
        let held = self.held(of).is_ok();
        if let Some(run) = self.runs.get_mut(&of.run).filter(|_| held) {
            run.counts = run.final_counts(reported(done, false));
            self.complete(of.run, outcome, (outcome != Outcome::Succeeded).then_some(Code::Internal));
        }
        held
    }

    fn finish_together(&mut self, attempts: [usize; 2], outcomes: [Outcome; 2]) -> String {
        let mut ends: Vec<(Attempt, Outcome)> =
            attempts.into_iter().zip(outcomes).filter_map(|(number, outcome)| Some((self.attempt(number)?, outcome))).collect();
        // One attempt ends once.
        ends.dedup_by_key(|(of, _)| *of);
        // Both end at once: neither sees what follows the other.
        let held: Vec<bool> = ends.iter().map(|(of, _)| self.held(*of).is_ok()).collect();
        let mut in_order: Vec<usize> = (0..ends.len()).filter(|n| held[*n]).collect();
        in_order.sort_by_key(|n| ends[*n].0.run);
        for n in in_order {
            self.finish(ends[n].0, ends[n].1, 0);
        }
        format!("{held:?}")
    }
}
