//! `tenantatlas serve`

use anyhow::Result;
use web::WebOptions;

use crate::cli::Settings;
use crate::open::{Purpose, follow, open};
use crate::telemetry::Telemetry;
use crate::watch::Watch;
use crate::{listen, log, shutdown, wire};

pub(crate) async fn run(settings: &Settings) -> Result<()> {
    let config = settings.load()?;
    let telemetry = Telemetry::start(&config.telemetry)?;
    log::start_with(&config.log, &telemetry)?;
    let (limits, clouds) = (config.graph.limits()?, config.graph.clouds()?);
    let providers = config.oidc.providers(config.server.public_url.as_deref())?;
    let shutdown = shutdown::on_signal()?;
    let listener = listen::on(config.server.listen, "--listen").await?;
    let watch = Watch::listen(config.server.metrics_listen, telemetry.pushing()).await?;
    let store = open(&config, Purpose::Work).await?.store;
    let _watched = watch.map(|watch| watch.start(&store));
    let follows = follow(&config, &store)?.map(|replica| tokio::spawn(replica.run()));
    let working = config.working()?;
    let worker = match config.worker.enabled {
        true => wire::worker(&store, limits, clouds, working).await?,
        // It does no work but sends alerts: also the one that nobody works.
        false => wire::alerts_alone(&store, limits, clouds, working)?,
    };
    println!("Ready: http://{}", listener.local_addr()?);
    let options = WebOptions { providers, ..config.server.options() };
    wire::serve(store, listener, worker, config.worker.enabled, options, shutdown).await?;
    if let Some(follows) = follows {
        follows.abort();
    }
    telemetry.end().await;
    Ok(())
}
