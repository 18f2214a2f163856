//! The client of the process, and what its sessions share.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use model::failure::{Code, Failure};
use model::ids::EntraTenantId;
use model::time::Clock;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use super::gate::Gate;
use super::session::GraphSession;
use super::token::TokenCell;
use crate::fingerprint::{Fingerprint, Fingerprints};
use crate::http::Http;
use crate::{Endpoints, Limits};

/// How one application signs in to one tenant. `Debug` hides the secret.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Microsoft's id of the tenant.
    pub entra_tenant_id: EntraTenantId,
    /// The application (client) id.
    pub client_id: String,
    /// The client secret.
    pub secret: SecretString,
}

/// The Graph client of the process; clones are the same client.
#[derive(Clone)]
pub struct Graph(Arc<Shared>);

/// What every session uses.
pub(super) struct Shared {
    pub(super) http: Http,
    pub(super) limits: Limits,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) fingerprints: Fingerprints,
    registrations: Mutex<HashMap<Key, Arc<Registration>>>,
    gates: Mutex<HashMap<(String, EntraTenantId), Arc<Gate>>>,
}

/// One application registration in one tenant, with one secret.
pub(super) struct Registration {
    pub(super) endpoints: Endpoints,
    pub(super) credentials: Credentials,
    pub(super) tokens: TokenCell,
    /// Bounds requests in flight.
    pub(super) slots: Semaphore,
    /// Shared by all registrations of the tenant.
    pub(super) gate: Arc<Gate>,
}

/// A wrong secret must never find the token of the right one, so the secret is part of the key, as a fingerprint that means
/// nothing outside this process.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    endpoints: Endpoints,
    entra_tenant_id: EntraTenantId,
    client_id: String,
    secret: Fingerprint,
}

impl Graph {
    /// The client of the process. Nothing is called.
    ///
    /// # Errors
    /// [`Code::Internal`] when the machine offers no TLS to build on; the log has the cause.
    pub fn new(limits: Limits, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        let http = Http::new(limits.clone()).map_err(|_| Failure::new(Code::Internal))?;
        Ok(Self(Arc::new(Shared {
            http,
            limits,
            clock,
            fingerprints: Fingerprints::default(),
            registrations: Mutex::default(),
            gates: Mutex::default(),
        })))
    }

    /// A session for these credentials, with a meter of its own. Nothing is called: see [`GraphSession::check`].
    #[must_use]
    pub fn connect(&self, endpoints: Endpoints, credentials: Credentials) -> GraphSession {
        GraphSession::new(Arc::clone(&self.0), self.0.registration(endpoints, credentials))
    }
}

impl Shared {
    fn registration(&self, endpoints: Endpoints, credentials: Credentials) -> Arc<Registration> {
        let key = Key {
            endpoints: endpoints.clone(),
            entra_tenant_id: credentials.entra_tenant_id,
            client_id: credentials.client_id.clone(),
            secret: self.fingerprints.of(credentials.secret.expose_secret()),
        };
        let mut registrations = self.registrations.lock().unwrap_or_else(PoisonError::into_inner);
        // What nobody uses and holds no living token is forgotten, together with its secret.
        let now = self.clock.now();
        registrations.retain(|_, have| Arc::strong_count(have) > 1 || have.tokens.is_warm(now));
        let made = registrations.entry(key).or_insert_with(|| {
            let gate = self.gate(&endpoints, credentials.entra_tenant_id);
            let slots = Semaphore::new(self.limits.concurrency.max(1));
            Arc::new(Registration { endpoints, credentials, tokens: TokenCell::default(), slots, gate })
        });
        Arc::clone(made)
    }

    fn gate(&self, endpoints: &Endpoints, tenant: EntraTenantId) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        gates.retain(|_, gate| Arc::strong_count(gate) > 1 || !gate.is_open());
        Arc::clone(gates.entry((endpoints.graph().to_string(), tenant)).or_insert_with(|| Arc::new(Gate::new())))
    }
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graph").field("limits", &self.0.limits).finish_non_exhaustive()
    }
}
