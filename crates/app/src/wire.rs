//! Putting the parts together.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use model::ids::ThingId;
use model::metric::RUNS_RESCUED;
use model::operations::Operation;
use model::time::SystemClock;
use ops::{Clouds, Worker, WorkerOptions};
use outbound::Limits;
use outbound::graph::Graph;
use store::{Backend, Store};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use web::{WebOptions, WebState};

/// A worker on this store. On SQLite it first releases what an earlier process of the file held.
pub(crate) async fn worker(store: &Store, limits: Limits, clouds: Clouds, options: WorkerOptions) -> Result<Worker> {
    if store.backend() == Backend::Sqlite {
        let released = store.queue().release_all().await?;
        if released > 0 {
            metrics::counter!(RUNS_RESCUED.name, "kind" => "restart").increment(u64::from(released));
            tracing::info!(released, "released runs of an earlier process");
        }
    }
    let graph = graph(store, limits)?;
    Ok(Worker::new(store.clone(), graph, clouds, options, &host()))
}

/// What sends alerts in a process that does no other work.
pub(crate) fn alerts_alone(store: &Store, limits: Limits, clouds: Clouds, options: WorkerOptions) -> Result<Worker> {
    let options = WorkerOptions { types: &[Operation::AlertsDeliver], slots: 2, alerts_alone: true, ..options };
    Ok(Worker::new(store.clone(), graph(store, limits)?, clouds, options, &host()))
}

/// The Graph client of a worker. Where several processes may work on one database, they share the quota through it.
fn graph(store: &Store, limits: Limits) -> Result<Graph> {
    let clock = Arc::new(SystemClock);
    Ok(match store.backend() {
        Backend::Sqlite => Graph::new(limits, clock)?,
        Backend::Postgres => Graph::sharing(limits, clock, Arc::new(store.shared_quota(&ThingId::generate().to_string())))?,
    })
}

/// This machine's name, for people.
fn host() -> String {
    std::fs::read_to_string("/etc/hostname").map(|name| name.trim().to_owned()).unwrap_or_default()
}

/// Seals the audit trail until shutdown is asked for.
pub(crate) fn sealer(store: &Store, shutdown: &CancellationToken) -> JoinHandle<()> {
    tokio::spawn(ops::seal_audit(store.clone(), shutdown.clone()))
}

/// How often a process that only serves pages looks for what operators had open and whose time is over; workers look in their sweep.
const LOOK: Duration = Duration::from_secs(5);

async fn closes_glass(store: &Store, shutdown: &CancellationToken) {
    loop {
        if let Err(error) = store.glass().expire().await {
            tracing::warn!(%error, "what operators have open could not be looked at; trying again");
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Serves pages, and works on runs or sends alerts alone, until shutdown is asked for.
pub(crate) async fn serve(
    store: Store,
    listener: TcpListener,
    worker: Worker,
    works: bool,
    options: WebOptions,
    shutdown: CancellationToken,
) -> Result<()> {
    let options = WebOptions { shutdown: shutdown.clone(), ..options };
    let state = WebState::new(store.clone(), options);
    let working: JoinHandle<()> = {
        let (store, shutdown) = (store.clone(), shutdown.clone());
        tokio::spawn(async move {
            let closes = async {
                if !works {
                    closes_glass(&store, &shutdown).await
                }
            };
            tokio::join!(worker.run(shutdown.clone()), closes);
        })
    };
    let sealing = sealer(&store, &shutdown);
    web::serve(listener, state).await?;
    shutdown.cancel();
    sealing.await?;
    working.await?;
    store.close().await;
    Ok(())
}
