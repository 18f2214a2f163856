//! Metrics and health on a listener of their own.

#[cfg(test)]
mod documented;
mod figures;
mod pushed;
mod recorder;
mod several;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use metrics_exporter_prometheus::PrometheusHandle;
use store::Store;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::listen;
use crate::telemetry::Pushing;
use crate::watch::figures::Cache;

/// How often measured values are sorted into their buckets when nobody asks for them, so that they do not pile up.
const UPKEEP: Duration = Duration::from_secs(5);

/// What waits for the database to be open. From here on everything is counted.
pub(crate) struct Watch {
    /// Where metrics are scraped, and what is told there.
    scraped: Option<(TcpListener, PrometheusHandle)>,
    /// How often metrics are sent by themselves.
    pushed: Option<Duration>,
}

impl Watch {
    /// Listens on that address, and tells a collector; with neither nothing is counted at all.
    pub(crate) async fn listen(address: Option<SocketAddr>, pushing: Option<Pushing>) -> Result<Option<Self>> {
        let listener = match address {
            Some(address) => Some(listen::on(address, "--metrics-listen").await?),
            None if pushing.is_none() => return Ok(None),
            None => None,
        };
        let handle = recorder::install(listener.is_some(), pushing.as_ref().map(|pushing| &pushing.meter))?;
        Ok(Some(Self { scraped: listener.zip(handle), pushed: pushing.map(|pushing| pushing.every) }))
    }

    /// Serves until the answer is dropped.
    pub(crate) fn start(self, store: &Store) -> JoinSet<()> {
        recorder::start(store.backend());
        let mut tasks = JoinSet::new();
        let cache = Arc::new(Cache::new(store.clone()));
        if let Some(every) = self.pushed {
            let cache = Arc::clone(&cache);
            tasks.spawn(async move {
                loop {
                    cache.refresh().await;
                    tokio::time::sleep(every).await;
                }
            });
        }
        if let Some((listener, handle)) = self.scraped {
            serve(&mut tasks, store, cache, listener, handle);
        }
        tasks
    }
}

fn serve(tasks: &mut JoinSet<()>, store: &Store, cache: Arc<Cache>, listener: TcpListener, handle: PrometheusHandle) {
    if let Ok(address) = listener.local_addr() {
        println!("Metrics: http://{address}/metrics");
    }
    let upkeep = handle.clone();
    tasks.spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            upkeep.run_upkeep();
        }
    });
    let scrape: web::Scrape = Arc::new(move || {
        let (cache, handle) = (Arc::clone(&cache), handle.clone());
        Box::pin(async move {
            cache.refresh().await;
            handle.render()
        })
    });
    let store = store.clone();
    tasks.spawn(async move {
        if let Err(error) = web::serve_watched(listener, store, scrape).await {
            tracing::error!(%error, "metrics and health are served no more");
        }
    });
}
