//! What must hold after a restore whose workers were killed.

use std::collections::{BTreeMap, BTreeSet};

use graph_sim::Wrote;
use model::restore::{Action, Effect, JournalKind, Outcome as ItemOutcome, RestoreState};
use model::run::Outcome;
use store::{JournalLine, RestoreItem};

use super::scene::Scene;
use crate::help::*;
use crate::portrait::{differing, has_same, portrait};

impl Scene<'_> {
    /// Looks for what does not hold.
    pub(crate) async fn judge(&self, what: &str) {
        let run = self.world.run(self.ground.run).await;
        let scope = scope(&self.world).await;
        let restore = self.world.store.restores().find(&scope, self.ground.restore).await.unwrap();
        let items = items(&self.world, restore.id).await;
        let mut faults = Vec::new();
        let ended = (run.outcome, restore.state);
        faults.extend((ended != (Outcome::Succeeded, RestoreState::Completed)).then(|| format!("{ended:?} {:?}", run.failures)));
        for item in &items {
            let should_be = if item.action.is_some_and(Action::writes) { ItemOutcome::Verified } else { ItemOutcome::Skipped };
            if item.outcome != Some(should_be) {
                faults
                    .push(format!("{} “{}” {:?} {:?} {:?}", item.resource_type, item.name, item.action, item.outcome, item.code));
            }
        }
        faults.extend(self.of_tenant(&items));
        let journal = self.world.store.restores().journal(&scope, restore.id, None, None, 100_000).await.unwrap().rows;
        faults.extend(of_journal(&items, &journal));
        if !faults.is_empty() {
            let told: Vec<String> = journal.iter().map(short).collect();
            panic!("{what}:\n{}\n\n{}", faults.join("\n"), told.join("\n"));
        }
    }

    /// The tenant is as if nobody had been killed; nothing was made twice, nothing touched beside the plan.
    fn of_tenant(&self, items: &[RestoreItem]) -> Vec<String> {
        let mut faults = Vec::new();
        let after = portrait(&self.graph);
        faults.extend(differing(&after, &self.ground.wanted));
        let written: Vec<&RestoreItem> = items.iter().filter(|item| item.action.is_some_and(Action::writes)).collect();
        let planned: BTreeSet<&str> =
            written.iter().flat_map(|item| item.result_id.iter().chain(&item.target_id)).map(String::as_str).collect();
        let others = self.ground.before.iter().filter(|((_, id), _)| !planned.contains(id.as_str()));
        faults.extend(others.filter(|one| !has_same(&after, *one)).map(|(of, _)| format!("changed beside the plan: {of:?}")));
        let effects = self.graph.sim.effects(Some(self.graph.tenant));
        faults.extend(
            effects.iter().filter(|one| !planned.contains(one.id.as_str())).map(|one| format!("beside the plan: {one:?}")),
        );
        let (creates, deletes) = (
            written.iter().filter(|item| matches!(item.action, Some(Action::Create | Action::Recreate))).count() as u64,
            written.iter().filter(|item| item.action == Some(Action::Delete)).count() as u64,
        );
        let of = |wrote: Wrote| effects.iter().filter(|one| one.wrote == wrote).map(|one| one.count).sum::<u64>();
        let is = (of(Wrote::Created), of(Wrote::Deleted));
        faults
            .extend((is != (creates, deletes)).then(|| format!("made and removed {is:?} in place of {:?}", (creates, deletes))));
        faults
    }
}

fn short(line: &JournalLine) -> String {
    format!(
        "{:>4} attempt {} item {:?} {:?} {:?} {:?} {:?}",
        line.sequence, line.attempt, line.number, line.kind, line.effect, line.status, line.code
    )
}

/// Every create has an answer, or what a search said in its place; every other write has one, or was read back later by another attempt;
/// every item has an outcome, once.
fn of_journal(items: &[RestoreItem], journal: &[JournalLine]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut of_items: BTreeMap<u32, Vec<&JournalLine>> = BTreeMap::new();
    for line in journal {
        if let Some(number) = line.number {
            of_items.entry(number).or_default().push(line);
        }
    }
    for item in items.iter().filter(|item| item.action.is_some_and(Action::writes)) {
        let lines = of_items.remove(&item.number).unwrap_or_default();
        let outcomes = lines.iter().filter(|line| matches!(line.kind, JournalKind::ReadBack | JournalKind::Skipped)).count();
        if outcomes != 1 {
            faults.push(format!("item {}: {outcomes} outcomes in the journal", item.number));
        }
        for (at, intent) in lines.iter().enumerate().filter(|(_, line)| line.kind == JournalKind::Intent) {
            let later = || lines.iter().skip(at + 1);
            let next = later().position(|line| line.kind == JournalKind::Intent).unwrap_or(lines.len());
            let answered = later().take(next).any(|line| {
                matches!(line.kind, JournalKind::Result | JournalKind::Found | JournalKind::NothingMade)
                    && line.effect == intent.effect
            });
            let read_back = later().any(|line| line.kind == JournalKind::ReadBack && line.attempt > intent.attempt);
            if !answered && (intent.effect == Some(Effect::Create) || !read_back) {
                faults.push(format!("item {}: nobody says what came of {}", item.number, short(intent)));
            }
        }
        let makes = matches!(item.action, Some(Action::Create | Action::Recreate));
        let made: BTreeSet<&str> = lines
            .iter()
            .filter(|line| matches!(line.kind, JournalKind::Result | JournalKind::Found) && line.effect == Some(Effect::Create))
            .filter_map(|line| line.object_id.as_deref())
            .collect();
        if makes && made.iter().copied().ne(item.result_id.as_deref()) {
            faults.push(format!("item {}: made {made:?}, and is {:?}", item.number, item.result_id));
        }
    }
    faults
}
