//! The queue: its order, what holds a run back, and who may be claimed.

use model::operations::Operation;
use model::operations::probe::Probe;
use model::run::Status;

use super::command::{FEW, Paused, Place, Wish};
use super::{Attempt, Reference, seconds};

/// Seconds between two runs of one place in the queue.
const APART: i64 = 1;

impl Reference {
    /// Behind the last one of the same place and priority; where that is earlier than now, as of now. A minute earlier for each
    /// step of priority.
    pub(super) fn rank(&self, wish: &Wish) -> i64 {
        let priority = wish.operation.entry().priority;
        let now = self.now - i64::from(priority) * 60;
        let before = self.runs.values().filter(|run| {
            let same = run.wish.place == wish.place && run.wish.operation.entry().priority == priority;
            run.status == Status::Queued && same
        });
        before.map(|run| run.rank + APART).max().map_or(now, |behind| behind.max(now))
    }

    fn count(&self, of: impl Fn(&Wish) -> bool) -> usize {
        self.runs.values().filter(|run| run.status == Status::Running && of(&run.wish)).count()
    }

    pub(super) fn paused(&self, wish: &Wish) -> bool {
        let of_tenant = match wish.place {
            Place::Tenant(tenant) => self.pauses.contains(&Paused::Tenant(tenant)),
            Place::Workspace(_) => false,
        };
        of_tenant || self.pauses.contains(&Paused::Kind(wish.place.workspace(), wish.operation))
    }

    /// The run that holds the write lane of a tenant.
    pub(super) fn holder(&self, place: Place) -> Option<usize> {
        let holds = |wish: &Wish| wish.operation.entry().write_lane && wish.place == place;
        self.runs.iter().find(|(_, run)| run.status == Status::Running && holds(&run.wish)).map(|(number, _)| *number)
    }

    /// Whether no slot or lane is free for it (C5).
    fn crowded(&self, wish: &Wish) -> bool {
        let limits = self.settings[wish.place.workspace()];
        let tenant_full =
            matches!(wish.place, Place::Tenant(_)) && self.count(|w| w.place == wish.place) >= limits.tenant_limit as usize;
        let lane_taken = wish.operation.entry().write_lane && self.holder(wish.place).is_some();
        let same_workspace = |w: &Wish| w.place.workspace() == wish.place.workspace();
        tenant_full || lane_taken || self.count(same_workspace) >= limits.workspace_limit as usize
    }

    /// Whether something else than the want of a worker keeps a queued run from being claimed.
    pub(super) fn held_back(&self, number: usize) -> bool {
        let Some(run) = self.runs.get(&number) else { return false };
        run.available > self.now || self.paused(&run.wish) || self.crowded(&run.wish)
    }

    /// The next one: of the workspace in which the fewest run, the first in the queue that nothing holds back.
    fn next(&self, known: &dyn Fn(Operation) -> bool) -> Option<usize> {
        let claimable = self
            .runs
            .iter()
            .filter(|(number, run)| run.status == Status::Queued && known(run.wish.operation) && !self.held_back(**number));
        let turn = claimable.min_by_key(|(number, run)| {
            let workspace = run.wish.place.workspace();
            (self.count(|w| w.place.workspace() == workspace), workspace, run.rank, **number)
        });
        turn.map(|(number, _)| *number)
    }

    pub(super) fn claim(&mut self, worker: usize, max: u32, few: bool) -> String {
        let mut claimed = Vec::new();
        while claimed.len() < max as usize {
            let Some(number) = self.next(&|operation| !few || FEW.contains(&operation)) else { break };
            let slots = self.slots(number);
            let now = self.now;
            let Some(run) = self.runs.get_mut(&number) else { break };
            run.slots = slots;
            run.status = Status::Running;
            run.attempt += 1;
            run.token += 1;
            run.lease = Some((worker, now + seconds(store::runs::LEASE)));
            run.began = run.began.or(Some(now));
            run.end_by = now + seconds(run.wish.operation.entry().execution_deadline);
            run.events.push("claimed".to_owned());
            claimed.push(number);
        }
        claimed.sort_unstable();
        let mut told = String::from("claimed");
        for number in claimed {
            let run = &self.runs[&number];
            self.attempts.push(Attempt { run: number, place: run.wish.place, token: run.token, worker });
            let verdict = self.refusal(number).map_or("admitted", |code| code.code());
            told.push_str(&format!(" {number} (attempt {}, token {}, {verdict})", run.attempt, run.token));
        }
        told
    }

    /// The smallest numbers that are free.
    fn slots(&self, number: usize) -> Option<(Option<i64>, i64)> {
        let place = self.runs.get(&number)?.wish.place;
        let free = |taken: Vec<i64>| (0..).find(|slot| !taken.contains(slot)).unwrap_or(0);
        let in_tenant = self.runs.values().filter(|run| run.wish.place == place).filter_map(|run| run.slots?.0);
        let here = self.runs.values().filter(|run| run.wish.place.workspace() == place.workspace());
        let tenant = matches!(place, Place::Tenant(_)).then(|| free(in_tenant.collect()));
        Some((tenant, free(here.filter_map(|run| Some(run.slots?.1)).collect())))
    }

    /// The run that would be the same as a new one (I1, I3, I5): the one of the record, or an active one.
    pub(super) fn equal(&self, wish: &Wish) -> Option<usize> {
        let same = |other: &Wish| (other.operation, other.place, &other.name) == (wish.operation, wish.place, &wish.name);
        let mut runs = self.runs.iter();
        let found = match wish.operation {
            Operation::Probe(Probe::Click) => None,
            Operation::Probe(Probe::Record) => runs.find(|(_, run)| same(&run.wish)),
            _ => runs.find(|(_, run)| run.active() && same(&run.wish)),
        };
        found.map(|(number, _)| *number)
    }
}
