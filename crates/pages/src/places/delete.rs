//! The question before a tenant is removed for good: its name is typed.

use maud::{Markup, html};
use model::tenant::{Tenant, TenantStatus};

use crate::components::badge::badge;
use crate::components::field::{FieldProblem, checked};
use crate::components::{form, header};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples};

/// Asks whether to remove it.
#[derive(Debug, Clone)]
pub struct Delete {
    /// The tenant.
    pub tenant: Tenant,
    /// Whether an operation has begun to remove it.
    pub begun: bool,
    /// What was wrong with what was typed, or stands in the way.
    pub problem: Option<FieldProblem>,
}

impl Page for Delete {
    const NAME: &'static str = "places-delete";

    fn title(&self) -> String {
        format!("Delete “{}”?", text::name(&self.tenant.name, NAMELESS))
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Tenant details", href::of_tenant(self.tenant.id, "details"))];
        Place { destination: Some(Destination::TenantDetails), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let back = href::of_tenant(self.tenant.id, "details");
        html! {
            (header::header(&self.title(), &badge(&self.tenant.status), &html! {}, &html! {}))
            div.card.narrow {
                @if self.tenant.status == TenantStatus::Archived {
                    @if self.begun { p { "Part of it is gone already. Started again, the deletion goes on where it stopped." } }
                    p { "All that is recorded of the tenant here is removed for good: its connection and credential, inventory, versions, backup sets, restores, findings, operations and members. It cannot be undone. In Microsoft’s tenant nothing is changed." }
                    p { "What stays: the audit log of this workspace, which names the tenant; baselines that were made from it; its folder of the Git mirror on the server; and what was exported." }
                    (form::start(view, "delete", &href::of_tenant(self.tenant.id, "delete"), &html! {
                        (checked("text", "typed", &format!("Type “{}” to confirm", text::name(&self.tenant.name, NAMELESS)), "", 200, self.problem.as_ref()))
                        div.form-actions {
                            button.button.danger type="submit" { "Delete it for good" }
                            a.button href=(back) { "Keep it" }
                        }
                    }))
                } @else {
                    p { "Only an archived tenant can be deleted. Archive it first." }
                    div.form-actions { a.button href=(back) { "Back" } }
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::places::deletions()
    }
}
