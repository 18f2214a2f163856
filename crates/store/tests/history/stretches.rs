//! Stretches of histories that single commands seldom come to.

use model::operations::Operation;
use model::operations::probe::Probe;
use model::run::{ItemStatus, Outcome, Trigger};
use proptest::prelude::*;
use proptest::sample::select;
use testkit::reference::{Command, Paused, Wish};

use super::commands::{DAY, outcome, schedule, wish};

/// A start by hand.
pub(super) fn start(wish: Wish) -> Command {
    Command::Start { wish, trigger: Trigger::Manual, key: None }
}

/// A claim of the first worker.
pub(super) const fn claim(max: u32) -> Command {
    Command::Claim { worker: 0, max, few: false }
}

fn lost() -> [Command; 3] {
    [claim(3), Command::Wait(21), Command::Rescue]
}

fn sync() -> Wish {
    Wish::new(Operation::InventorySync, 0, 0)
}

fn probe(probe: Probe, name: usize) -> Wish {
    Wish::new(Operation::Probe(probe), 0, name)
}

/// One of them.
pub(super) fn stretch() -> impl Strategy<Value = Vec<Command>> {
    prop_oneof![
        3 => worked(),
        1 => wish().prop_map(|wish| [vec![start(wish)], [lost(), lost(), lost()].concat()].concat()),
        1 => wish().prop_map(hangs),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(paused, swept)| late(paused, swept)),
        1 => (wish(), 0..3_usize, 1..5_u32).prop_map(|(wish, key, limit)| pruned(wish, key, limit)),
        1 => (select(vec![Trigger::Manual, Trigger::System]), any::<bool>()).prop_map(|(trigger, few)| writers(trigger, few)),
        1 => (wish(), any::<bool>()).prop_map(|(wish, worker_writes)| forced(wish, worker_writes)),
        2 => (schedule(), select(vec![600, 899, 901, 2400]), any::<bool>()).prop_map(|(schedule, wait, on)| fired(schedule, wait, on)),
        1 => (outcome(), outcome()).prop_map(|(first, second)| overtaken(first, second)),
    ]
}

/// Started, done item by item, ended, repeated.
fn worked() -> impl Strategy<Value = Vec<Command>> {
    let status = select(vec![ItemStatus::Succeeded, ItemStatus::Failed]);
    (wish(), status, outcome(), any::<bool>(), prop::option::of(0..3_usize)).prop_map(|(wish, status, outcome, failed, key)| {
        vec![
            start(wish),
            claim(1),
            Command::Record { attempt: 0, item: 0, status, done: 1 },
            Command::Finish { attempt: 0, outcome, done: 2 },
            Command::Retry { run: 0, failed, key },
        ]
    })
}

/// An attempt that beats, and takes too long.
fn hangs(wish: Wish) -> Vec<Command> {
    let beat = Command::Beat { attempt: 0, other: false };
    let wait = Command::Wait(wish.operation.entry().execution_deadline.as_secs() + 1);
    vec![start(wish), claim(1), wait, beat.clone(), Command::Rescue, Command::Wait(31), beat, Command::Rescue]
}

/// Nobody picks a sync up in its time, perhaps because it is held back.
fn late(paused: bool, swept: bool) -> Vec<Command> {
    let pause = |on| Command::Pause(Paused::Tenant(0), on && paused);
    let mut all = vec![pause(true), start(sync()), Command::Wait(500)];
    if swept {
        all.push(Command::Rescue);
    }
    all.extend([Command::Wait(500), start(sync()), pause(false), start(sync()), Command::Rescue]);
    all
}

const fn ended(attempt: usize) -> Command {
    Command::Finish { attempt, outcome: Outcome::Failed, done: 0 }
}

/// A run under a key is removed, and the key is sent again.
fn pruned(wish: Wish, key: usize, limit: u32) -> Vec<Command> {
    let keyed = Command::Start { wish, trigger: Trigger::Manual, key: Some(key) };
    vec![
        Command::Limit { workspace: 0, tenant: 2, all: 3, days: 7 },
        keyed.clone(),
        Command::Cancel(0),
        Command::Wait(8 * DAY),
        keyed.clone(),
        Command::ReleaseAll,
        // Its place in the queue is the last: what is before it makes room.
        claim(5),
        ended(0),
        ended(1),
        ended(2),
        start(Wish::new(Operation::OperationRunsRetention, 0, 0)),
        claim(5),
        Command::Prune { attempt: 0, limit },
        Command::Prune { attempt: 1, limit },
        keyed.clone(),
        Command::Wait(23 * DAY),
        Command::Prune { attempt: 0, limit: 9 },
        keyed,
    ]
}

/// Writers of one tenant, of which one works.
fn writers(trigger: Trigger, few: bool) -> Vec<Command> {
    let second = Command::Start { wish: probe(Probe::Writer, 1), trigger, key: None };
    let claims = Command::Claim { worker: 1, max: 4, few };
    vec![
        start(probe(Probe::Writer, 0)),
        claims.clone(),
        second.clone(),
        claims,
        Command::Finish { attempt: 0, outcome: Outcome::Succeeded, done: 0 },
        second,
    ]
}

/// A schedule is due, perhaps for a while, and perhaps switched off before its run begins.
fn fired(schedule: Command, wait: u64, on: bool) -> Vec<Command> {
    let mut all = vec![schedule, Command::Wait(wait), Command::Dispatch, Command::Dispatch, Command::Switch(on), claim(2)];
    all.extend([Command::Wait(600), Command::Dispatch, Command::Switch(true), Command::Wait(600), Command::Dispatch]);
    all
}

/// Asked to stop, and ended by force; its worker goes on or goes away.
fn forced(wish: Wish, worker_writes: bool) -> Vec<Command> {
    let mut all = vec![start(wish), claim(1), Command::Cancel(0)];
    if worker_writes {
        all.extend([Command::Beat { attempt: 0, other: false }, Command::Force(0)]);
        all.push(Command::Report { attempt: 0, done: 1, wrong: false });
    } else {
        all.extend([Command::Wait(21), Command::Rescue]);
    }
    all
}

/// An attempt ends together with its successor.
fn overtaken(first: Outcome, second: Outcome) -> Vec<Command> {
    let mut all = vec![start(probe(Probe::Chain, 0))];
    all.extend([claim(1), Command::Wait(21), Command::Rescue, claim(1)]);
    all.push(Command::FinishTogether { attempts: [1, 0], outcomes: [first, second] });
    all
}
