//! `tenantatlas check`: one line per thing that was looked at; fails if one of them is not in order.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::cli::Settings;
use crate::log;
use crate::open::{Purpose, open};

/// The clocks of this machine and of the database may be this far apart.
const CLOCKS_APART: Duration = Duration::from_secs(5);

pub(crate) async fn run(settings: &Settings) -> Result<()> {
    let config = settings.load()?;
    println!("ok    configuration");
    log::start(&config.log)?;
    config.graph.limits()?;
    config.graph.clouds()?;
    println!("ok    Graph settings");
    let opened = open(&config, Purpose::Look).await?;
    let store = &opened.store;
    println!("ok    database {:?}", store.backend());
    let state = store.migration_state().await?;
    println!("ok    schema {} of {}", state.applied, state.known);
    println!("ok    key");
    let mut trouble = 0;
    let report = store.health(&opened.operator).await?;
    match report.bypasses_row_security {
        true => {
            println!("warn  the database role is a superuser or exempt from row-level security: the second net is off");
            trouble += 1;
        }
        false => println!("ok    database role"),
    }
    let (ours, theirs) = (model::time::Clock::now(&model::time::SystemClock), store.now().await?);
    let apart = ours.since(theirs).max(theirs.since(ours));
    if apart > CLOCKS_APART {
        println!("warn  the clocks of this machine and of the database are {} apart", model::time::duration_words(apart));
        trouble += 1;
    } else {
        println!("ok    clock");
    }
    println!("ok    runs: {} queued, {} running, {} waiting longer than they may", report.queued, report.running, report.stale);
    if report.stale > 0 {
        println!("warn  runs wait and no worker picks them up: is one running?");
        trouble += 1;
    }
    store.close().await;
    if trouble > 0 {
        bail!("{trouble} of the checks need attention");
    }
    Ok(())
}
