//! The question before a schedule is removed.

use maud::{Markup, html};
use model::schedule::Schedule;
use model::tenant::Tenant;

use super::state::state;
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
                    p { "The schedule and the record of when it was due are removed for good. The runs that it started stay in the history of operations." }
                    (form::post(view, &href::of_schedule(self.tenant.id, self.schedule.id, "purge"), &html! {
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
