//! Which of the queued runs may start now: slots, lanes, and a fair turn for each workspace. Pure: the claim reads, this decides.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

/// A queued run that could be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) id: Uuid,
    pub(super) workspace: Uuid,
    pub(super) tenant: Option<Uuid>,
    pub(super) lane: Option<Uuid>,
}

/// A run that may start, and in which slots it then stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) id: Uuid,
    pub(super) tenant_slot: Option<i64>,
    pub(super) workspace_slot: i64,
}

/// How many runs may run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) tenant: i64,
    pub(super) workspace: i64,
}

/// What runs, by where it runs. Derived from the running rows each time, so that no count can leak.
#[derive(Debug, Default)]
pub(super) struct Busy {
    tenants: BTreeMap<Uuid, BTreeSet<i64>>,
    workspaces: BTreeMap<Uuid, BTreeSet<i64>>,
    lanes: BTreeSet<Uuid>,
}

impl Busy {
    /// Adds a running run.
    pub(super) fn add(&mut self, of: &Candidate, tenant_slot: Option<i64>, workspace_slot: Option<i64>) {
        self.lanes.extend(of.lane);
        if let Some(tenant) = of.tenant {
            take(self.tenants.entry(tenant).or_default(), tenant_slot);
        }
        take(self.workspaces.entry(of.workspace).or_default(), workspace_slot);
    }

    /// How many run in that workspace.
    pub(super) fn in_workspace(&self, workspace: Uuid) -> usize {
        self.workspaces.get(&workspace).map_or(0, BTreeSet::len)
    }

    /// The lanes in use.
    pub(super) fn lanes(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.lanes.iter().copied()
    }

    /// The tenants in which no further run may start.
    pub(super) fn full_tenants(&self, limit: i64) -> impl Iterator<Item = Uuid> + '_ {
        let full = move |slots: &BTreeSet<i64>| i64::try_from(slots.len()).unwrap_or(i64::MAX) >= limit;
        self.tenants.iter().filter(move |(_, slots)| full(slots)).map(|(tenant, _)| *tenant)
    }

    /// Lets a run start, if there is room for it.
    pub(super) fn admit(&mut self, run: &Candidate, limits: Limits) -> Option<Chosen> {
        if run.lane.is_some_and(|lane| self.lanes.contains(&lane)) {
            return None;
        }
        let workspace_slot = free(self.workspaces.get(&run.workspace), limits.workspace)?;
        let tenant_slot = match run.tenant {
            Some(tenant) => Some(free(self.tenants.get(&tenant), limits.tenant)?),
            None => None,
        };
        self.add(run, tenant_slot, Some(workspace_slot));
        Some(Chosen { id: run.id, tenant_slot, workspace_slot })
    }
}

/// A run without a number (claimed by an earlier version) takes one beyond every limit.
fn take(slots: &mut BTreeSet<i64>, slot: Option<i64>) {
    let beyond = || (1_000_000..).find(|slot| !slots.contains(slot)).unwrap_or(i64::MAX);
    let slot = slot.unwrap_or_else(beyond);
    slots.insert(slot);
}

/// The smallest number that is free, unless as many run as may: a limit that was lowered holds at once.
fn free(taken: Option<&BTreeSet<i64>>, limit: i64) -> Option<i64> {
    let Some(taken) = taken else { return (limit > 0).then_some(0) };
    let room = i64::try_from(taken.len()).unwrap_or(i64::MAX) < limit;
    room.then(|| (0..limit).find(|slot| !taken.contains(slot))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(id: u128, workspace: u128, tenant: u128, lane: bool) -> Candidate {
        let tenant = Some(Uuid::from_u128(tenant));
        Candidate { id: Uuid::from_u128(id), workspace: Uuid::from_u128(workspace), tenant, lane: tenant.filter(|_| lane) }
    }

    proptest! {
        /// Whatever starts and ends in whatever order, no limit is exceeded, no slot is used twice, and no lane is shared.
        #[test]
        fn c5_slots_and_lanes_hold(
            steps in proptest::collection::vec((0_u128..3, 0_u128..4, any::<bool>(), any::<bool>()), 1..80),
            tenant in 1_i64..4, workspace in 1_i64..6,
        ) {
            let limits = Limits { tenant, workspace };
            let mut running: Vec<(Candidate, Chosen)> = Vec::new();
            for (i, (in_workspace, in_tenant, lane, end_one)) in steps.into_iter().enumerate() {
                if end_one && !running.is_empty() {
                    running.remove(i % running.len());
                }
                let mut busy = Busy::default();
                running.iter().for_each(|(run, chosen)| busy.add(run, chosen.tenant_slot, Some(chosen.workspace_slot)));
                let next = run(i as u128, in_workspace, in_workspace * 10 + in_tenant, lane);
                let of = |same: &dyn Fn(&Candidate) -> bool| running.iter().filter(|(run, _)| same(run)).count() as i64;
                let room = of(&|run| run.tenant == next.tenant) < tenant
                    && of(&|run| run.workspace == next.workspace) < workspace
                    && (next.lane.is_none() || of(&|run| run.lane == next.lane) == 0);
                let chosen = busy.admit(&next, limits);
                prop_assert_eq!(chosen.is_some(), room);
                if let Some(chosen) = chosen {
                    prop_assert!(chosen.workspace_slot < workspace && chosen.tenant_slot < Some(tenant));
                    prop_assert!(!running.iter().any(|(run, other)| run.tenant == next.tenant && other.tenant_slot == chosen.tenant_slot));
                    running.push((next, chosen));
                }
            }
        }
    }
}
