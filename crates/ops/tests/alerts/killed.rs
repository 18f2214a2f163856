//! Workers that are killed as by a power cut (`kill -9`, processes of their own) while they deliver an alert, on both databases: after each of
//! their commits, and while the other side has taken the message and has not answered. Whoever goes on delivers it: there is one delivery,
//! and every request of it carries one id, by which the other side can tell. Once it is recorded that it was taken there is no other request.

use std::collections::BTreeMap;
use std::time::Duration;

use model::alert::DeliveryState;
use model::failure::{Code, Failure};
use model::operations::Operation;
use model::run::{Counts, Outcome, Status};
use ops::WorkerOptions;
use store::{Backend, Options, Store};
use testkit::eventually::eventually;
use testkit::graph::worker_at;
use testkit::killed::orphaned;
use testkit::process::Program;
use testkit::stores::{TestStore, on_both_in_real_time};
use tokio_util::sync::CancellationToken;

use crate::receiver::Receiver;
use crate::{Ground, here};

/// Set in the environment of the process: the database, and after how many commits with which words in their reason it stops to be killed
/// (0: never).
const DATABASE: &str = "ALERT_WORKER_DATABASE";
const STOP_AT: &str = "ALERT_WORKER_STOP_AT";
const COUNTED: &str = "ALERT_WORKER_COUNTED";
/// In the reason of the commit that records that a message was taken.
const RECORDED: &str = "an alert that was sent";
/// What it says when it stops.
const STOPPED: &str = "Stopped at commit";
/// Commits after which a worker is killed; one who delivers one alert has made fewer when it is done.
const COMMITS: u64 = 12;

/// Short waits, and nothing but deliveries. Nobody renews the lease, and only the test looks whether it ran out.
fn options() -> WorkerOptions {
    let long = Duration::from_secs(300);
    WorkerOptions {
        slots: 1,
        lease: Duration::from_millis(500),
        heartbeat: long,
        sweep: long,
        roll_up: long,
        poll: Duration::from_millis(20),
        retry_base: Duration::ZERO,
        types: &[Operation::AlertsDeliver],
        hints: false,
        courier: here(),
        ..WorkerOptions::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "no test: the process that the tests beside it kill"]
async fn works_until_it_is_killed() {
    let (Ok(database), Ok(stop_at)) = (std::env::var(DATABASE), std::env::var(STOP_AT)) else { return };
    let beside = Options { exclusive: false, migrate: false, ..testkit::stores::options(None) };
    let store = Store::open(&database, beside).await.unwrap().store;
    let at = stop_at.parse::<u64>().unwrap();
    if at > 0 {
        let counted = std::env::var(COUNTED).unwrap_or_default();
        store::testing::stop_at_commit(store::testing::commits(&counted) + at, &counted, |n| println!("{STOPPED} {n}"));
    }
    let worker = worker_at("http://127.0.0.1:1/", &store, options());
    tokio::select! {
        () = worker.run(CancellationToken::new()) => {}
        () = orphaned() => {}
    }
}

/// Starts one that stops at the n-th of the commits that are counted.
fn start(t: &TestStore, stop_at: u64, counted: &str) -> Program {
    let arguments = ["killed::works_until_it_is_killed", "--exact", "--ignored", "--nocapture"];
    let environment = [(DATABASE, t.url.clone()), (STOP_AT, stop_at.to_string()), (COUNTED, counted.to_owned())];
    let environment = environment.map(|(name, value)| (name.to_owned(), value));
    Program::start(&std::env::current_exe().unwrap(), &arguments, &environment)
}

/// A run fails, which is told; the run that tells it is queued.
async fn something_happens(ground: &Ground<'_>) {
    let run = ground.world.attempt(&["scope_tag"]).await;
    let failure = Failure::new(Code::GraphForbidden);
    let queue = ground.t.store.queue();
    queue.finish(&run, Outcome::Failed, Some(&failure), &Counts::default(), &[]).await.unwrap();
    assert_eq!(ground.t.store.alerts().dispatch().await.unwrap().messages, 1);
}

/// Whether the newest delivery's run is over.
async fn is_over(ground: &Ground<'_>) -> bool {
    let Some(run) = ground.log().await[0].run else { return false };
    ground.world.run(run).await.status == Status::Completed
}

/// Another worker goes on with what the killed one held, in this process.
async fn goes_on(ground: &Ground<'_>) {
    let run = ground.log().await[0].run.unwrap();
    let queue = ground.t.store.queue();
    if ground.t.store.backend() == Backend::Sqlite {
        // As the product does where only one process may work: whoever held something is gone.
        queue.release_all().await.unwrap();
    }
    eventually("what it held to be free", async || {
        queue.rescue().await.unwrap();
        (ground.world.run(run).await.status != Status::Running).then_some(())
    })
    .await;
    worker_at("http://127.0.0.1:1/", &ground.t.store, options()).run_queue_now().await.unwrap();
}

/// How many requests carried each id.
fn requests(receiver: &Receiver) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for taken in receiver.taken() {
        *counts.entry(taken.headers["webhook-id"].clone()).or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_after_any_of_its_commits_is_replaced_and_each_event_is_one_delivery() {
    on_both_in_real_time(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let receiver = Receiver::answering(&["200 OK"]).await;
        ground.rule(ground.destination(&receiver.url()).await).await;
        let mut kills = 0;
        for n in 1..=COMMITS {
            something_happens(&ground).await;
            let mut worker = start(&t, n, "");
            eventually("the worker to be where it is killed, or done", async || {
                (worker.said().contains(STOPPED) || is_over(&ground).await).then_some(())
            })
            .await;
            kills += u32::from(!is_over(&ground).await);
            worker.kill().await;
            goes_on(&ground).await;
            let log = ground.log().await;
            assert_eq!(log.len() as u64, n, "each event is one delivery");
            assert!(log.iter().all(|line| line.state == DeliveryState::Sent), "killed after {n} commits: {log:?}");
        }
        // A commit that is not the run's own can be between the taking and its record: then it is sent once more, and its id says so.
        let counts = requests(&receiver);
        assert!(counts.values().all(|count| (1..=2).contains(count)), "{counts:?}");
        assert_eq!(counts.len(), ground.log().await.len());
        println!("{:?}: {kills} workers were killed before they were done", t.store.backend());
        assert!(kills >= 3, "{kills} places are too few");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_before_it_hears_that_it_was_taken_is_replaced_and_the_id_stays() {
    on_both_in_real_time(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let receiver = Receiver::answering(&["", "200 OK"]).await;
        ground.rule(ground.destination(&receiver.url()).await).await;
        something_happens(&ground).await;
        let mut worker = start(&t, 0, "");
        eventually("the message to arrive", async || (!receiver.taken().is_empty()).then_some(())).await;
        worker.kill().await;
        goes_on(&ground).await;
        let log = ground.log().await;
        assert_eq!((log.len(), log[0].state), (1, DeliveryState::Sent));
        assert_eq!(requests(&receiver).into_values().collect::<Vec<_>>(), [2], "the same message, and its id says so");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_recorded_as_taken_is_not_sent_again_by_whoever_goes_on() {
    on_both_in_real_time(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let receiver = Receiver::answering(&["200 OK"]).await;
        ground.rule(ground.destination(&receiver.url()).await).await;
        something_happens(&ground).await;
        let mut worker = start(&t, 1, RECORDED);
        eventually("the record", async || worker.said().contains(STOPPED).then_some(())).await;
        worker.kill().await;
        assert!(!is_over(&ground).await, "its run was not over");
        goes_on(&ground).await;
        assert!(is_over(&ground).await);
        let log = ground.log().await;
        assert_eq!((log.len(), log[0].state, receiver.taken().len()), (1, DeliveryState::Sent, 1));
    })
    .await;
}
