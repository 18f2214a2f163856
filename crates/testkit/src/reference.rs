//! The run engine once more: small, in memory, one thing after the other, so that it is plain that it is right. Random histories
//! are told to it and to both databases, and after each step all of them must answer alike and show the same.
//!
//! What it takes from the product are the catalogue (deadlines, attempts, priorities), the lease and the grace of a deadline.

mod attempt;
mod command;
mod people;
mod queue;
mod run;
mod schedule;
mod sweep;

use std::collections::{BTreeMap, BTreeSet};

use model::failure::Code;
use model::run::{Outcome, RunSettings, Status, Trigger};

pub use command::{Command, FEW, ITEMS, KINDS, Paused, Place, Wish, newest};
pub use run::{RefRun, Sight, figures, or_dash, reported};

/// An attempt: what a worker holds, or held once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// The run, by number.
    pub run: usize,
    /// Where the run belongs.
    pub place: Place,
    /// The token of its lease.
    pub token: i64,
    /// The worker: 0 or 1.
    pub worker: usize,
}

/// What a start under a key gave.
#[derive(Debug, Clone, PartialEq)]
struct Remembered {
    wish: Wish,
    run: usize,
    at: i64,
}

/// The engine.
#[derive(Debug, Clone, Default)]
pub struct Reference {
    now: i64,
    made: usize,
    runs: BTreeMap<usize, RefRun>,
    attempts: Vec<Attempt>,
    keys: BTreeMap<(usize, usize), Remembered>,
    pauses: BTreeSet<Paused>,
    settings: [RunSettings; 2],
    switched_off: bool,
    schedule: Option<schedule::RefSchedule>,
}

/// Where a run comes from.
#[derive(Debug, Clone, Copy, Default)]
struct Origin {
    retry_of: Option<usize>,
    caused_by: Option<usize>,
    /// Whether it is a run of the schedule.
    scheduled: bool,
}

impl Reference {
    /// Does it, and says what came of it.
    pub fn step(&mut self, command: &Command) -> String {
        let answer = match command {
            Command::Start { wish, trigger, key } => self.start(wish, *trigger, *key, Origin::default()),
            Command::Retry { run, failed, key } => self.retry(*run, *failed, *key),
            Command::Claim { worker, max, few } => Ok(self.claim(*worker, *max, *few)),
            Command::Cancel(run) => self.cancel(*run),
            Command::Force(run) => self.force(*run),
            Command::Pause(paused, on) => {
                if *on {
                    self.pauses.insert(*paused)
                } else {
                    self.pauses.remove(paused)
                };
                Ok(String::new())
            }
            Command::Limit { workspace, tenant, all, days } => {
                self.settings[*workspace] = RunSettings { tenant_limit: *tenant, workspace_limit: *all, keep_days: *days };
                Ok(String::new())
            }
            Command::Connect(on) => {
                self.switched_off = !on;
                Ok(String::new())
            }
            Command::Schedule { wish, catch_up, bound } => {
                self.schedule(wish, *catch_up, *bound);
                Ok(String::new())
            }
            Command::Switch(on) => {
                self.switch(*on);
                Ok(String::new())
            }
            Command::Dispatch => Ok(self.dispatch()),
            Command::RunNow(key) => self.run_now(*key),
            Command::Rescue => Ok(self.rescue()),
            Command::ReleaseAll => Ok(self.release_all()),
            Command::Wait(seconds) => {
                self.now += i64::try_from(*seconds).unwrap_or(i64::MAX);
                Ok(String::new())
            }
            _ => self.attempt_step(command),
        };
        answer.unwrap_or_else(str::to_owned)
    }

    /// What can be seen of each run.
    #[must_use]
    pub fn sights(&self) -> Vec<Sight> {
        let alive = |run: Option<usize>| run.filter(|run| self.runs.contains_key(run));
        let sight = |(number, run): (&usize, &RefRun)| {
            RefRun { retry_of: alive(run.retry_of), caused_by: alive(run.caused_by), ..run.clone() }.sight(*number)
        };
        self.runs.iter().map(sight).collect()
    }

    /// Whether something is missing without which runs of that kind cannot start.
    fn missing(&self, wish: &Wish) -> Option<Code> {
        match wish.place {
            _ if !wish.operation.entry().needs_connection => None,
            Place::Tenant(0) if self.switched_off => Some(Code::ConnectionDisabled),
            Place::Tenant(1) => Some(Code::ConnectionMissing),
            _ => None,
        }
    }

    fn make(&mut self, wish: &Wish, trigger: Trigger, origin: Origin) -> usize {
        let entry = wish.operation.entry();
        // What a schedule fires looks at its prerequisites when it is begun.
        let blocked = self.missing(wish).filter(|_| trigger != Trigger::Schedule);
        let number = self.made;
        let start_by = entry.start_deadline.filter(|_| blocked.is_none()).map(|wait| self.now + seconds(wait));
        let run = RefRun {
            trigger,
            by_person: !matches!(trigger, Trigger::FollowUp | Trigger::Schedule),
            status: if blocked.is_some() { Status::Completed } else { Status::Queued },
            outcome: if blocked.is_some() { Outcome::Blocked } else { Outcome::Pending },
            reason: blocked.map(|code| code.code().to_owned()),
            attempt: 0,
            token: 0,
            lease: None,
            slots: None,
            rank: self.rank(wish),
            created: self.now,
            available: self.now,
            start_by,
            end_by: 0,
            began: None,
            ended: blocked.map(|_| self.now),
            cancel: None,
            counts: model::run::Counts::default(),
            items: BTreeMap::new(),
            events: vec![if blocked.is_some() { "blocked" } else { "queued" }.to_owned()],
            retry_of: origin.retry_of,
            caused_by: origin.caused_by,
            scheduled: origin.scheduled,
            wish: wish.clone(),
        };
        self.runs.insert(number, run);
        self.made += 1;
        number
    }

    /// Ends a run, and starts what follows. Whoever calls it has looked that the run may end so.
    fn complete(&mut self, number: usize, outcome: Outcome, reason: Option<Code>) {
        let now = self.now;
        let Some(run) = self.runs.get_mut(&number) else { return };
        run.status = Status::Completed;
        run.outcome = outcome;
        run.reason = reason.map(|code| code.code().to_owned());
        run.ended = Some(now);
        run.lease = None;
        run.slots = None;
        run.events.push("completed".to_owned());
        let chain = model::operations::Operation::Probe(model::operations::probe::Probe::Chain);
        if run.wish.operation == chain && outcome == Outcome::Succeeded {
            let plain = model::operations::Operation::Probe(model::operations::probe::Probe::Plain);
            let next = Wish { operation: plain, ..run.wish.clone() };
            if self.equal(&next).is_none() {
                self.make(&next, Trigger::FollowUp, Origin { caused_by: Some(number), ..Origin::default() });
            }
        }
    }

    /// Puts a running run back; one that was asked to stop ends instead.
    fn requeue(&mut self, number: usize, after: i64, event: &str) {
        let now = self.now;
        let Some(run) = self.runs.get_mut(&number) else { return };
        run.status = Status::Queued;
        run.lease = None;
        run.slots = None;
        run.available = now + after;
        run.events.push(event.to_owned());
        if run.cancel.is_some() {
            self.complete(number, Outcome::Cancelled, Some(Code::RunCancelled));
        } else {
            run.start_by = run.wish.operation.entry().start_deadline.map(|wait| now + after + seconds(wait));
        }
    }

    /// Which of the `made` runs a number means.
    fn chosen(&self, number: usize) -> Option<usize> {
        newest(number, self.made)
    }
}

fn seconds(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
