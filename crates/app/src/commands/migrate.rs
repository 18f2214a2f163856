//! `tenantatlas migrate`

use anyhow::Result;
use clap::Args;

use crate::cli::Settings;
use crate::log;
use crate::open::{Purpose, open};

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    settings: Settings,
    /// Also take away what only the version before used. Say so when none of its processes is left: those that serve pages are in no list,
    /// and only a worker of another version that was seen lately is in the way.
    #[arg(long)]
    contract: bool,
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let config = options.settings.load()?;
    log::start(&config.log)?;
    let opened = open(&config, Purpose::Work).await?;
    let store = &opened.store;
    let state = match options.contract {
        true => store.contract(&opened.operator, env!("CARGO_PKG_VERSION")).await?,
        false => store.migration_state().await?,
    };
    println!("The schema is at {} of {}.", state.applied, state.known);
    if state.waiting > 0 {
        println!("{} steps wait until no process of the version before is left: tenantatlas migrate --contract", state.waiting);
    }
    store.close().await;
    Ok(())
}
