//! From the commit of a start to the claim, by the database's clock, while the worker idles: with hints, and with all hints lost.

use std::time::Duration;

use model::operations::probe::{self, Probe};
use model::run::Status;
use ops::{Worker, WorkerOptions};
use testkit::graph::TestGraph;
use testkit::stores::TestStore;
use testkit::world::World;
use tokio_util::sync::CancellationToken;

use crate::{Figure, percentile};

pub(crate) async fn measure(t: &TestStore) -> Vec<Figure> {
    let world = World::of(t).await;
    let graph = TestGraph::inventing(&world, 1).await;
    let mut figures = Vec::new();
    for (hints, many) in [(true, 300), (false, 12)] {
        // On PostgreSQL the worker is another process: it hears by notification only. SQLite has one process.
        let postgres = t.store.backend() == store::Backend::Postgres;
        if !postgres && !hints {
            continue;
        }
        let other = if postgres { t.another().await } else { t.store.clone() };
        let options = WorkerOptions { types: probe::ALL, hints, ..WorkerOptions::default() };
        let worker: Worker = graph.worker_with(&other, options);
        let shutdown = CancellationToken::new();
        let working = tokio::spawn({
            let shutdown = shutdown.clone();
            async move { worker.run(shutdown).await }
        });
        let telling = tokio::spawn({
            let store = t.store.clone();
            async move {
                if postgres && hints {
                    store.pass_hints().await
                }
            }
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mut waits = Vec::with_capacity(many);
        for n in 0..many {
            let id = world.probe(Probe::Plain, &format!("{hints}-{n}")).await.id;
            let run = loop {
                let run = world.run(id).await;
                if run.status == Status::Completed {
                    break run;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            };
            waits.push(run.started_at.unwrap().since(run.created_at));
            // Not in step with the polls.
            tokio::time::sleep(Duration::from_millis(17 + (n as u64 * 37) % 90)).await;
        }
        shutdown.cancel();
        working.await.unwrap();
        telling.abort();
        if postgres {
            other.close().await;
        }
        let what = if hints { "claim when idle" } else { "claim when idle, all hints lost" };
        figures.push((format!("{what}, p50"), "ms", percentile(&mut waits, 0.5)));
        figures.push((format!("{what}, p99"), "ms", percentile(&mut waits, 0.99)));
    }
    figures
}
