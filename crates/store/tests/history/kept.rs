//! Histories that failed once, as short as they could be made.

use model::operations::Operation;
use model::operations::probe::Probe;
use model::run::Outcome;
use testkit::reference::{Command, Wish};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use super::commands::DAY;
use super::met::Met;
use super::stretches::{claim, start};
use super::try_history;

/// Goes through the history; the last words of the timelines of both databases.
async fn holds(history: &[Command]) -> Vec<String> {
    let words = std::sync::Mutex::new(Vec::new());
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        try_history(&t, &world, history.to_vec(), &mut Met::default()).await.unwrap_or_else(|difference| panic!("{difference}"));
        let last = t.texts("select message from operation_run_events where code = 'completed'").await;
        words.lock().unwrap().extend(last);
    })
    .await;
    words.into_inner().unwrap()
}

/// The stale attempt was told that it had held its lease, and its reason stood in the timeline.
#[tokio::test(flavor = "multi_thread")]
async fn l4_an_attempt_that_lost_its_lease_ends_together_with_its_successor() {
    let plain = Operation::Probe(Probe::Plain);
    // The successor succeeds; the attempt before it, in either order, does not.
    for (attempts, outcomes) in [([1, 0], [Outcome::Failed, Outcome::Succeeded]), ([0, 1], [Outcome::Succeeded, Outcome::Failed])]
    {
        let lost = [claim(1), Command::Wait(60), Command::Rescue, claim(1)];
        let mut history = vec![start(Wish::new(plain, 0, 0))];
        history.extend(lost);
        history.push(Command::FinishTogether { attempts, outcomes });
        let words = holds(&history).await;
        assert_eq!(words, ["Succeeded."; 2], "the reason of the one that was lost is not told");
    }
}

/// On SQLite the attempt of a tenant's run removed the runs of the whole workspace, on PostgreSQL those of its tenant.
#[tokio::test(flavor = "multi_thread")]
async fn v5_the_attempt_of_a_tenants_run_removes_no_history() {
    let plain = |tenant, name| start(Wish::new(Operation::Probe(Probe::Plain), tenant, name));
    holds(&[
        plain(0, 0),
        plain(1, 0),
        Command::Limit { workspace: 0, tenant: 2, all: 3, days: 7 },
        Command::Cancel(0),
        Command::Wait(8 * DAY),
        claim(1),
        Command::Prune { attempt: 0, limit: 4 },
    ])
    .await;
}

/// On PostgreSQL, whoever started in one tenant did not see the runs of another that filled the workspace, and ended as stale what
/// those held back.
#[tokio::test(flavor = "multi_thread")]
async fn r7_a_run_that_other_tenants_hold_back_is_not_stale() {
    let sync = Wish::new(Operation::InventorySync, 0, 0);
    holds(&[
        Command::Limit { workspace: 0, tenant: 2, all: 3, days: 7 },
        start(Wish::new(Operation::Probe(Probe::Plain), 1, 0)),
        start(Wish::new(Operation::Probe(Probe::Plain), 1, 1)),
        start(Wish::new(Operation::Probe(Probe::Plain), 0, 0)),
        claim(4),
        start(sync.clone()),
        Command::Wait(1000),
        start(sync),
    ])
    .await;
}
