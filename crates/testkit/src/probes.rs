//! Probes: runs that a test of the engine starts, claims and ends, without a tenant to talk to.

use model::access::can;
use model::ids::{RunId, TenantId};
use model::operations::Operation;
use model::operations::probe::{self, Arguments, Probe};
use model::run::{Counts, Outcome, Run, StartBy, Started, Trigger};
use store::access::RunScope;
use store::runs::{Admission, Claim, LEASE, WorkerId};
use store::{Store, StoreError};

use crate::world::World;

/// Claims up to `max` probes.
///
/// # Panics
/// When the database refuses.
pub async fn claim(store: &Store, max: u32) -> Vec<Claim> {
    store.queue().claim(&WorkerId::new("probe"), probe::ALL, max, LEASE).await.expect("the database")
}

/// The ids of claims, in the order in which they were made.
#[must_use]
pub fn ids(claims: &[Claim]) -> Vec<RunId> {
    claims.iter().map(|claim| claim.run.id).collect()
}

impl World {
    /// What the owner gets who starts this probe in that tenant.
    ///
    /// # Errors
    /// What the store answers.
    ///
    /// # Panics
    /// When the owner may not.
    pub async fn try_probe(&self, tenant: TenantId, probe: Probe, name: &str, by: StartBy) -> Result<Started, StoreError> {
        let who = self.sign_in(&self.owner).await;
        let scope = self.store.access().tenant(&who, tenant).await.expect("entitled");
        let permit = scope.permit::<can::InventorySync>().expect("permitted");
        self.store.runs().start(&permit, &probe.request(&Arguments::named(name)), by).await
    }

    /// A queued probe of the first tenant.
    ///
    /// # Panics
    /// When it is not accepted.
    pub async fn probe(&self, probe: Probe, name: &str) -> Run {
        self.probe_in(self.tenant, probe, name).await
    }

    /// A queued probe of that tenant.
    ///
    /// # Panics
    /// When it is not accepted.
    pub async fn probe_in(&self, tenant: TenantId, probe: Probe, name: &str) -> Run {
        match self.try_probe(tenant, probe, name, Trigger::Manual.into()).await {
            Ok(Started::Accepted(run)) => run,
            other => panic!("not accepted: {other:?}"),
        }
    }

    /// The one probe that can be claimed, admitted.
    ///
    /// # Panics
    /// When there is none, or the gate refuses.
    pub async fn take_probe(&self) -> RunScope {
        let claim = claim(&self.store, 1).await.pop().expect("a queued probe");
        match self.store.queue().admit(&claim).await.expect("the database") {
            Admission::Admitted(scope) => scope,
            Admission::Refused(_, failure) => panic!("refused: {failure}"),
        }
    }

    /// Ends an attempt with success.
    ///
    /// # Panics
    /// When the lease was lost.
    pub async fn succeed(&self, scope: &RunScope) -> Run {
        self.store.queue().finish(scope, Outcome::Succeeded, None, &Counts::default(), &[]).await.expect("ends")
    }

    /// Every probe and every operation of the product.
    #[must_use]
    pub fn all_operations() -> Vec<Operation> {
        Operation::ALL.iter().chain(probe::ALL).copied().collect()
    }
}
