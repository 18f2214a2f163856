//! The form for a new tenant, and the fields that it shares with a tenant's own page.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::ids::WorkspaceId;
use model::label::Labelled as _;
use model::tenant::{Environment, Tenant};

use crate::components::field::{FieldProblem, checked, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::permission::forbidden_button;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::{href, samples};

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

/// The form.
#[derive(Debug, Clone)]
pub struct TenantForm {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What the viewer may do there.
    pub can: Can,
    /// What stands in it.
    pub input: TenantInput,
    /// What was wrong with what was sent.
    pub problem: Option<FieldProblem>,
}

impl Page for TenantForm {
    const NAME: &'static str = "places-tenant-form";

    fn title(&self) -> String {
        "Add a tenant".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Tenants", href::within(self.workspace, href::TENANTS))];
        Place { destination: Some(Destination::Tenants), tenant: None, crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let may = self.can.allows(Capability::WorkspaceTenantsOnboard);
        let lead = html! { "It begins as a draft. Nothing is asked of Microsoft yet." };
        html! {
            (header("Add a tenant", &html! {}, &lead, &html! {}))
            (form::post(view, &href::within(self.workspace, href::TENANTS), &html! {
                fieldset.cards disabled[!may] {
                    legend.unseen { "Tenant" }
                    (card("tenant", "Tenant", &html! {}, &self.input.fields(true, &html! {}, self.problem.as_ref())))
                }
                div.form-actions {
                    @if may { button.button.primary type="submit" { "Make the draft" } }
                    @else { (forbidden_button("why-no-tenant", "button primary", &html! { "Make the draft" })) }
                    a.button href=(href::within(self.workspace, href::TENANTS)) { "Back" }
                }
            }))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::places::tenant_forms()
    }
}
