//! Random histories: which commands, how often.

use std::ops::Range;

use model::operations::Operation;
use model::operations::probe::Probe;
use model::run::{ItemStatus, Outcome, Trigger};
use model::schedule::CatchUp;
use proptest::prelude::*;
use proptest::sample::select;
use testkit::reference::{Command, KINDS, Paused, Wish};

use super::stretches::stretch;

pub(super) const DAY: u64 = 24 * 3600;
/// Runs and attempts that commands speak of, counted from the newest.
const NEWEST: Range<usize> = 0..7;

pub(super) fn outcome() -> impl Strategy<Value = Outcome> {
    select(vec![
        Outcome::Succeeded,
        Outcome::Succeeded,
        Outcome::PartiallySucceeded,
        Outcome::Failed,
        Outcome::Blocked,
        Outcome::Cancelled,
    ])
}

fn key() -> impl Strategy<Value = Option<usize>> {
    prop_oneof![3 => Just(None), 1 => (0..3_usize).prop_map(Some)]
}

/// Mostly the same few wishes, so that they meet.
pub(super) fn wish() -> impl Strategy<Value = Wish> {
    let name = prop_oneof![3 => Just(0), 1 => Just(1_usize)];
    (select(KINDS.to_vec()), select(vec![0, 0, 0, 1, 2_usize]), name)
        .prop_map(|(kind, tenant, name)| Wish::new(kind, tenant, name))
}

fn start() -> impl Strategy<Value = Command> {
    let trigger = select(vec![Trigger::Manual, Trigger::Manual, Trigger::Api, Trigger::System]);
    (wish(), trigger, key()).prop_map(|(wish, trigger, key)| Command::Start { wish, trigger, key })
}

fn paused() -> impl Strategy<Value = Paused> {
    let kinds = (0..2_usize, select(KINDS.to_vec())).prop_map(|(workspace, kind)| Paused::Kind(workspace, kind));
    prop_oneof![(0..3_usize).prop_map(Paused::Tenant), kinds]
}

fn of_attempts() -> impl Strategy<Value = Command> {
    let status = select(vec![ItemStatus::Succeeded, ItemStatus::Failed, ItemStatus::Skipped]);
    let beat = (NEWEST, prop::bool::weighted(0.2)).prop_map(|(attempt, other)| Command::Beat { attempt, other });
    let report =
        (NEWEST, 0..5_i64, prop::bool::weighted(0.1)).prop_map(|(attempt, done, wrong)| Command::Report { attempt, done, wrong });
    let record = (NEWEST, 0..3_usize, status, 0..5_i64).prop_map(|(attempt, item, status, done)| Command::Record {
        attempt,
        item,
        status,
        done,
    });
    let finish = (NEWEST, outcome(), 0..5_i64).prop_map(|(attempt, outcome, done)| Command::Finish { attempt, outcome, done });
    let together = (NEWEST, NEWEST, outcome(), outcome())
        .prop_map(|(a, b, first, second)| Command::FinishTogether { attempts: [a, b], outcomes: [first, second] });
    let back = (NEWEST, any::<bool>(), select(vec![0, 0, 40, 1000]));
    let back = back.prop_map(|(attempt, counts, after)| Command::HandBack { attempt, counts, after });
    let prune = (NEWEST, 1..9_u32).prop_map(|(attempt, limit)| Command::Prune { attempt, limit });
    prop_oneof![3 => beat, 2 => report, 3 => record, 5 => finish, 2 => together, 3 => back, 2 => prune]
}

/// The schedule, made or edited.
pub(super) fn schedule() -> impl Strategy<Value = Command> {
    let kind = select(vec![Operation::Probe(Probe::Click), Operation::Probe(Probe::Plain), Operation::InventorySync]);
    let catch_up = select(vec![CatchUp::Skip, CatchUp::Latest, CatchUp::All]);
    (kind, catch_up, 1..4_u32).prop_map(|(kind, catch_up, bound)| Command::Schedule {
        wish: Wish::new(kind, 0, 0),
        catch_up,
        bound,
    })
}

/// One command.
fn command() -> impl Strategy<Value = Command> {
    let claim = (0..2_usize, 1..5_u32, prop::bool::weighted(0.2));
    let claim = claim.prop_map(|(worker, max, few)| Command::Claim { worker, max, few });
    let retry = (NEWEST, any::<bool>(), key()).prop_map(|(run, failed, key)| Command::Retry { run, failed, key });
    let limit = (0..2_usize, 1..3_u32, 1..4_u32, select(vec![7, 90]));
    let limit = limit.prop_map(|(workspace, tenant, all, days)| Command::Limit { workspace, tenant, all, days });
    prop_oneof![
        8 => start(),
        6 => claim,
        16 => of_attempts(),
        3 => NEWEST.prop_map(Command::Cancel),
        1 => NEWEST.prop_map(Command::Force),
        2 => retry,
        2 => (paused(), prop::bool::weighted(0.6)).prop_map(|(paused, on)| Command::Pause(paused, on)),
        1 => limit,
        1 => any::<bool>().prop_map(Command::Connect),
        1 => schedule(),
        1 => any::<bool>().prop_map(Command::Switch),
        2 => Just(Command::Dispatch),
        1 => key().prop_map(Command::RunNow),
        3 => Just(Command::Rescue),
        1 => Just(Command::ReleaseAll),
        5 => select(vec![1, 1, 15, 21, 60, 601, 640, 901, 7300, 8 * DAY]).prop_map(Command::Wait),
    ]
}

/// A history: single commands, and stretches that lead somewhere.
pub(super) fn history() -> impl Strategy<Value = Vec<Command>> {
    let part = prop_oneof![3 => command().prop_map(|command| vec![command]), 1 => stretch()];
    prop::collection::vec(part, 8..26).prop_map(|parts| parts.concat())
}
