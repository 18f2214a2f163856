//! `tenantatlas serve`

use anyhow::Result;
use web::WebOptions;

use crate::cli::Settings;
use crate::open::{Purpose, open};
use crate::watch::Watch;
use crate::{listen, log, shutdown, wire};

pub(crate) async fn run(settings: &Settings) -> Result<()> {
    let config = settings.load()?;
    log::start(&config.log)?;
    let (limits, clouds) = (config.graph.limits()?, config.graph.clouds()?);
    let providers = config.oidc.providers(config.server.public_url.as_deref())?;
    let shutdown = shutdown::on_signal()?;
    let listener = listen::on(config.server.listen, "--listen").await?;
    let watch = Watch::listen(config.server.metrics_listen).await?;
    let store = open(&config, Purpose::Work).await?.store;
    let _watched = watch.map(|watch| watch.start(&store));
    let worker = match config.worker.enabled {
        true => Some(wire::worker(&store, limits, clouds, config.worker.options()).await?),
        false => None,
    };
    println!("Ready: http://{}", listener.local_addr()?);
    let options = WebOptions { providers, ..config.server.options() };
    wire::serve(store, listener, worker, options, shutdown).await
}
