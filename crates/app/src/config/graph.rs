//! `[graph]`

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use ops::Clouds;
use outbound::{Endpoints, Limits};
use serde::Deserialize;

/// How Microsoft Graph is reached.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Graph {
    /// Token authority of connections of the custom cloud.
    pub(crate) custom_authority: Option<String>,
    /// Graph root of connections of the custom cloud.
    pub(crate) custom_base: Option<String>,
    /// Whether requests to the custom cloud are paced by Microsoft's published limits.
    pub(crate) custom_paced: bool,
    /// Folder with the tokens of another issuer, by which connections with workload identity federation sign in.
    pub(crate) token_folder: Option<PathBuf>,
    /// From sending a request to the last byte of its answer, in seconds.
    pub(crate) request_timeout_seconds: u64,
    /// Requests in flight for one connection.
    pub(crate) concurrency: usize,
}

impl Default for Graph {
    fn default() -> Self {
        Self {
            custom_authority: None,
            custom_base: None,
            custom_paced: true,
            token_folder: None,
            request_timeout_seconds: 100,
            concurrency: 16,
        }
    }
}

impl Graph {
    #[cfg(test)]
    pub(crate) const KEYS: &'static [&'static str] =
        &["custom_authority", "custom_base", "custom_paced", "token_folder", "request_timeout_seconds", "concurrency"];

    pub(crate) fn limits(&self) -> Result<Limits> {
        if !(1..=600).contains(&self.request_timeout_seconds) || !(1..=64).contains(&self.concurrency) {
            bail!("graph.request_timeout_seconds must be between 1 and 600, graph.concurrency between 1 and 64");
        }
        let request_timeout = Duration::from_secs(self.request_timeout_seconds);
        Ok(Limits { request_timeout, concurrency: self.concurrency, ..Limits::default() })
    }

    pub(crate) fn clouds(&self) -> Result<Clouds> {
        let custom = match (&self.custom_authority, &self.custom_base) {
            (None, None) => None,
            (Some(authority), Some(base)) => {
                let authority = authority.parse().context("graph.custom_authority is no URL")?;
                let base = base.parse().context("graph.custom_base is no URL")?;
                let custom = Endpoints::custom(&authority, &base).context("graph.custom_authority or graph.custom_base")?;
                Some(if self.custom_paced { custom } else { custom.unpaced() })
            }
            _ => bail!("graph.custom_authority and graph.custom_base belong together"),
        };
        Ok(Clouds { custom, token_folder: self.token_folder.clone() })
    }
}
