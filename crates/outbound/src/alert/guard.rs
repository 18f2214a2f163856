//! Looking at addresses before anything is sent there.

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use model::failure::{Code, Failure};

use super::networks::Networks;

/// The addresses of a name, to come.
pub type Lookup = Pin<Box<dyn Future<Output = Vec<IpAddr>> + Send>>;

/// Who knows the addresses of names.
pub trait Names: Send + Sync + 'static {
    /// The addresses; none where the name is not known.
    fn look_up(&self, host: &str) -> Lookup;
}

/// The machine, by its own configuration.
#[derive(Debug, Clone, Copy)]
pub struct SystemNames;

impl Names for SystemNames {
    #[allow(
        clippy::disallowed_methods,
        reason = "what is found here is looked at before anything is sent; the HTTP client and mail ask it"
    )]
    fn look_up(&self, host: &str) -> Lookup {
        let host = host.to_owned();
        Box::pin(async move {
            tokio::net::lookup_host((host, 0)).await.map(|found| found.map(|one| one.ip()).collect()).unwrap_or_default()
        })
    }
}

/// Which addresses of which names are connected to.
#[derive(Clone)]
pub(super) struct Guard {
    networks: Networks,
    names: Arc<dyn Names>,
}

impl Guard {
    pub(super) fn new(networks: Networks, names: Arc<dyn Names>) -> Self {
        Self { networks, names }
    }

    /// The addresses of a host, each of which was looked at. One that is not allowed makes all of them forbidden: a name that also leads
    /// inside is not to be trusted. `protected`: the way there is (without TLS only named networks are sent to).
    pub(super) async fn addresses(&self, host: &str, protected: bool) -> Result<Vec<IpAddr>, Failure> {
        let found = match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => self.names.look_up(host).await,
        };
        if found.is_empty() {
            return Err(Failure::new(Code::AlertUnreachable));
        }
        let fits = |address: &IpAddr| if protected { self.networks.allow(*address) } else { self.networks.name(*address) };
        if found.iter().all(fits) { Ok(found) } else { Err(Failure::new(Code::AlertAddressForbidden)) }
    }

    /// The same with a port.
    pub(super) async fn sockets(&self, host: &str, port: u16, protected: bool) -> Result<Vec<SocketAddr>, Failure> {
        Ok(self.addresses(host, protected).await?.into_iter().map(|address| SocketAddr::new(address, port)).collect())
    }
}
