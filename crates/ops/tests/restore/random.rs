//! Random tenants, random changes: what is restored is as it was captured, what is not meant stays as it is, and an undo brings back what
//! was there before, byte for byte in the canonical form.
//!
//! What is compared is the simulator's state, not what the product says of it. `TENANTATLAS_HISTORIES` says how many there are per
//! database, `TENANTATLAS_SEED` begins with another one: with `TENANTATLAS_HISTORIES=1` it repeats one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use graph_sim::{Mutator, Size, Wrote, broaden, generate};
use model::canonical::laid_out;
use model::json::Json;
use model::resource_types::{ResourceType, find};
use model::restore::{Action, Hindrance, Outcome as ItemOutcome, RestoreState, Source};
use store::{Backend, Restore, RestoreItem};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on, start_of_time};
use testkit::world::World;

use crate::changes::{Dice, change, enabled};
use crate::help::*;
use crate::journey::of_types;
use crate::portrait::{Portrait, Sketch, apart, differing, has_same, portrait};

/// In the ordinary suite.
const CASES: u64 = 20;
/// What others refer to: chosen in every case, since what refers to something that is gone is not written.
const REFERRED_TO: [&str; 8] = [
    "assignment_filter",
    "scope_tag",
    "notification_template",
    "reusable_policy_setting",
    "mobile_app_category",
    "device_category",
    "device_compliance_script",
    "device_configuration",
];

/// What may be in the way: a change of what can be told only to make an object, a secret that Microsoft does not give out in something that
/// is gone, and what needs that. The plan says so, and the object is as it was before.
const HINDRANCES: [Hindrance; 3] = [Hindrance::Immutable, Hindrance::SecretMissing, Hindrance::NeedsSkipped];

/// What came of the cases.
#[derive(Debug, Default)]
struct Figures {
    cases: u64,
    changes: usize,
    items: usize,
    actions: BTreeMap<&'static str, usize>,
    hindered: BTreeMap<&'static str, usize>,
    undone: usize,
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

async fn cases(backend: Backend) {
    let (first, count) = (number("TENANTATLAS_SEED").unwrap_or(1), number("TENANTATLAS_HISTORIES").unwrap_or(CASES));
    let (begun, mut figures) = (Instant::now(), Figures::default());
    for seed in first..first + count {
        eprintln!("random restore {seed} on {backend:?}: TENANTATLAS_SEED={seed} TENANTATLAS_HISTORIES=1 repeats it");
        let sum = std::sync::Mutex::new(&mut figures);
        let test = async |t: TestStore| {
            let case = Case::new(seed, &t).await;
            let found = Box::pin(case.happens(&t)).await;
            let mut sum = sum.lock().unwrap();
            sum.add(&found);
        };
        on(backend, true, &test).await;
    }
    println!("{backend:?}: {} histories from seed {first} in {:.0?}: {figures:?}", figures.cases, begun.elapsed());
    if count >= CASES {
        let of = |action: Action| figures.actions.get(action.code()).copied().unwrap_or(0);
        for action in [Action::Recreate, Action::Update, Action::Delete, Action::Unchanged] {
            assert!(of(action) > 0, "no case has {action:?}: {figures:?}");
        }
        // A plan that hinders everything would keep every promise.
        let hindered: usize = figures.hindered.values().sum();
        assert!(hindered * 10 <= of(Action::Recreate) + of(Action::Update), "{figures:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_restored_at_random_is_as_it_was_and_an_undo_takes_it_back_on_sqlite() {
    cases(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_restored_at_random_is_as_it_was_and_an_undo_takes_it_back_on_postgres() {
    cases(Backend::Postgres).await;
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.cases += 1;
        self.changes += other.changes;
        self.items += other.items;
        self.undone += other.undone;
        for (sum, more) in [(&mut self.actions, &other.actions), (&mut self.hindered, &other.hindered)] {
            for (code, count) in more {
                *sum.entry(code).or_default() += count;
            }
        }
    }
}

/// What is wanted, with what only creation sets as it was before; `None` where that is no difference.
fn kept(kind: &ResourceType, wanted: &str, before: &str) -> Option<String> {
    let (mut wanted, before) = (Json::parse(wanted.as_bytes()).unwrap(), Json::parse(before.as_bytes()).unwrap());
    let mut differs = false;
    for (name, value) in
        before.as_object().unwrap_or_default().iter().filter(|(name, _)| kind.immutable.iter().any(|one| *one == **name))
    {
        if wanted.get(name) != Some(value) {
            wanted.set(name, value.clone());
            differs = true;
        }
    }
    differs.then(|| laid_out(Some(kind), &wanted).to_text())
}

/// A tenant that was captured and changed since.
struct Case {
    dice: Dice,
    world: World,
    graph: TestGraph,
    source: Source,
    captured: Portrait,
    before: Portrait,
    changes: Vec<String>,
}

impl Case {
    async fn new(seed: u64, t: &TestStore) -> Self {
        let mut dice = Dice::new(seed);
        let world = World::of(t).await;
        let size = Size { policies: 30 + dice.below(40), groups: 3 + dice.below(6) };
        let mut state = generate(seed, size, start_of_time());
        broaden(&mut state, seed, start_of_time());
        let graph = TestGraph::serving(&world, state).await;
        directory(&world, &graph).await;
        let set = backup(&world, &graph, &[]).await;
        t.clock.advance(Duration::from_secs(3600));
        let captured = portrait(&graph);
        let mut mutator = Mutator::new(&graph.sim, seed);
        let count = 6 + dice.below(14);
        let changes = change(&graph, &mut dice, &mut mutator, count);
        let before = portrait(&graph);
        graph.sim.clear_effects();
        Self { dice, world, graph, source: Source::BackupSet { set: set.id }, captured, before, changes }
    }

    async fn happens(mut self, t: &TestStore) -> Figures {
        let all: Vec<&'static str> = enabled().into_iter().map(|kind| kind.key.as_str()).collect();
        let whole = self.dice.below(3) > 0;
        let keeps = |key: &&str, dice: &mut Dice| whole || REFERRED_TO.contains(key) || dice.below(2) > 0;
        let types: Vec<&str> = all.into_iter().filter(|key| keeps(key, &mut self.dice)).collect();
        let restore = checked(&self.world, &self.source, &of_types(&types)).await;
        if self.dice.below(2) > 0 {
            let (permit, scope) = (permit(&self.world).await, scope(&self.world).await);
            let revision = t.store.restores().set_prune(&permit, restore.id, restore.revision, true).await.unwrap();
            t.store.restores().check(&permit, &scope, restore.id, revision).await.unwrap();
        }
        let planned = self.planned(&restore).await;
        let (run, restore) = execute(&self.world, &self.graph, restore.id).await;
        let after = portrait(&self.graph);
        let items = items(&self.world, restore.id).await;
        assert_eq!(items.len(), planned.len());
        let state = self.judge(&items, &types, &after);
        assert_eq!(restore.state, state, "{:?}", run.failures);
        let mut figures = Figures { changes: self.changes.len(), items: items.len(), ..Figures::default() };
        for item in &items {
            *figures.actions.entry(item.action.unwrap().code()).or_default() += 1;
            if let Some(hindrance) = item.hindrance {
                *figures.hindered.entry(hindrance.code()).or_default() += 1;
            }
        }
        if items.iter().any(|item| item.action.is_some_and(Action::writes)) {
            self.undoes(&restore, &items, t).await;
            figures.undone = 1;
        }
        figures
    }

    /// The plan, which was made without writing anything.
    async fn planned(&self, restore: &Restore) -> Vec<RestoreItem> {
        let (run, restore) = preview(&self.world, &self.graph, restore.id).await;
        assert_eq!(restore.state, RestoreState::Previewed, "{:?} {:?}", run.failures, self.changes);
        assert!(self.graph.sim.effects(Some(self.graph.tenant)).is_empty(), "a preview wrote something");
        items(&self.world, restore.id).await
    }

    /// What is wanted is there, what is not meant is as it was. The answer is what becomes of the restore.
    fn judge(&self, items: &[RestoreItem], types: &[&str], after: &Portrait) -> RestoreState {
        let mut faults = Vec::new();
        let (mut written, mut made, mut state) = (BTreeSet::new(), 0, RestoreState::Completed);
        for item in items {
            let kind = find(&item.resource_type).unwrap();
            let of = |id: &str| (kind.key.as_str(), id.to_owned());
            let told = format!("{} “{}” {:?}", item.resource_type, item.name, (item.action, item.hindrance, item.outcome));
            let wanted = self.captured.get(&of(&item.source_id));
            let is = item.result_id.as_deref().or(item.target_id.as_deref()).and_then(|id| after.get(&of(id)));
            let as_captured = |kept: Option<&str>| {
                let text = |sketch: Option<&Sketch>| sketch.map_or("nothing", |sketch| &sketch.text).to_owned();
                let (is, wanted) = (text(is), kept.map_or_else(|| text(wanted), str::to_owned));
                (is != wanted || is == "nothing").then(|| format!("{told}\n{}", apart(&is, &wanted)))
            };
            match item.action.unwrap() {
                Action::Create | Action::Recreate | Action::Update => {
                    made += u64::from(item.action != Some(Action::Update));
                    written.extend(item.result_id.iter().chain(&item.target_id).cloned());
                    let before = item.target_id.as_deref().and_then(|id| self.before.get(&of(id)));
                    let kept = wanted.zip(before).and_then(|(wanted, before)| kept(kind, &wanted.text, &before.text));
                    if kept.is_some() {
                        let any = items.iter().any(|item| item.outcome == Some(ItemOutcome::Verified));
                        state = if any { RestoreState::Partial } else { RestoreState::Failed };
                    }
                    let well = if kept.is_some() { ItemOutcome::Differs } else { ItemOutcome::Verified };
                    faults.extend((item.outcome != Some(well)).then(|| format!("not {well:?}: {told} {:?}", item.code)));
                    faults.extend(as_captured(kept.as_deref()));
                }
                Action::Delete => {
                    let id = item.target_id.clone().unwrap();
                    let gone = !after.contains_key(&of(&id)) && !self.captured.contains_key(&of(&id));
                    faults.extend((!gone || item.outcome != Some(ItemOutcome::Verified)).then(|| format!("not removed: {told}")));
                    written.insert(id);
                }
                Action::Unchanged => faults.extend(as_captured(None)),
                Action::Skip | Action::Unknown => {
                    let said = item.hindrance.is_some_and(|hindrance| HINDRANCES.contains(&hindrance));
                    let text = wanted.map_or("nothing", |wanted| &wanted.text);
                    faults.extend((!said).then(|| format!("skipped: {told}\n  captured {text}")));
                }
            }
        }
        faults.extend(self.beside(&written, made, after));
        // All that was captured of the types is an item, and all that was taken away is there again.
        let chosen = self.captured.keys().filter(|(key, _)| types.contains(key)).count();
        let from_source = items.iter().filter(|item| item.wanted.is_some()).count();
        faults.extend((chosen != from_source).then(|| format!("{from_source} items of {chosen} objects")));
        assert!(faults.is_empty(), "{}\nafter {:#?}", faults.join("\n"), self.changes);
        state
    }

    /// What was written although no item of the plan says so.
    fn beside(&self, written: &BTreeSet<String>, made: u64, after: &Portrait) -> Vec<String> {
        let mut faults = Vec::new();
        let others = self.before.iter().filter(|((_, id), _)| !written.contains(id));
        faults.extend(others.filter(|one| !has_same(after, *one)).map(|(of, _)| format!("beside the plan: {of:?}")));
        let new = after.keys().filter(|of| !self.before.contains_key(*of) && !written.contains(&of.1));
        faults.extend(new.map(|of| format!("made beside the plan: {of:?}")));
        let effects = self.graph.sim.effects(Some(self.graph.tenant));
        faults.extend(effects.iter().filter(|one| !written.contains(&one.id)).map(|one| format!("beside the plan: {one:?}")));
        let created: u64 = effects.iter().filter(|one| one.wrote == Wrote::Created).map(|one| one.count).sum();
        faults.extend((created != made).then(|| format!("{created} objects were made for {made} items")));
        faults
    }

    /// Back to what was there before; what is made anew has another id.
    async fn undoes(&self, restore: &Restore, done: &[RestoreItem], t: &TestStore) {
        let (permit, scope) = (permit(&self.world).await, scope(&self.world).await);
        let undo = t.store.restores().undo(&permit, restore.id, true).await.unwrap();
        let draft = t.store.restores().find(&scope, undo).await.unwrap();
        t.store.restores().check(&permit, &scope, undo, draft.revision).await.unwrap();
        self.graph.sim.clear_effects();
        let draft = t.store.restores().find(&scope, undo).await.unwrap();
        self.planned(&draft).await;
        let (run, undo) = execute(&self.world, &self.graph, undo).await;
        let after = portrait(&self.graph);
        let items = items(&self.world, undo.id).await;
        let told = |item: &RestoreItem| {
            format!("{} “{}” {:?} {:?}", item.resource_type, item.name, (item.action, item.hindrance), (item.outcome, &item.code))
        };
        // What was removed with a secret that Microsoft does not give out is told of, and stays removed.
        let lost = |item: &&RestoreItem| item.hindrance == Some(Hindrance::SecretMissing) && item.target_id.is_none();
        let bad: Vec<String> = items
            .iter()
            .filter(|item| item.outcome != Some(ItemOutcome::Verified) && item.action != Some(Action::Unchanged) && !lost(item))
            .map(told)
            .collect();
        let mut there = self.before.clone();
        there.retain(|(key, _), sketch| {
            !items.iter().filter(lost).any(|item| item.resource_type == *key && item.name == sketch.name)
        });
        let differ = differing(&after, &there);
        assert!(
            bad.is_empty() && differ.is_empty() && undo.state == RestoreState::Completed,
            "undo: {}\n{}\n{:?}\nafter {:#?}\nof {:#?}",
            bad.join("\n"),
            differ.join("\n"),
            run.failures,
            self.changes,
            done.iter().filter(|item| item.action.is_some_and(Action::writes)).map(told).collect::<Vec<_>>(),
        );
        let written: BTreeSet<&str> =
            items.iter().flat_map(|item| item.result_id.iter().chain(&item.target_id)).map(String::as_str).collect();
        let beside: Vec<_> = self
            .graph
            .sim
            .effects(Some(self.graph.tenant))
            .into_iter()
            .filter(|one| !written.contains(one.id.as_str()))
            .collect();
        assert!(beside.is_empty(), "undo: beside the plan: {beside:?}");
    }
}
