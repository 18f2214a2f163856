//! The loopback listener around the simulator: token authority and Graph root in one, and control routes.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use axum::extract::State;
use axum::http::{Request as HttpRequest, Response as HttpResponse};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::control;
use crate::deliver::deliver;
use crate::message::{Delivery, Request, Response};
use crate::sim::Sim;

/// Largest body that is taken, in bytes.
const LARGEST: usize = 32 * 1024 * 1024;

/// A listener. Dropping it stops listening and ends what hangs.
#[derive(Debug)]
pub struct Listening {
    /// `http://127.0.0.1:PORT`: the token authority and the Graph root.
    pub base_url: String,
    /// The address.
    pub address: SocketAddr,
    ended: watch::Sender<bool>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.ended.send_replace(true);
    }
}

#[derive(Debug, Clone)]
struct Shared {
    sim: Sim,
    ended: watch::Receiver<bool>,
}

impl Sim {
    /// Listens on an address; port 0 takes a free one. Runs until the result is dropped, on the present runtime.
    ///
    /// # Errors
    /// The address is not a loopback address, or cannot be listened on.
    pub async fn listen(&self, address: SocketAddr) -> io::Result<Listening> {
        if !address.ip().is_loopback() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the simulator listens on loopback only"));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (ended, watching) = watch::channel(false);
        let app = Router::new().fallback(handle).with_state(Shared { sim: self.clone(), ended: watching.clone() });
        // Without this, small responses wait for the other side's acknowledgement.
        let listener = listener.tap_io(|connection| {
            if let Err(error) = connection.set_nodelay(true) {
                tracing::debug!(%error, "cannot set TCP_NODELAY");
            }
        });
        let mut stop = watching;
        let stopped = async move {
            // An error means that the sender is gone, which is the same.
            let _ = stop.wait_for(|ended| *ended).await;
        };
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(stopped).await {
                tracing::warn!(%error, "the simulator stopped listening");
            }
        });
        Ok(Listening { base_url: format!("http://{address}"), address, ended })
    }
}

async fn handle(State(shared): State<Shared>, request: HttpRequest<HttpBody>) -> HttpResponse<HttpBody> {
    let Shared { sim, ended } = shared;
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return deliver(Response::json(413, r#"{"error":{"code":"RequestEntityTooLarge","message":""}}"#), ended);
    };
    let path_and_query = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let mut headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    // HTTP/2 names the host in the request line.
    if let (Some(authority), false) = (head.uri.authority(), headers.iter().any(|(name, _)| name == "host")) {
        headers.push(("host".to_owned(), authority.to_string()));
    }
    let request = Request { method: head.method.to_string(), path_and_query, headers, body: body.to_vec() };
    if request.path_and_query.starts_with("/_sim/") {
        return deliver(control::answer(&sim, &request), ended);
    }
    let latency = sim.settings().latency;
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let response = sim.call(&request);
    if response.delivery == Delivery::Hang {
        let mut ended = ended.clone();
        // An error means that the listener is gone: either way there is nothing to wait for.
        let _ = ended.wait_for(|ended| *ended).await;
    }
    if let Delivery::Late(by) = response.delivery {
        tokio::time::sleep(by).await;
    }
    deliver(response, ended)
}
