//! `[database]`

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

/// Where the data is.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Database {
    /// `sqlite:PATH` or `postgres://…`; may hold a password.
    pub(crate) url: Option<SecretString>,
    /// A file with the URL.
    pub(crate) url_file: Option<PathBuf>,
    /// A replica of the PostgreSQL database, from which pages are read; may hold a password.
    pub(crate) replica_url: Option<SecretString>,
    /// A file with its URL.
    pub(crate) replica_url_file: Option<PathBuf>,
    /// Connections to PostgreSQL, or readers of SQLite.
    pub(crate) connections: u32,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: None, url_file: None, replica_url: None, replica_url_file: None, connections: 16 }
    }
}

impl Database {
    #[cfg(test)]
    pub(crate) const KEYS: &'static [&'static str] = &["url", "url_file", "replica_url", "replica_url_file", "connections"];

    /// The URL, from wherever it is.
    pub(crate) fn url(&self) -> Result<SecretString> {
        match (&self.url, &self.url_file) {
            (Some(url), _) => Ok(url.clone()),
            (None, Some(file)) => super::secrets::read_file(file),
            (None, None) => {
                bail!("no database is configured: pass --database sqlite:PATH or --database postgres://…, or set database.url")
            }
        }
    }

    /// The URL of the replica, from wherever it is; `None`: there is none.
    pub(crate) fn replica_url(&self) -> Result<Option<SecretString>> {
        match (&self.replica_url, &self.replica_url_file) {
            (Some(url), _) => Ok(Some(url.clone())),
            (None, Some(file)) => super::secrets::read_file(file).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// Whether it is a file that is not there.
    pub(crate) fn is_absent(&self) -> Result<bool> {
        let url = self.url()?;
        let path = url.expose_secret().strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
        Ok(path.is_some_and(|path| !Path::new(path).exists()))
    }

    pub(crate) fn check(&self) -> Result<()> {
        if !(2..=500).contains(&self.connections) {
            bail!("database.connections must be between 2 and 500");
        }
        Ok(())
    }
}
