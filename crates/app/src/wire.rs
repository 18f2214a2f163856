//! Putting the parts together.

use std::sync::Arc;

use anyhow::Result;
use model::metric::RUNS_RESCUED;
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
    let graph = Graph::new(limits, Arc::new(SystemClock))?;
    Ok(Worker::new(store.clone(), graph, clouds, options, &host()))
}

/// This machine's name, for people.
fn host() -> String {
    std::fs::read_to_string("/etc/hostname").map(|name| name.trim().to_owned()).unwrap_or_default()
}

/// Serves pages and, if given, works on runs, until shutdown is asked for.
pub(crate) async fn serve(
    store: Store,
    listener: TcpListener,
    worker: Option<Worker>,
    options: WebOptions,
    shutdown: CancellationToken,
) -> Result<()> {
    let options = WebOptions { shutdown: shutdown.clone(), ..options };
    let state = WebState::new(store.clone(), options);
    let working: Option<JoinHandle<()>> = worker.map(|worker| {
        let shutdown = shutdown.clone();
        tokio::spawn(async move { worker.run(shutdown).await })
    });
    web::serve(listener, state).await?;
    shutdown.cancel();
    if let Some(working) = working {
        working.await?;
    }
    store.close().await;
    Ok(())
}
