//! Metrics and health on a listener of their own.

#[cfg(test)]
mod documented;
mod figures;
mod recorder;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use metrics_exporter_prometheus::PrometheusHandle;
use store::Store;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::listen;
use crate::watch::figures::Cache;

/// How often measured values are sorted into their buckets when nobody asks for them, so that they do not pile up.
const UPKEEP: Duration = Duration::from_secs(5);

/// A listener that waits for the database to be open. From here on everything is counted.
pub(crate) struct Watch {
    listener: TcpListener,
    handle: PrometheusHandle,
}

impl Watch {
    /// Listens on that address; without one nothing is counted at all.
    pub(crate) async fn listen(address: Option<SocketAddr>) -> Result<Option<Self>> {
        let Some(address) = address else { return Ok(None) };
        let listener = listen::on(address, "--metrics-listen").await?;
        let handle = recorder::install()?;
        Ok(Some(Self { listener, handle }))
    }

    /// Serves until the answer is dropped.
    pub(crate) fn start(self, store: &Store) -> JoinSet<()> {
        let Self { listener, handle } = self;
        recorder::start(store.backend());
        if let Ok(address) = listener.local_addr() {
            println!("Metrics: http://{address}/metrics");
        }
        let mut tasks = JoinSet::new();
        let upkeep = handle.clone();
        tasks.spawn(async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                upkeep.run_upkeep();
            }
        });
        let cache = Arc::new(Cache::new(store.clone()));
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
        tasks
    }
}
