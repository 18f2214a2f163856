//! The worker that is killed: this test program once more, as a process of its own that does nothing but work.

use std::time::Duration;

use model::operations::Operation;
use ops::WorkerOptions;
use store::{Backend, Options, Store};
use testkit::killed::orphaned;
use testkit::process::Program;
use tokio_util::sync::CancellationToken;

/// Set in the environment of the process: the database, where Graph is, and after how many commits with which
/// words in their reason it stops to be killed (0: never).
const DATABASE: &str = "RESTORE_WORKER_DATABASE";
const GRAPH: &str = "RESTORE_WORKER_GRAPH";
const STOP_AT: &str = "RESTORE_WORKER_STOP_AT";
const COUNTED: &str = "RESTORE_WORKER_COUNTED";

/// Of which commits it counts: those of the restore itself, or every one.
pub(super) fn counted() -> &'static str {
    if super::every_place() { "" } else { "restore" }
}

/// What it says when it stops.
pub(super) const STOPPED: &str = "Stopped at commit";

/// Short waits, and nothing but what is killed here: its commits are those of one run, or of a rollout and its restores.
pub(super) fn options() -> WorkerOptions {
    let long = Duration::from_secs(300);
    WorkerOptions {
        slots: 1,
        lease: long,
        heartbeat: long,
        sweep: long,
        roll_up: long,
        poll: Duration::from_millis(20),
        retry_base: Duration::ZERO,
        // The simulator shows at once what was made; this is for what is on its way to it when a worker is killed.
        settle: Duration::from_millis(500),
        types: &[Operation::RestoreExecute, Operation::RestoreRollout],
        hints: false,
        ..WorkerOptions::default()
    }
}

/// Starts one that stops at the n-th of the commits that are counted.
pub(super) fn start(database: &str, graph: &str, stop_at: u64, counted: &str) -> Program {
    let program = std::env::current_exe().unwrap();
    let arguments = ["crash::worker::works_until_it_is_killed", "--exact", "--ignored", "--nocapture"];
    let (database, graph, counted) = (database.to_owned(), graph.to_owned(), counted.to_owned());
    let environment = [(DATABASE, database), (GRAPH, graph), (STOP_AT, stop_at.to_string()), (COUNTED, counted)];
    Program::start(&program, &arguments, &environment.map(|(name, value)| (name.to_owned(), value)))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "no test: the process that the tests beside it kill"]
async fn works_until_it_is_killed() {
    let (Ok(database), Ok(graph), Ok(stop_at)) = (std::env::var(DATABASE), std::env::var(GRAPH), std::env::var(STOP_AT)) else {
        return;
    };
    let store = Store::open(&database, Options { migrate: false, ..testkit::stores::options(None) }).await.unwrap().store;
    if store.backend() == Backend::Sqlite {
        // As the product does: whatever is leased was leased by a process that is gone.
        store.queue().release_all().await.unwrap();
    }
    let at = stop_at.parse::<u64>().unwrap();
    if at > 0 {
        let counted = std::env::var(COUNTED).unwrap_or_default();
        store::testing::stop_at_commit(store::testing::commits(&counted) + at, &counted, |n| println!("{STOPPED} {n}"));
    }
    let worker = testkit::graph::worker_at(&graph, &store, options());
    tokio::select! {
        () = worker.run(CancellationToken::new()) => {}
        // A test that was itself killed leaves nobody behind.
        () = orphaned() => {}
    }
}
