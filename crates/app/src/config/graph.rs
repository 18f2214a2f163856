//! `[graph]`

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
    /// From sending a request to the last byte of its answer, in seconds.
    pub(crate) request_timeout_seconds: u64,
    /// Requests in flight for one connection.
    pub(crate) concurrency: usize,
}

impl Default for Graph {
    fn default() -> Self {
        Self { custom_authority: None, custom_base: None, request_timeout_seconds: 100, concurrency: 8 }
    }
}

impl Graph {
    #[cfg(test)]
    pub(crate) const KEYS: &'static [&'static str] =
        &["custom_authority", "custom_base", "request_timeout_seconds", "concurrency"];

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
                Some(Endpoints::custom(&authority, &base).context("graph.custom_authority or graph.custom_base")?)
            }
            _ => bail!("graph.custom_authority and graph.custom_base belong together"),
        };
        Ok(Clouds { custom })
    }
}
