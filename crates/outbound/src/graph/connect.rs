//! The client of the process, and what its sessions share.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use model::failure::{Code, Failure};
use model::ids::EntraTenantId;
use model::quota::Allowance;
use model::time::Clock;

use super::credentials::Credentials;
use super::gate::Gate;
use super::installation::Installation;
use super::planner::Planner;
use super::session::GraphSession;
use super::slots::Slots;
use super::token::TokenCell;
use crate::fingerprint::{Fingerprint, Fingerprints};
use crate::http::Http;
use crate::{Endpoints, InProcess, Limits};

/// The Graph client of the process; clones are the same client.
#[derive(Clone)]
pub struct Graph(Arc<Shared>);

/// What every session uses.
pub(super) struct Shared {
    pub(super) http: Http,
    pub(super) limits: Limits,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) fingerprints: Fingerprints,
    /// Who sends next.
    pub(super) planner: Planner,
    /// The other processes of the installation.
    pub(super) installation: Installation,
    registrations: Mutex<HashMap<Key, Arc<Registration>>>,
    gates: Mutex<HashMap<(String, EntraTenantId), Arc<Gate>>>,
}

/// One application registration in one tenant, with one proof.
pub(super) struct Registration {
    pub(super) endpoints: Endpoints,
    pub(super) credentials: Credentials,
    pub(super) tokens: TokenCell,
    /// Bounds requests in flight.
    pub(super) slots: Slots,
    /// Shared by all registrations of the tenant.
    pub(super) gate: Arc<Gate>,
    /// The Graph root and the application, as its quotas are named.
    pub(super) root: Arc<str>,
    pub(super) client: Arc<str>,
}

/// A wrong secret must never find the token of the right one, so the proof is part of the key, as a fingerprint that means
/// nothing outside this process.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    endpoints: Endpoints,
    entra_tenant_id: EntraTenantId,
    client_id: String,
    proof: Fingerprint,
}

impl Graph {
    /// The client of the process. Nothing is called.
    ///
    /// # Errors
    /// [`Code::Internal`] when the machine offers no TLS to build on; the log has the cause.
    pub fn new(limits: Limits, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        Ok(Self::with(Http::new(limits.clone()).map_err(|_| Failure::new(Code::Internal))?, limits, clock, None))
    }

    /// The client of a process that shares its quota with others of the installation.
    ///
    /// # Errors
    /// As [`Graph::new`].
    pub fn sharing(limits: Limits, clock: Arc<dyn Clock>, allowance: Arc<dyn Allowance>) -> Result<Self, Failure> {
        let http = Http::new(limits.clone()).map_err(|_| Failure::new(Code::Internal))?;
        Ok(Self::with(http, limits, clock, Some(allowance)))
    }

    /// A client whose requests are all answered in this process: a simulated tenant, on whatever clock.
    ///
    /// # Errors
    /// As [`Graph::new`].
    pub fn in_process(
        limits: Limits,
        clock: Arc<dyn Clock>,
        answers: Arc<dyn InProcess>,
        allowance: Option<Arc<dyn Allowance>>,
    ) -> Result<Self, Failure> {
        let http = Http::new(limits.clone()).map_err(|_| Failure::new(Code::Internal))?;
        Ok(Self::with(http.answered_by(answers), limits, clock, allowance))
    }

    fn with(http: Http, limits: Limits, clock: Arc<dyn Clock>, allowance: Option<Arc<dyn Allowance>>) -> Self {
        Self(Arc::new(Shared {
            http,
            limits,
            clock,
            fingerprints: Fingerprints::default(),
            planner: Planner::new(allowance.clone()),
            installation: Installation::new(allowance),
            registrations: Mutex::default(),
            gates: Mutex::default(),
        }))
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
            proof: credentials.proof.fingerprint(&self.fingerprints),
        };
        let mut registrations = self.registrations.lock().unwrap_or_else(PoisonError::into_inner);
        // What nobody uses and holds no living token is forgotten, together with its secret.
        let now = self.clock.now();
        registrations.retain(|_, have| Arc::strong_count(have) > 1 || have.tokens.is_warm(now));
        let made = registrations.entry(key).or_insert_with(|| {
            let gate = self.gate(&endpoints, credentials.entra_tenant_id);
            let slots = Slots::new(self.limits.concurrency);
            let (root, client) = (endpoints.graph().as_str().into(), credentials.client_id.as_str().into());
            Arc::new(Registration { endpoints, credentials, tokens: TokenCell::default(), slots, gate, root, client })
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
