//! The fields of a tenant, as its own page and the first step of its onboarding show them.

use maud::{Markup, html};
use model::label::Labelled as _;
use model::tenant::{Environment, Tenant};

use crate::components::field::{FieldProblem, checked, select};

/// What stands in the form, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TenantInput {
    /// Its name.
    pub name: String,
    /// Its initial domain.
    pub domain: String,
    /// Microsoft's id.
    pub entra_tenant_id: String,
    /// The code of its environment.
    pub environment: String,
}

impl TenantInput {
    /// As the tenant is.
    #[must_use]
    pub fn of(tenant: &Tenant) -> Self {
        Self {
            name: tenant.name.clone(),
            domain: tenant.domain.clone(),
            entra_tenant_id: tenant.entra_tenant_id.to_string(),
            environment: tenant.environment.code().to_owned(),
        }
    }

    /// The fields, `more` before the last one; that of Microsoft's id only for a new tenant.
    pub(crate) fn fields(&self, new: bool, more: &Markup, problem: Option<&FieldProblem>) -> Markup {
        let environments: Vec<(String, String)> = Environment::ALL
            .iter()
            .map(|environment| (environment.code().to_owned(), environment.badge().word.to_owned()))
            .collect();
        html! {
            div.fields {
                (checked("text", "name", "Name", &self.name, 100, problem))
                (checked("text", "domain", "Initial domain, as contoso.onmicrosoft.com", &self.domain, 253, problem))
                @if new { (checked("text", "entra_tenant_id", "Tenant ID (of Microsoft Entra)", &self.entra_tenant_id, 36, problem)) }
                (more)
                (select("f-environment", "environment", "Environment", &environments, &self.environment))
            }
        }
    }
}
