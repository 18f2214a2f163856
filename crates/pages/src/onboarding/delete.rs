//! The question whether to give an onboarding up.

use maud::{Markup, html};
use model::tenant::Tenant;

use crate::components::field::{FieldProblem, checked, problem};
use crate::components::form;
use crate::components::header::header;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{href, samples};

/// The question.
#[derive(Debug, Clone)]
pub struct Delete {
    /// The tenant.
    pub tenant: Tenant,
    /// What was wrong with what was sent.
    pub problem: Option<FieldProblem>,
}

impl Page for Delete {
    const NAME: &'static str = "onboarding-delete";

    fn title(&self) -> String {
        format!("Give up onboarding “{}”?", name(&self.tenant.name, NAMELESS))
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Onboarding", href::onboarding(self.tenant.id))];
        Place { destination: Some(Destination::Tenants), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let other = self.problem.as_ref().filter(|problem| problem.field != "typed");
        html! {
            (header(&self.title(), &html! {}, &html! {}, &html! {}))
            (problem(other.map(|problem| problem.words.as_str())))
            div.card.narrow {
                p { "The tenant is removed here with its connection, its reports and whatever was read of it. The audit log stays. Nothing changes at Microsoft: the app registration is removed there." }
                (form::post(view, &href::of_onboarding(self.tenant.id, "delete"), &html! {
                    (checked("text", "typed", &format!("Type “{}” to confirm", name(&self.tenant.name, NAMELESS)), "", 200, self.problem.as_ref()))
                    div.form-actions {
                        button.button.danger type="submit" { "Remove it" }
                        a.button href=(href::onboarding(self.tenant.id)) { "Back" }
                    }
                }))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::onboarding::deletes()
    }
}
