//! `[server]`

use std::net::SocketAddr;

use anyhow::{Result, bail};
use serde::Deserialize;
use web::{ApiLimits, WebOptions};

/// How pages are served.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Server {
    /// Address to listen on.
    pub(crate) listen: SocketAddr,
    /// Address on which metrics and health are served; `None`: nowhere else than on `listen`, and no metrics.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// Cookies are marked as secure and `Strict-Transport-Security` is sent: for service behind TLS.
    pub(crate) secure: bool,
    /// How browsers reach the product, when a proxy does not hand on their `Host`.
    pub(crate) public_url: Option<String>,
    /// Host names that are answered; empty means any.
    pub(crate) allowed_hosts: Vec<String>,
    /// Whether the last `X-Forwarded-For` entry is the browser's address.
    pub(crate) behind_proxy: bool,
    /// Whether operators of the installation may open a workspace for a while, with a reason.
    pub(crate) break_glass: bool,
    /// Requests a second that a program may send with one API token, ten times as many at once.
    pub(crate) api_per_second: u32,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            metrics_listen: None,
            secure: false,
            public_url: None,
            allowed_hosts: Vec::new(),
            behind_proxy: false,
            break_glass: false,
            api_per_second: 20,
        }
    }
}

impl Server {
    #[cfg(test)]
    pub(crate) const KEYS: &'static [&'static str] =
        &["listen", "metrics_listen", "secure", "public_url", "allowed_hosts", "behind_proxy", "break_glass", "api_per_second"];

    pub(crate) fn options(&self) -> WebOptions {
        WebOptions {
            secure_cookies: self.secure,
            public_url: self.public_url.clone(),
            allowed_hosts: self.allowed_hosts.clone(),
            behind_proxy: self.behind_proxy,
            break_glass: self.break_glass,
            api_limits: ApiLimits::per_second(self.api_per_second),
            ..WebOptions::default()
        }
    }

    pub(crate) fn check(&self) -> Result<()> {
        if !self.secure && !self.listen.ip().is_loopback() {
            bail!(
                "server.listen {} is reachable from other machines without TLS: put a TLS proxy in front and set server.secure = true, or listen on 127.0.0.1",
                self.listen
            );
        }
        if !(1..=10_000).contains(&self.api_per_second) {
            bail!("server.api_per_second is from 1 to 10000");
        }
        if self.metrics_listen.is_some_and(|metrics| metrics == self.listen && metrics.port() != 0) {
            bail!("server.metrics_listen {} is where pages are served: it needs an address of its own", self.listen);
        }
        Ok(())
    }
}
