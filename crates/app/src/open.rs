//! Opening the configured database.

use anyhow::Result;
use secrecy::ExposeSecret as _;
use store::replica::ReplicaWatch;
use store::{Opened, Options, Store};

use crate::config::Config;

/// Why a command opens the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Works on runs or changes the schema: the only process on a SQLite file, brings the schema up to date.
    Work,
    /// Beside another process, as things are.
    Look,
}

/// Opens the database. The URL may hold a password: it stands in no message.
pub(crate) async fn open(config: &Config, purpose: Purpose) -> Result<Opened> {
    let url = config.database.url()?;
    let work = purpose == Purpose::Work;
    let options = Options {
        exclusive: work,
        migrate: work,
        keyring: config.secrets.keyring(&url).await?,
        clock: None,
        connections: config.database.connections,
        vault: config.storage.vault()?,
    };
    Ok(Store::open(url.expose_secret(), options).await?)
}

/// Has pages read from the configured replica, if there is one, as long as the watch finds that it keeps up.
pub(crate) fn follow(config: &Config, store: &Store) -> Result<Option<ReplicaWatch>> {
    let url = config.database.replica_url()?;
    Ok(url.map(|url| store.follow(url.expose_secret(), config.database.connections)).transpose()?)
}
