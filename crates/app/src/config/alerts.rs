//! `[alerts]`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use ops::WorkerOptions;
use outbound::alert::{Courier, Networks};
use serde::Deserialize;

/// Where alerts may go.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Alerts {
    /// Networks to which alerts may be sent beside public addresses.
    pub(crate) allowed_networks: Vec<String>,
    /// A file with an authority (PEM) that is trusted when mail is sent, beside those of the machine.
    pub(crate) mail_authority_file: Option<PathBuf>,
}

impl Alerts {
    #[cfg(test)]
    pub(crate) const KEYS: &'static [&'static str] = &["allowed_networks", "mail_authority_file"];

    /// The same worker with what sends alerts.
    pub(crate) fn with(&self, options: WorkerOptions, public_url: Option<&str>) -> Result<WorkerOptions> {
        let networks = Networks::parse(&self.allowed_networks).context("alerts.allowed_networks")?;
        let mut courier = Courier::new(networks);
        if let Some(file) = &self.mail_authority_file {
            courier = courier.trusting(std::fs::read(file).context("alerts.mail_authority_file cannot be read")?);
        }
        Ok(WorkerOptions { courier, public_url: public_url.map(str::to_owned), ..options })
    }
}
