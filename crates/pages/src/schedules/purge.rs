//! The question before a schedule is removed.

use maud::{Markup, html};
use model::schedule::Schedule;
use model::tenant::Tenant;

use super::state::state;
use crate::components::field::{FieldProblem, checked};
use crate::components::{form, header};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples};

/// Asks whether to remove it.
#[derive(Debug, Clone)]
pub struct Purge {
    /// The tenant.
    pub tenant: Tenant,
    /// The schedule.
    pub schedule: Schedule,
    /// What was wrong with what was typed.
    pub problem: Option<FieldProblem>,
}

impl Page for Purge {
    const NAME: &'static str = "schedules-purge";

    fn title(&self) -> String {
        format!("Remove “{}”?", text::name(&self.schedule.name, NAMELESS))
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Schedules", href::schedules(self.tenant.id))];
        Place { destination: Some(Destination::Schedules), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let back = href::schedule(self.tenant.id, self.schedule.id);
        html! {
            (header::header(&self.title(), &state(&self.schedule), &html! {}, &html! {}))
            div.card.narrow {
                @if self.schedule.archived_at.is_some() {
                    p { "The schedule is removed for good, by an operation of its own. The runs that it started, the record of when it was due and the backup sets that it captured stay; no rule removes those sets any more." }
                    (form::start(view, "purge", &href::of_schedule(self.tenant.id, self.schedule.id, "purge"), &html! {
                        (checked("text", "typed", &format!("Type “{}” to confirm", text::name(&self.schedule.name, NAMELESS)), "", 200, self.problem.as_ref()))
                        div.form-actions {
                            button.button.danger type="submit" { "Remove it" }
                            a.button href=(back) { "Keep it" }
                        }
                    }))
                } @else {
                    p { "Only an archived schedule can be removed. Archive it first." }
                    div.form-actions { a.button href=(back) { "Back" } }
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::schedule::purges()
    }
}
