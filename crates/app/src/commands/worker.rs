//! `tenantatlas worker`

use anyhow::{Result, bail};
use store::Backend;

use crate::cli::Settings;
use crate::open::{Purpose, open};
use crate::telemetry::Telemetry;
use crate::watch::Watch;
use crate::{log, shutdown, wire};

pub(crate) async fn run(settings: &Settings) -> Result<()> {
    let config = settings.load()?;
    let telemetry = Telemetry::start(&config.telemetry)?;
    log::start_with(&config.log, &telemetry)?;
    if !config.worker.enabled {
        bail!("this process is a worker, yet worker.enabled is false");
    }
    let (limits, clouds) = (config.graph.limits()?, config.graph.clouds()?);
    let shutdown = shutdown::on_signal()?;
    let watch = Watch::listen(config.server.metrics_listen, telemetry.pushing()).await?;
    let store = open(&config, Purpose::Work).await?.store;
    let _watched = watch.map(|watch| watch.start(&store));
    let worker = wire::worker(&store, limits, clouds, config.working()?).await?;
    println!("Working as {}", worker.id().as_str());
    if store.backend() == Backend::Sqlite {
        tracing::warn!("a SQLite file serves one process: nobody serves pages meanwhile");
    }
    let sealing = wire::sealer(&store, &shutdown);
    worker.run(shutdown).await;
    sealing.await?;
    store.close().await;
    telemetry.end().await;
    Ok(())
}
