//! The form that invites somebody.

use maud::{Markup, html};
use model::access::{Can, Capability, Role};
use model::ids::{TenantId, WorkspaceId};

use crate::components::field::{self, FieldProblem, checkbox, checked};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::permission::forbidden_in_workspace;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples};

/// What stands in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteInput {
    /// The mail address, as it was typed.
    pub email: String,
    /// The role in the workspace.
    pub role: Role,
    /// The tenants to which they are added.
    pub tenants: Vec<TenantId>,
    /// The role there.
    pub tenant_role: Role,
}

impl Default for InviteInput {
    fn default() -> Self {
        Self { email: String::new(), role: Role::Readonly, tenants: Vec::new(), tenant_role: Role::Readonly }
    }
}

/// The form.
#[derive(Debug, Clone)]
pub struct Invite {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What the viewer may do there.
    pub can: Can,
    /// What stands in it.
    pub input: InviteInput,
    /// The tenants to choose from: id and name.
    pub tenants: Vec<(TenantId, String)>,
    /// What was wrong with what was sent.
    pub problem: Option<FieldProblem>,
}

impl Page for Invite {
    const NAME: &'static str = "people-invite";

    fn title(&self) -> String {
        "Invite somebody".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Members", href::within(self.workspace, href::MEMBERS))];
        Place { destination: Some(Destination::Members), tenant: None, crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "You get a link that is shown once, to be handed over by you. It can be accepted for seven days, by the person with this mail address only." };
        let may = self.can.allows(Capability::WorkspaceMembersManage);
        let problem = self.problem.as_ref();
        html! {
            (header("Invite somebody", &html! {}, &lead, &html! {}))
            (form::post(view, &href::within(self.workspace, href::INVITE), &html! {
                fieldset.cards disabled[!may] {
                    legend.unseen { "Invitation" }
                    (card("who", "Who, and as what", &html! {}, &html! {
                        div.fields {
                            (checked("email", "email", "Mail address", &self.input.email, 254, problem))
                            (field::role("f-role", "role", "Role in the workspace", self.input.role))
                        }
                        p.quiet { "Owners and managers are entitled to every tenant of the workspace, others to those that they are added to." }
                    }))
                    @if !self.tenants.is_empty() { (card("where", "Tenants to add them to", &html! {}, &self.tenants())) }
                }
                div.form-actions {
                    @if may { button.button.primary type="submit" { "Make the link" } }
                    @else { (forbidden_in_workspace("why-no-invite", "button primary", &html! { "Make the link" })) }
                    a.button href=(href::within(self.workspace, href::MEMBERS)) { "Back" }
                }
            }))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::people::invites()
    }
}

impl Invite {
    fn tenants(&self) -> Markup {
        html! {
            div.fields { (field::role("f-tenant-role", "tenant_role", "Role in these tenants", self.input.tenant_role)) }
            div.choose {
                fieldset {
                    legend.unseen { "Tenants" }
                    @for (id, name) in &self.tenants {
                        (checkbox(&format!("tenant-{id}"), "tenant", &id.to_string(), self.input.tenants.contains(id), &html! { (text::name(name, NAMELESS)) }))
                    }
                }
            }
        }
    }
}
