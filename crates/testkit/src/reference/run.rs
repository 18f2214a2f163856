//! A run of the reference, and how it is told.

use std::collections::BTreeMap;

use model::run::{CountKey, Counts, ItemStatus, Outcome, Status, Trigger};

use super::command::Wish;

/// A run. Times are whole seconds since the history began.
#[derive(Debug, Clone, PartialEq)]
pub struct RefRun {
    /// What was asked for.
    pub wish: Wish,
    /// What started it.
    pub trigger: Trigger,
    /// Whether a person did.
    pub by_person: bool,
    /// Where it is.
    pub status: Status,
    /// How it ended.
    pub outcome: Outcome,
    /// Why: a code.
    pub reason: Option<String>,
    /// How often it was claimed, as far as that counts.
    pub attempt: u32,
    /// How often it was leased.
    pub token: i64,
    /// Which worker holds it (0 or 1), and until when.
    pub lease: Option<(usize, i64)>,
    /// Its slots in the tenant and in the workspace, while it runs.
    pub slots: Option<(Option<i64>, i64)>,
    /// Its place in the queue, in seconds.
    pub rank: i64,
    /// When it was made.
    pub created: i64,
    /// Not to be claimed before.
    pub available: i64,
    /// When it stops waiting for a worker.
    pub start_by: Option<i64>,
    /// When its attempt has taken too long.
    pub end_by: i64,
    /// When it was first claimed.
    pub began: Option<i64>,
    /// When it ended.
    pub ended: Option<i64>,
    /// When it was first asked to stop.
    pub cancel: Option<i64>,
    /// The figures.
    pub counts: Counts,
    /// Recorded items: what became of each, and in which attempt.
    pub items: BTreeMap<String, (ItemStatus, u32)>,
    /// Codes of the timeline.
    pub events: Vec<String>,
    /// The run that it repeats, by number.
    pub retry_of: Option<usize>,
    /// The run whose end started it, by number.
    pub caused_by: Option<usize>,
    /// Whether it is a run of the schedule.
    pub scheduled: bool,
}

/// What can be seen of a run, from the reference or from a database: compared as text.
#[derive(Debug, Default)]
pub struct Sight {
    /// Its number: the order of creation.
    pub number: usize,
    /// Type, status, outcome, reason, trigger.
    pub state: String,
    /// Attempt, token, worker, slots.
    pub lease: String,
    /// Times, in seconds since the history began.
    pub times: String,
    /// Figures.
    pub counts: String,
    /// Numbers of runs that it refers to.
    pub links: String,
    /// Recorded items.
    pub items: Vec<String>,
    /// Codes of the timeline.
    pub events: Vec<String>,
    /// Its notice, if it has one.
    pub notice: Vec<String>,
}

impl Sight {
    /// One line.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { number, state, lease, times, counts, links, items, events, notice } = self;
        format!("{number}: {state} | {lease} | {times} | {counts} | {links} | {items:?} | {} | {notice:?}", events.join(" "))
    }
}

/// Figures as they are told.
#[must_use]
pub fn figures(counts: &Counts) -> String {
    counts.iter().map(|(key, value)| format!("{} {value}", key.code())).collect::<Vec<_>>().join(", ")
}

/// Something, or a dash.
#[must_use]
pub fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

impl RefRun {
    /// Whether it is queued or running.
    #[must_use]
    pub const fn active(&self) -> bool {
        matches!(self.status, Status::Queued | Status::Running)
    }

    /// What can be seen of it.
    #[must_use]
    pub fn sight(&self, number: usize) -> Sight {
        let (tenant_slot, workspace_slot) = self.slots.map_or((None, None), |(tenant, workspace)| (tenant, Some(workspace)));
        Sight {
            number,
            state: format!(
                "{} {} {} {} {}",
                self.wish.operation.code(),
                self.status,
                self.outcome,
                or_dash(self.reason.as_ref()),
                self.trigger
            ),
            lease: format!(
                "attempt {} token {} worker {} slots {} {}",
                self.attempt,
                self.token,
                or_dash(self.lease.map(|(worker, _)| worker)),
                or_dash(tenant_slot),
                or_dash(workspace_slot)
            ),
            times: format!(
                "created {} available {} start by {} began {} ended {} cancel {}",
                self.created,
                self.available,
                or_dash(self.start_by),
                or_dash(self.began),
                or_dash(self.ended),
                or_dash(self.cancel)
            ),
            counts: figures(&self.counts),
            links: format!(
                "retry of {} caused by {} scheduled {}",
                or_dash(self.retry_of),
                or_dash(self.caused_by),
                self.scheduled
            ),
            items: self.items.iter().map(|(key, (status, attempt))| format!("{key} {status} in {attempt}")).collect(),
            events: self.events.clone(),
            // V3: exactly one for each run of a person, which tells where it is; none for a run of the system.
            notice: self.by_person.then(|| self.notice()).into_iter().collect(),
        }
    }

    fn notice(&self) -> String {
        let known = if self.status == Status::Running { Status::Queued } else { self.status };
        format!("{known} {}", self.outcome)
    }

    /// The figures of an end: where items are recorded, they decide (S3).
    #[must_use]
    pub fn final_counts(&self, mut counts: Counts) -> Counts {
        if self.items.is_empty() {
            return counts;
        }
        let of = |wanted| self.items.values().filter(|(status, _)| *status == wanted).count() as i64;
        let all = self.items.len() as i64;
        counts.set(CountKey::Succeeded, of(ItemStatus::Succeeded));
        counts.set(CountKey::Failed, of(ItemStatus::Failed));
        counts.set(CountKey::Skipped, of(ItemStatus::Skipped));
        counts.set(CountKey::Processed, all);
        if counts.get(CountKey::Total).is_some_and(|total| total < all) {
            counts.set(CountKey::Total, all);
        }
        counts
    }
}

/// The figures that a report or an end speaks of: so many done, all of which worked; `wrong`: one more worked than was done.
#[must_use]
pub fn reported(done: i64, wrong: bool) -> Counts {
    let mut counts = Counts::default();
    counts.set(CountKey::Total, done);
    counts.set(CountKey::Processed, done);
    counts.set(CountKey::Succeeded, done + i64::from(wrong));
    counts
}
