//! The question before a connection is removed: the tenant's name is typed.

use maud::{Markup, html};
use model::tenant::Tenant;

use crate::components::field::{FieldProblem, checked};
use crate::components::{form, header};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples};

/// Asks whether to remove it.
#[derive(Debug, Clone)]
pub struct Remove {
    /// The tenant.
    pub tenant: Tenant,
    /// What was wrong with what was typed.
    pub problem: Option<FieldProblem>,
}

impl Page for Remove {
    const NAME: &'static str = "connections-remove";

    fn title(&self) -> String {
        "Remove the connection?".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Connection", href::of_tenant(self.tenant.id, "connection"))];
        Place { destination: Some(Destination::Connection), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let name = text::name(&self.tenant.name, NAMELESS);
        html! {
            (header::header(&self.title(), &html! {}, &html! {}, &html! {}))
            div.card.narrow {
                p { "The credential is deleted and cannot be brought back. Operations that are at work with it stop; those that need a connection are blocked until another is added. What was read so far stays." }
                p { "To stop using it for a while, disable it instead." }
                (form::post(view, &href::of_tenant(self.tenant.id, "connection/remove"), &html! {
                    (checked("text", "typed", &format!("Type “{name}” to confirm"), "", 200, self.problem.as_ref()))
                    div.form-actions {
                        button.button.danger type="submit" { "Remove it" }
                        a.button href=(href::of_tenant(self.tenant.id, "connection")) { "Keep it" }
                    }
                }))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::connection::removals()
    }
}
