//! What a check looks at: how many of everything, and which rule of the engine is left out.

/// Rules of the engine that a check can leave out, to show that the rule is needed and that the check would notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The report of a handler asks only for `running`, not for its token.
    WritesAreNotFenced,
    /// The end of an attempt asks only for its token, not for `running`.
    FinishDoesNotExpectRunning,
    /// A hand-back sets the token to its first value again.
    HandBackResetsToken,
    /// The rescue ends or requeues what it saw without asking again whether the lease is over.
    RescueForgetsLease,
    /// The rescue asks for `running` and an expired lease, but not for the token that it saw.
    RescueForgetsToken,
    /// The rescue puts a run back however often its workers were lost.
    RescueForgetsAttempts,
    /// The claim takes what it chose without asking again whether it is still queued.
    ClaimForgetsQueued,
    /// The claim takes runs of a paused type.
    ClaimForgetsPause,
    /// The claim starts at the old token.
    ClaimKeepsToken,
    /// A start looks for an equal run and inserts without the unique index.
    StartHasNoIndex,
    /// A start reads the latest equal run, also an ended one.
    StartReusesEnded,
    /// A run that was asked to stop is put back into the queue all the same.
    RequeueForgetsCancel,
    /// A cancel that finds its run neither queued nor, a moment later, running says that it is over.
    CancelLooksOnce,
    /// An attempt that ends takes its run off the list of leases that its process renews, also when that lease is its successor's.
    LeasesAreKeptByRun,
    /// Forcing asks the one who holds the run to agree.
    ForceWaitsForWorker,
    /// The sweep does not look at leases.
    SweepForgetsLost,
    /// The sweep does not look at execution deadlines.
    SweepForgetsDeadline,
    /// The sweep does not look at start deadlines.
    SweepForgetsStale,
    /// Retention removes whatever is old.
    RetentionTakesActive,
}

/// The bounds of a check.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// What it is about.
    pub(crate) name: &'static str,
    /// Which rule is left out.
    pub(crate) broken: Option<Broken>,
    /// Processes that work; each may hold two attempts.
    pub(crate) processes: usize,
    /// Runs that may be made, all of one identity. The first is there from the beginning where nobody starts any.
    pub(crate) runs: usize,
    /// People or clients that start the operation, and how often each.
    pub(crate) starters: usize,
    pub(crate) starts: u8,
    /// How often a run may be claimed without having been handed back.
    pub(crate) max_attempts: u8,
    /// Whether a run has an execution deadline.
    pub(crate) deadline: bool,
    /// Whether a run has a start deadline.
    pub(crate) stale: bool,
    /// How often each of these may happen.
    pub(crate) budget: Budget,
}

/// How often something may happen yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Budget {
    /// `kill -9` of a process, which starts anew.
    pub(crate) crashes: u8,
    /// SIGSTOP of a process; it may go on at any time.
    pub(crate) freezes: u8,
    /// Shutdowns that hand a run back.
    pub(crate) hand_backs: u8,
    /// Failures that are worth another attempt.
    pub(crate) retries: u8,
    /// People who cancel.
    pub(crate) cancels: u8,
    /// People who force.
    pub(crate) forces: u8,
    /// Pauses of the type.
    pub(crate) pauses: u8,
    /// Runs that retention removes.
    pub(crate) prunes: u8,
    /// Sweeps of a second process that takes its time between looking and doing.
    pub(crate) slow_sweeps: u8,
}

impl Scope {
    /// One run and two processes; nothing happens to them but time.
    pub(crate) fn of(name: &'static str, budget: Budget) -> Self {
        let (processes, runs, starters, starts, max_attempts) = (2, 1, 0, 0, 2);
        Self { name, broken: None, processes, runs, starters, starts, max_attempts, deadline: false, stale: false, budget }
    }

    /// The same without one of the rules.
    pub(crate) fn without(mut self, rule: Broken) -> Self {
        self.broken = Some(rule);
        self
    }

    /// Whether a rule is left out.
    pub(crate) fn lacks(&self, rule: Broken) -> bool {
        self.broken == Some(rule)
    }
}
