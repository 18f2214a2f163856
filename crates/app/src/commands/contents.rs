//! `tenantatlas contents`

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use store::{ContentPlace, Opened};

use crate::cli::Settings;
use crate::open::{Purpose, open};

/// Contents of one transaction.
const AT_ONCE: u32 = 16;
/// After how many contents it is told how far it is.
const EVERY: i64 = 10_000;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show how many contents are in the object storage.
    Status(Options),
    /// Bring all contents back into the database, before the object storage is given up. May be stopped and repeated, beside servers
    /// whose configuration says `storage.after_days = 0`.
    MoveBack(Options),
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    settings: Settings,
}

pub(crate) async fn run(command: Command) -> Result<()> {
    let (Command::Status(options) | Command::MoveBack(options)) = &command;
    let config = options.settings.load()?;
    if matches!(command, Command::MoveBack(_)) && config.storage.after_days > 0 {
        bail!("set storage.after_days to 0 here and for every process first: they would move out again what comes back");
    }
    let opened = open(&config, Purpose::Look).await?;
    let done = match command {
        Command::Status(_) => status(&opened).await,
        Command::MoveBack(_) => move_back(&opened).await,
    };
    opened.store.close().await;
    done
}

async fn status(opened: &Opened) -> Result<()> {
    let moved = opened.store.contents().moved(&opened.operator).await?;
    println!("{} contents are in the object storage, {} bytes", moved.contents, moved.bytes);
    Ok(())
}

async fn move_back(opened: &Opened) -> Result<()> {
    let (mut back, mut damaged, mut told): (i64, i64, i64) = (0, 0, EVERY);
    let mut after: Option<ContentPlace> = None;
    loop {
        let part = opened.store.contents().move_back(&opened.operator, after.as_ref(), AT_ONCE).await?;
        (back, damaged) = (back + part.contents, damaged + part.damaged);
        let Some(last) = part.last else { break };
        if back >= told {
            println!("{back} contents are back");
            told += EVERY;
        }
        after = Some(last);
    }
    println!("{back} contents are back in the database");
    status(opened).await?;
    if damaged > 0 {
        bail!("{damaged} contents are gone or altered in the object storage: verify the backups");
    }
    Ok(())
}
