//! What handlers share.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use model::sign_in::IdentityProvider;
use pages::sign_in::DemoAccount;
use store::Store;
use tokio_util::sync::CancellationToken;

use crate::auth::limit::{ApiLimiter, ApiLimits, SignInLimiter, SignInLimits};
use crate::auth::password::Passwords;
use crate::live::Live;

/// How the product is served.
#[derive(Debug, Clone, Default)]
pub struct WebOptions {
    /// Whether browsers reach the product by HTTPS only: cookies are then `Secure` with the prefix `__Host-`, and HSTS is sent.
    /// Off is for plain HTTP on the loopback interface.
    pub secure_cookies: bool,
    /// How browsers reach the product, e.g. `https://atlas.example.com`, when a proxy does not hand on their `Host`.
    pub public_url: Option<String>,
    /// The host names (without port) that are answered; empty means any.
    pub allowed_hosts: Vec<String>,
    /// Whether the last `X-Forwarded-For` entry is the browser's address: only behind a proxy that sets it.
    pub behind_proxy: bool,
    /// How often somebody may try to sign in.
    pub sign_in_limits: SignInLimits,
    /// Whether operators of the installation may open a workspace for a while.
    pub break_glass: bool,
    /// Who vouches for people, in the order of the buttons.
    pub providers: Vec<Arc<dyn IdentityProvider>>,
    /// How often a program may ask with one token.
    pub api_limits: ApiLimits,
    /// Accounts that the sign-in page offers; only for a demonstration.
    pub demo_accounts: Vec<DemoAccount>,
    /// How soon an open live stream notices a lost membership or a session that ended elsewhere; `None`: 30 s.
    pub recheck_every: Option<Duration>,
    /// Cancelled when the process shuts down: ends the open live streams.
    pub shutdown: CancellationToken,
}

/// What handlers share: the database, and what this process remembers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct WebState(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    options: WebOptions,
    limiter: SignInLimiter,
    api_limiter: ApiLimiter,
    passwords: Passwords,
    live: Live,
}

impl WebState {
    /// Over this database.
    #[must_use]
    pub fn new(store: Store, options: WebOptions) -> Self {
        let limiter = SignInLimiter::new(options.sign_in_limits);
        let api_limiter = ApiLimiter::new(options.api_limits);
        let (passwords, live) = (Passwords::default(), Live::default());
        Self(Arc::new(Shared { store, options, limiter, api_limiter, passwords, live }))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn options(&self) -> &WebOptions {
        &self.0.options
    }

    pub(crate) fn limiter(&self) -> &SignInLimiter {
        &self.0.limiter
    }

    pub(crate) fn api_limiter(&self) -> &ApiLimiter {
        &self.0.api_limiter
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    pub(crate) fn live(&self) -> &Live {
        &self.0.live
    }
}

/// Where the request comes from; unspecified when the server was not told (`ConnectInfo` is absent).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl FromRequestParts<WebState> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, web: &WebState) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<axum::extract::ConnectInfo<std::net::SocketAddr>>().map(|info| info.0.ip());
        let forwarded = || {
            let last = parts.headers.get_all("x-forwarded-for").iter().next_back()?;
            last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
        };
        let told = if web.options().behind_proxy { forwarded() } else { None };
        Ok(Self(told.or(peer).unwrap_or(IpAddr::from([0, 0, 0, 0]))))
    }
}
