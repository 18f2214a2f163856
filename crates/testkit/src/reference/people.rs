//! What people do: start, repeat, cancel, force.

use std::collections::BTreeSet;

use model::failure::Code;
use model::run::{ItemStatus, Outcome, Status, Trigger};

use super::{Origin, Reference, Remembered, Wish};

type Answer = Result<String, &'static str>;

impl Reference {
    pub(super) fn start(&mut self, wish: &Wish, trigger: Trigger, key: Option<usize>, origin: Origin) -> Answer {
        let key = key.map(|key| (wish.place.workspace(), key));
        // I4: what was sent before gives what it gave then.
        if let Some(before) = key.and_then(|key| self.keys.get(&key)) {
            return match self.runs.contains_key(&before.run) {
                _ if before.wish != *wish => Err("key mismatch"),
                true => Ok(format!("Deduplicated {}", before.run)),
                false => Err("conflict"),
            };
        }
        let (run, how) = match self.equal(wish) {
            Some(run) if !self.abandoned(run) => (run, "Deduplicated"),
            late => {
                if let Some(run) = late {
                    self.complete(run, Outcome::Failed, Some(Code::RunStaleQueued));
                }
                let asks = matches!(trigger, Trigger::Manual | Trigger::Api | Trigger::Retry);
                if let Some(holder) = self.holder(wish.place).filter(|_| asks && wish.operation.entry().write_lane) {
                    return Ok(format!("ScopeBusy {holder}"));
                }
                let how = if self.missing(wish).is_some() { "Blocked" } else { "Accepted" };
                (self.make(wish, trigger, origin), how)
            }
        };
        if let Some(key) = key {
            self.keys.insert(key, Remembered { wish: wish.clone(), run, at: self.now });
        }
        Ok(format!("{how} {run}"))
    }

    /// Queued, and nobody picked it up in its time although nothing held it back (R7).
    fn abandoned(&self, number: usize) -> bool {
        let late = self.runs[&number].start_by.is_some_and(|deadline| deadline < self.now);
        self.runs[&number].status == Status::Queued && late && !self.held_back(number)
    }

    pub(super) fn retry(&mut self, number: usize, failed: bool, key: Option<usize>) -> Answer {
        let Some(number) = self.chosen(number) else { return Ok(String::new()) };
        let run = self.runs.get(&number).ok_or("not visible")?;
        if run.status != Status::Completed {
            return Err("conflict");
        }
        let keys = run.items.iter().filter(|(_, (status, _))| *status == ItemStatus::Failed).map(|(key, _)| key.clone());
        let only: Option<BTreeSet<String>> = failed.then(|| keys.collect());
        if only.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err("conflict");
        }
        let scheduled = run.scheduled;
        let wish = run.wish.again(only).ok_or("conflict")?;
        self.start(&wish, Trigger::Retry, key, Origin { retry_of: Some(number), scheduled, ..Origin::default() })
    }

    pub(super) fn cancel(&mut self, number: usize) -> Answer {
        let Some(number) = self.chosen(number) else { return Ok(String::new()) };
        let now = self.now;
        let run = self.runs.get_mut(&number).ok_or("not visible")?;
        match run.status {
            Status::Queued => self.complete(number, Outcome::Cancelled, Some(Code::RunCancelled)),
            Status::Running => {
                run.cancel = run.cancel.or(Some(now));
                run.events.push("cancel_requested".to_owned());
            }
            _ => return Err("conflict"),
        }
        Ok(self.state(number))
    }

    pub(super) fn force(&mut self, number: usize) -> Answer {
        let Some(number) = self.chosen(number) else { return Ok(String::new()) };
        let run = self.runs.get(&number).ok_or("not visible")?;
        if run.status != Status::Running || run.cancel.is_none() {
            return Err("conflict");
        }
        self.complete(number, Outcome::Cancelled, Some(Code::RunCancelled));
        Ok(self.state(number))
    }

    pub(super) fn state(&self, number: usize) -> String {
        self.runs.get(&number).map_or_else(String::new, |run| format!("{} {}", run.status, run.outcome))
    }
}
