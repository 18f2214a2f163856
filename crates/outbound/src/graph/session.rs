//! One application registration in one tenant, to read from.

use std::fmt;
use std::sync::Arc;

use model::failure::Failure;
use model::json::Json;
use model::resource_types::{Collection, ResourceType};
use model::time::Moment;
use tokio::sync::watch;

use super::connect::{Registration, Shared};
use super::hydrate;
use super::meter::Meter;
use super::page::Pager;

/// A cheap handle; clones are the same session. Everything may be called concurrently: the session bounds its requests in
/// flight, and dropping a future cancels its request.
#[derive(Clone)]
pub struct GraphSession {
    pub(super) shared: Arc<Shared>,
    pub(super) registration: Arc<Registration>,
    pub(super) meter: Meter,
}

impl GraphSession {
    pub(super) fn new(shared: Arc<Shared>, registration: Arc<Registration>) -> Self {
        Self { shared, registration, meter: Meter::default() }
    }

    /// Whether a token can be had: from the cache, else from the token endpoint.
    ///
    /// # Errors
    /// `connection.credentials_invalid` for a wrong or expired secret, an unknown application or tenant;
    /// `permission.missing` without consent; `graph.unavailable`, `graph.timeout`, `graph.throttled`,
    /// `graph.malformed_response` when the token endpoint does not answer as it should.
    pub async fn check(&self) -> Result<(), Failure> {
        self.token().await.map(drop)
    }

    /// The objects of a collection, page by page. Nothing is asked before the first [`Pager::next`].
    #[must_use]
    pub fn list(&self, collection: &Collection) -> Pager {
        Pager::of_collection(self.clone(), collection)
    }

    /// The complete object for an object of a list: executes the contract's hydration steps and follows every next link
    /// inside the object (an expanded collection may be paged as well). Without steps and links it gives the object back
    /// unasked. See [`is_complete`](super::is_complete).
    ///
    /// # Errors
    /// The failure of the request that failed; `object.unreadable` when the object has no id;
    /// `graph.malformed_response` when the answer is another object.
    pub async fn hydrate(&self, resource_type: &'static ResourceType, listed: Json) -> Result<Json, Failure> {
        hydrate::hydrate(self, resource_type, listed).await
    }

    /// What this session asked of Graph so far.
    #[must_use]
    pub fn meter(&self) -> Meter {
        self.meter.clone()
    }

    /// Tells until when the tenant's requests are held back because Graph asked to slow down, by whichever session it was
    /// noticed. `None` before the first time; the moment may have passed.
    #[must_use]
    pub fn throttled_until(&self) -> watch::Receiver<Option<Moment>> {
        self.registration.gate.watch()
    }
}

impl fmt::Debug for GraphSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphSession")
            .field("entra_tenant_id", &self.registration.credentials.entra_tenant_id)
            .field("client_id", &self.registration.credentials.client_id)
            .finish_non_exhaustive()
    }
}
