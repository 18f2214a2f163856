//! `tenantatlas db`

mod embedded;
mod server;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use secrecy::{ExposeSecret as _, SecretString};

use crate::cli::Settings;
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a copy of the database to a file, while it is in use, and check the copy. The keys that seal secrets are not in it: without
    /// them the secrets in it cannot be opened. A PostgreSQL database is copied with pg_dump.
    Backup(Options),
    /// Put such a copy where there is no database yet, or into an empty one of PostgreSQL, with pg_restore. Nothing is ever overwritten.
    Restore(Options),
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    settings: Settings,
    /// The file with the copy.
    file: PathBuf,
}

/// Where a database is.
enum Place {
    /// A file.
    Embedded(PathBuf),
    /// A server, by URL.
    Server(SecretString),
}

impl Place {
    fn of(config: &Config) -> Result<Self> {
        let url = config.database.url()?;
        let text = url.expose_secret();
        if let Some(path) = text.strip_prefix("sqlite:") {
            return Ok(Self::Embedded(path.strip_prefix("//").unwrap_or(path).into()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Server(url));
        }
        bail!("the database URL must start with sqlite: or postgres://")
    }
}

/// Said after a copy was made, where contents may be elsewhere.
fn elsewhere(config: &Config) {
    if config.storage.endpoint.is_some() {
        println!("Contents that were moved to the object storage are not in it: they are backed up there.");
    }
}

pub(crate) async fn run(command: &Command) -> Result<()> {
    let (Command::Backup(options) | Command::Restore(options)) = command;
    let config = options.settings.load()?;
    let file: &Path = &options.file;
    match (command, Place::of(&config)?) {
        (Command::Backup(_), Place::Embedded(database)) => embedded::back_up(&config, &database, file).await,
        (Command::Restore(_), Place::Embedded(database)) => embedded::put_back(&config, &database, file).await,
        (Command::Backup(_), Place::Server(url)) => server::back_up(&url, file).await,
        (Command::Restore(_), Place::Server(url)) => server::put_back(&url, file).await,
    }?;
    if matches!(command, Command::Backup(_)) {
        elsewhere(&config);
    }
    Ok(())
}
