//! The first step: which tenant it is.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::connection::Cloud;
use model::ids::WorkspaceId;
use model::onboarding::Draft;
use model::tenant::Environment;

use crate::components::field::{FieldProblem, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::permission::forbidden_in_workspace;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::places::TenantInput;
use crate::{href, samples};

/// What stands in the form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Input {
    /// The tenant.
    pub tenant: TenantInput,
    /// Code of its cloud.
    pub cloud: String,
}

impl Input {
    /// What a new onboarding begins with.
    #[must_use]
    pub fn proposed() -> Self {
        let tenant = TenantInput { environment: Environment::Production.code().to_owned(), ..TenantInput::default() };
        Self { tenant, cloud: Cloud::Global.code().to_owned() }
    }

    /// As it was chosen.
    #[must_use]
    pub fn of(draft: &Draft) -> Self {
        Self { tenant: TenantInput::of(&draft.tenant), cloud: draft.answers.cloud.clone() }
    }

    /// The fields; Microsoft's id is chosen once.
    pub(super) fn fields(&self, new: bool, problem: Option<&FieldProblem>) -> Markup {
        let clouds: Vec<(String, String)> =
            Cloud::ALL.iter().map(|one| (one.code().to_owned(), one.label().to_owned())).collect();
        html! {
            (self.tenant.fields(new, &select("f-cloud", "cloud", "Cloud", &clouds, &self.cloud), problem))
            @if new { p.quiet { "Both stand in the overview of the Microsoft Entra admin center. The ID cannot be changed later." } }
            @else { p.quiet { "Tenant ID: " code.wrap { (self.tenant.entra_tenant_id) } } }
        }
    }
}

/// The form that begins an onboarding.
#[derive(Debug, Clone)]
pub struct Begin {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What the viewer may do there.
    pub can: Can,
    /// What stands in it.
    pub input: Input,
    /// What was wrong with what was sent.
    pub problem: Option<FieldProblem>,
}

impl Page for Begin {
    const NAME: &'static str = "onboarding-begin";

    fn title(&self) -> String {
        "Onboard a tenant".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Tenants", href::within(self.workspace, href::TENANTS))];
        Place { destination: Some(Destination::Tenants), tenant: None, crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let may = self.can.allows(Capability::WorkspaceTenantsOnboard);
        let lead = html! { "It begins as a draft that you can leave and come back to. Nothing is asked of Microsoft yet." };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            (form::post(view, &href::within(self.workspace, href::ONBOARDINGS), &html! {
                fieldset.cards disabled[!may] {
                    legend.unseen { "Identify the tenant" }
                    (card("identify", "Identify the tenant", &html! {}, &self.input.fields(true, self.problem.as_ref())))
                }
                div.form-actions {
                    @if may { button.button.primary type="submit" { "Begin" } }
                    @else { (forbidden_in_workspace("why-no-onboarding", "button primary", &html! { "Begin" })) }
                    a.button href=(href::within(self.workspace, href::TENANTS)) { "Back" }
                }
            }))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::onboarding::begins()
    }
}
