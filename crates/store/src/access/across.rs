//! The right to do one thing in many tenants of a workspace at once.

use std::marker::PhantomData;
use std::sync::Arc;

use model::access::Capable;
use model::ids::TenantId;

use super::grant::Grant;
use crate::error::StoreError;

/// The right to do what `C` names in those tenants of a workspace in which the person holds it.
#[derive(Debug)]
pub struct Across<C> {
    grant: Arc<Grant>,
    tenants: Option<Vec<TenantId>>,
    capability: PhantomData<C>,
}

impl<C: Capable> Across<C> {
    pub(super) fn ask(grant: &Arc<Grant>) -> Result<Self, StoreError> {
        let tenants = grant.tenants_granting(C::CAPABILITY);
        if tenants.as_ref().is_some_and(Vec::is_empty) {
            return Err(StoreError::Forbidden(C::CAPABILITY));
        }
        Ok(Self { grant: Arc::clone(grant), tenants, capability: PhantomData })
    }

    pub(crate) fn grant(&self) -> &Grant {
        &self.grant
    }

    /// Those tenants; `None`: all of the workspace.
    pub(crate) fn tenants(&self) -> Option<&[TenantId]> {
        self.tenants.as_deref()
    }
}
