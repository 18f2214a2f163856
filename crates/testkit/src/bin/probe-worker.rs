//! A worker in a process of its own, to be killed, stopped and starved by tests: the product's worker with short times and with
//! the probes. Prints `Working as {id}` and `Ready`; ends on SIGTERM as the product does.
//!
//! Environment: `PROBE_URL` (the database), `PROBE_LEASE_MS` (heartbeat and sweep follow from it), `PROBE_SLOTS`, `RUST_LOG`.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use model::operations::{Operation, probe};
use model::time::SystemClock;
use ops::{Clouds, Worker, WorkerOptions};
use outbound::Limits;
use outbound::graph::Graph;
use store::{Backend, Options, Store};
use testkit::killed::orphaned;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

type Fault = Box<dyn std::error::Error>;

/// A setting from the environment.
fn setting<T: FromStr>(name: &str) -> Result<T, Fault> {
    let text = std::env::var(name).map_err(|_| format!("{name} is not set"))?;
    text.parse().map_err(|_| format!("{name} cannot be read: {text}").into())
}

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let filter = tracing_subscriber::EnvFilter::from_default_env();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).with_ansi(false).init();
    let (url, lease, slots): (String, u64, usize) = (setting("PROBE_URL")?, setting("PROBE_LEASE_MS")?, setting("PROBE_SLOTS")?);
    let lease = Duration::from_millis(lease);
    let mut asked = signal(SignalKind::terminate())?;
    let store = Store::open(&url, Options { migrate: false, connections: 6, ..testkit::stores::options(None) }).await?.store;
    if store.backend() == Backend::Sqlite {
        // As the product does: whatever is leased was leased by a process that is gone (R9).
        store.queue().release_all().await?;
    }
    let types: Vec<Operation> = Operation::ALL.iter().chain(probe::ALL).copied().collect();
    let options = WorkerOptions {
        slots,
        lease,
        // The product's proportions.
        heartbeat: lease / 4,
        sweep: lease / 4,
        poll: lease / 10,
        retry_base: lease / 10,
        roll_up: lease,
        grace: lease / 2,
        // For the life of the process.
        types: Vec::leak(types),
        hints: true,
        ..WorkerOptions::default()
    };
    let graph = Graph::new(Limits::default(), Arc::new(SystemClock))?;
    let worker = Worker::new(store.clone(), graph, Clouds::default(), options, "probe");
    println!("Working as {}", worker.id().as_str());
    println!("Ready");
    let shutdown = CancellationToken::new();
    let working = worker.run(shutdown.clone());
    tokio::pin!(working);
    tokio::select! {
        () = &mut working => {}
        // A test that was itself killed leaves nobody behind.
        () = orphaned() => {}
        _ = asked.recv() => {
            shutdown.cancel();
            working.await;
        }
    }
    store.close().await;
    Ok(())
}
