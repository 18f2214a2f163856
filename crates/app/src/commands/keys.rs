//! `tenantatlas keys`

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use store::Opened;
use store::sealed::KeyUse;

use crate::cli::Settings;
use crate::open::{Purpose, open};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show which keys sealed how many secrets; ids only, never a key.
    Status(Options),
    /// Seal everything anew under the first key, so that the others can be removed from the configuration. May be stopped and repeated,
    /// beside servers that know the same keys.
    Rotate(Options),
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    settings: Settings,
}

pub(crate) async fn run(command: Command) -> Result<()> {
    let (Command::Status(options) | Command::Rotate(options)) = &command;
    let config = options.settings.load()?;
    let opened = open(&config, Purpose::Look).await?;
    let done = match command {
        Command::Status(_) => status(&opened).await,
        Command::Rotate(_) => rotate(&opened).await,
    };
    opened.store.close().await;
    done
}

async fn status(opened: &Opened) -> Result<()> {
    for one in opened.store.keys().status(&opened.operator).await? {
        println!("{}", line(&one));
    }
    Ok(())
}

/// A key in a line.
pub(super) fn line(one: &KeyUse) -> String {
    let state = match (one.current, one.configured) {
        (true, _) => "current",
        (false, true) => "older, still opens",
        (false, false) => "not configured: what it sealed cannot be opened",
    };
    let rows = one.rows;
    format!("key {}  {rows} {}  {state}", one.key, if rows == 1 { "secret" } else { "secrets" })
}

async fn rotate(opened: &Opened) -> Result<()> {
    let progress = |so_far: store::sealed::Resealed| println!("{} secrets sealed anew", so_far.rows);
    let done = opened.store.keys().reseal(&opened.operator, &progress).await?;
    status(opened).await?;
    if done.unreadable > 0 {
        bail!(
            "{} secrets are under keys that are not configured; add those keys and repeat, or enter the secrets again",
            done.unreadable
        );
    }
    println!("Done: {} sealed anew. Older keys with 0 secrets can be removed.", done.rows);
    Ok(())
}
