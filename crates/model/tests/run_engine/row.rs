//! The row of a run as the protocol sees it, and the statements that change it. Each statement is atomic, as in the database, and
//! repeats what it expects.

use model::run::{Outcome, Status};

use crate::scope::{Broken, Scope};

/// Ticks that a lease holds without a heartbeat.
pub(crate) const LEASE: i8 = 1;
/// Ticks that an attempt may take.
pub(crate) const DEADLINE: i8 = 2;
/// Ticks that a worker which still beats has after the deadline to end by itself.
pub(crate) const GRACE: i8 = 1;
/// Ticks that a run waits for a worker.
pub(crate) const WAIT: i8 = 1;

/// A run. Times are what is left of them, so that the clock has no end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Row {
    pub(crate) status: Status,
    pub(crate) outcome: Outcome,
    /// `lease_token`.
    pub(crate) token: u8,
    pub(crate) attempt: u8,
    /// What is left of the lease; negative: over.
    pub(crate) lease: i8,
    /// What is left until the execution deadline.
    pub(crate) deadline: i8,
    /// What is left until the start deadline.
    pub(crate) wait: i8,
    pub(crate) cancel: bool,
    /// Removed by retention.
    pub(crate) pruned: bool,
    /// The figures: here, by which claim they were written last.
    pub(crate) figures: u8,
    /// Known to the observer alone: claims so far, and the highest token that was ever given.
    pub(crate) claims: u8,
    pub(crate) highest: u8,
    /// Known to the observer alone: completions so far.
    pub(crate) endings: u8,
}

impl Row {
    /// A run as it is inserted.
    pub(crate) const fn new() -> Self {
        Self {
            status: Status::Queued,
            outcome: Outcome::Pending,
            token: 0,
            attempt: 0,
            lease: 0,
            deadline: 0,
            wait: WAIT,
            cancel: false,
            pruned: false,
            figures: 0,
            claims: 0,
            highest: 0,
            endings: 0,
        }
    }

    /// Queued or running: what the unique index covers.
    pub(crate) fn is_active(&self) -> bool {
        !self.pruned && self.status != Status::Completed
    }

    /// The fence of every write of an attempt.
    pub(crate) fn is_held_under(&self, token: u8) -> bool {
        !self.pruned && self.status == Status::Running && self.token == token
    }

    /// `runs::claim`, the second statement.
    pub(crate) fn claim(&mut self, scope: &Scope) {
        self.status = Status::Running;
        self.attempt += 1;
        self.token += u8::from(!scope.lacks(Broken::ClaimKeepsToken) || self.token == 0);
        (self.lease, self.deadline, self.wait) = (LEASE, if scope.deadline { DEADLINE } else { 0 }, 0);
        self.claims += 1;
        self.highest = self.highest.max(self.token);
    }

    /// `transition::complete`.
    pub(crate) fn complete(&mut self, outcome: Outcome) {
        self.status = Status::Completed;
        self.outcome = outcome;
        (self.lease, self.deadline, self.wait) = (0, 0, 0);
        self.endings += 1;
    }

    /// `transition::requeue`: a run that was asked to stop ends instead.
    pub(crate) fn requeue(&mut self, scope: &Scope) {
        self.status = Status::Queued;
        (self.lease, self.deadline, self.wait) = (0, 0, if scope.stale { WAIT } else { 0 });
        if self.cancel && !scope.lacks(Broken::RequeueForgetsCancel) {
            self.complete(Outcome::Cancelled);
        }
    }

    /// One tick. What is over stays over; how long is told apart only as far as somebody asks.
    pub(crate) fn tick(&mut self, scope: &Scope) {
        if self.status == Status::Running {
            self.lease = (self.lease - 1).max(-3);
            self.deadline = if scope.deadline { (self.deadline - 1).max(-GRACE - 3) } else { 0 };
        }
        if self.status == Status::Queued && scope.stale {
            self.wait = (self.wait - 1).max(-3);
        }
    }
}
