//! Listening on an address, with an error that says what to do.

use std::io::ErrorKind;
use std::net::SocketAddr;

use anyhow::{Result, anyhow};
use tokio::net::TcpListener;

/// Listens on exactly this address; `flag` is how another one is chosen.
pub(crate) async fn on(address: SocketAddr, flag: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!("{address} is in use by another program; choose another port with {flag}"),
        ErrorKind::PermissionDenied => anyhow!("{address} may not be used by this user; ports below 1024 need a privilege"),
        ErrorKind::AddrNotAvailable => anyhow!("{address} is no address of this machine"),
        _ => anyhow!("cannot listen on {address}: {error}"),
    })
}
