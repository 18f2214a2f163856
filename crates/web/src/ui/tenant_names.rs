//! What tenants are called, for lists of runs and notices.

use std::collections::BTreeMap;

use model::ids::TenantId;
use model::run::Run;
use model::tenant::Tenant;

use crate::auth::SignedIn;
use crate::error::Error;
use crate::state::WebState;

/// Tenants that the person is entitled to, by id. Grows by one query for all that is not known yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct TenantNames(BTreeMap<TenantId, Tenant>);

impl TenantNames {
    pub(crate) fn of(tenants: &[Tenant]) -> Self {
        Self(tenants.iter().map(|tenant| (tenant.id, tenant.clone())).collect())
    }

    /// The tenant, when it is known and theirs.
    pub(crate) fn tenant(&self, id: TenantId) -> Option<&Tenant> {
        self.0.get(&id)
    }

    /// Its name.
    pub(crate) fn name(&self, id: Option<TenantId>) -> Option<String> {
        id.and_then(|id| self.tenant(id)).map(|tenant| tenant.name.clone())
    }

    /// Learns the tenants of these runs.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn learn(&mut self, web: &WebState, signed: &SignedIn, runs: &[Run]) -> Result<(), Error> {
        self.learn_ids(web, signed, runs.iter().filter_map(|run| run.tenant_id)).await
    }

    /// Learns these tenants.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn learn_ids(
        &mut self,
        web: &WebState,
        signed: &SignedIn,
        ids: impl Iterator<Item = TenantId>,
    ) -> Result<(), Error> {
        let mut unknown: Vec<TenantId> = ids.filter(|id| !self.0.contains_key(id)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        if !unknown.is_empty() {
            let found = web.store().workspaces().entitled_tenants(&signed.who, &unknown).await?;
            self.0.extend(found.into_iter().map(|tenant| (tenant.id, tenant)));
        }
        Ok(())
    }
}
