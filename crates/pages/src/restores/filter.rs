//! What the lists of a restore are narrowed to, as it stands in the address.

use model::ids::{RestoreId, TenantId};
use model::resource_types::Platform;
use model::restore::{Action, Outcome};

use crate::href::{self, Query};

/// Which objects of a source. Parameters of the address: `type`, `platform`, `q`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CandidateFilter {
    /// Only this type (key).
    pub resource_type: Option<String>,
    /// Only this platform.
    pub platform: Option<Platform>,
    /// Only those with this text in their name.
    pub text: Option<String>,
}

impl CandidateFilter {
    /// The address of the choice so narrowed.
    #[must_use]
    pub fn query(&self, tenant: TenantId, restore: RestoreId) -> Query {
        Query::new(href::of_restore(tenant, restore, "choose"))
            .with_some("type", self.resource_type.as_deref())
            .with_some("platform", self.platform.map(Platform::code))
            .with_some("q", self.text.as_deref())
    }
}

/// Which items of a plan. Parameters of the address: `action`, `outcome`, `type`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanFilter {
    /// Only this action.
    pub action: Option<Action>,
    /// Only this outcome.
    pub outcome: Option<Outcome>,
    /// Only this type (key).
    pub resource_type: Option<String>,
}

impl PlanFilter {
    /// The address of the list so narrowed; `path` is the page that it stands on.
    #[must_use]
    pub fn query(&self, path: impl Into<String>) -> Query {
        Query::new(path)
            .with_some("action", self.action.map(Action::code))
            .with_some("outcome", self.outcome.map(Outcome::code))
            .with_some("type", self.resource_type.as_deref())
    }
}
