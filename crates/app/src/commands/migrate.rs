//! `tenantatlas migrate`

use anyhow::Result;

use crate::cli::Settings;
use crate::log;
use crate::open::{Purpose, open};

pub(crate) async fn run(settings: &Settings) -> Result<()> {
    let config = settings.load()?;
    log::start(&config.log)?;
    let store = open(&config, Purpose::Work).await?.store;
    let state = store.migration_state().await?;
    println!("The schema is at {} of {}.", state.applied, state.known);
    store.close().await;
    Ok(())
}
