//! The question before a workspace or a tenant is put away: its name is typed.

use maud::{Markup, html};
use model::tenant::Tenant;
use model::workspace::Workspace;

use crate::components::field::{FieldProblem, checked};
use crate::components::{form, header};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples};

/// What is put away.
#[derive(Debug, Clone)]
pub enum Archived {
    /// A workspace.
    Workspace(Workspace),
    /// A tenant.
    Tenant(Tenant),
}

/// Asks.
#[derive(Debug, Clone)]
pub struct Archive {
    /// What is put away.
    pub what: Archived,
    /// What was wrong with what was typed.
    pub problem: Option<FieldProblem>,
}

impl Page for Archive {
    const NAME: &'static str = "places-archive";

    fn title(&self) -> String {
        format!("Archive “{}”?", text::name(self.name(), NAMELESS))
    }

    fn place(&self) -> Place {
        let (_, back) = self.addresses();
        match &self.what {
            Archived::Workspace(_) => {
                Place { destination: Some(Destination::Workspace), tenant: None, crumbs: vec![Crumb::new("Workspace", back)] }
            }
            Archived::Tenant(tenant) => Place {
                destination: Some(Destination::TenantDetails),
                tenant: Some(tenant.id),
                crumbs: vec![Crumb::new("Tenant details", back)],
            },
        }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let (to, back) = self.addresses();
        let words = match &self.what {
            Archived::Workspace(_) => {
                "Nothing is started in it any more, in none of its tenants: what waits is blocked, what runs goes to its end, schedules do not fire. Nothing is removed. It can be taken out again."
            }
            Archived::Tenant(_) => {
                "Nothing is started in it any more: what waits, and what its schedules start, is blocked; what runs goes to its end. Nothing is removed. It can be taken out again."
            }
        };
        html! {
            (header::header(&self.title(), &html! {}, &html! {}, &html! {}))
            div.card.narrow {
                p { (words) }
                (form::post(view, &to, &html! {
                    input type="hidden" name="away" value="yes";
                    (checked("text", "typed", &format!("Type “{}” to confirm", text::name(self.name(), NAMELESS)), "", 200, self.problem.as_ref()))
                    div.form-actions {
                        button.button.danger type="submit" { "Archive it" }
                        a.button href=(back) { "Back" }
                    }
                }))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::places::archives()
    }
}

impl Archive {
    fn name(&self) -> &str {
        match &self.what {
            Archived::Workspace(workspace) => &workspace.name,
            Archived::Tenant(tenant) => &tenant.name,
        }
    }

    /// Where it is sent, and where one goes back.
    fn addresses(&self) -> (String, String) {
        match &self.what {
            Archived::Workspace(workspace) => {
                (href::within(workspace.id, href::ARCHIVE_WORKSPACE), href::within(workspace.id, href::WORKSPACE))
            }
            Archived::Tenant(tenant) => (href::of_tenant(tenant.id, "archive"), href::of_tenant(tenant.id, "details")),
        }
    }
}
