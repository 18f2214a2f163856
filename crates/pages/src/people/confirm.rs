//! The question before somebody loses access.

use maud::{Markup, html};
use model::ids::WorkspaceId;
use model::tenant::Tenant;
use model::user::User;

use crate::components::{form, header};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples};

/// What they lose.
#[derive(Debug, Clone)]
pub enum Removal {
    /// The workspace with all of its tenants.
    Workspace(WorkspaceId, String),
    /// One tenant.
    Tenant(Tenant),
    /// The workspace, by their own wish.
    Leave(WorkspaceId, String),
}

/// Asks.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// What they lose.
    pub what: Removal,
    /// Who.
    pub user: User,
}

impl Page for Confirm {
    const NAME: &'static str = "people-confirm";

    fn title(&self) -> String {
        let who = text::name(&self.user.name, NAMELESS);
        match &self.what {
            Removal::Workspace(_, place) => format!("Remove {who} from “{}”?", text::name(place, NAMELESS)),
            Removal::Tenant(tenant) => format!("Remove {who} from “{}”?", text::name(&tenant.name, NAMELESS)),
            Removal::Leave(_, place) => format!("Leave “{}”?", text::name(place, NAMELESS)),
        }
    }

    fn place(&self) -> Place {
        match &self.what {
            Removal::Workspace(workspace, _) | Removal::Leave(workspace, _) => {
                let crumbs = vec![Crumb::new("Members", href::within(*workspace, href::MEMBERS))];
                Place { destination: Some(Destination::Members), tenant: None, crumbs }
            }
            Removal::Tenant(tenant) => {
                let crumbs = vec![Crumb::new("Members", href::of_tenant(tenant.id, "members"))];
                Place { destination: Some(Destination::TenantMembers), tenant: Some(tenant.id), crumbs }
            }
        }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let user = self.user.id;
        let (to, back, yes) = match &self.what {
            Removal::Workspace(workspace, _) => {
                (href::of_member(*workspace, user, "remove"), href::member(*workspace, user), "Remove them")
            }
            Removal::Tenant(tenant) => {
                (href::remove_from_tenant(tenant.id, user), href::of_tenant(tenant.id, "members"), "Remove them")
            }
            Removal::Leave(workspace, _) => {
                (href::within(*workspace, href::LEAVE), href::within(*workspace, href::MEMBERS), "Leave")
            }
        };
        let words = match &self.what {
            Removal::Workspace(..) => {
                "They lose the workspace and all of its tenants at once, also on pages that are open. What they started and did stays on record."
            }
            Removal::Tenant(_) => {
                "They lose the role that they were given in this tenant at once. Who is an owner or manager of the workspace stays entitled to the tenant."
            }
            Removal::Leave(..) => {
                "You lose the workspace and all of its tenants at once. Only an owner of it can invite you again."
            }
        };
        html! {
            (header::header(&self.title(), &html! {}, &html! {}, &html! {}))
            div.card.narrow {
                p { (words) }
                (form::post(view, &to, &html! {
                    div.form-actions {
                        button.button.danger type="submit" { (yes) }
                        a.button href=(back) { "Back" }
                    }
                }))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::people::confirms()
    }
}
