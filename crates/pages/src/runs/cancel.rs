//! The question before a run is cancelled.

use maud::{Markup, html};
use model::run::Run;

use super::words;
use crate::components::badge::badge;
use crate::components::{form, header};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples};

/// Asks whether to cancel.
#[derive(Debug, Clone)]
pub struct Cancel {
    /// The run; active, else the page says that there is nothing to cancel.
    pub run: Run,
    /// Name of its tenant.
    pub tenant_name: Option<String>,
}

impl Page for Cancel {
    const NAME: &'static str = "runs-cancel";

    fn title(&self) -> String {
        format!("Cancel {}?", self.run.label().to_lowercase())
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Operations", href::OPERATIONS), Crumb::new(self.run.label(), href::run(self.run.id))];
        Place { destination: Some(Destination::Operations), tenant: self.run.tenant_id, crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let back = href::run(self.run.id);
        let lead = html! {
            @if let Some(name) = &self.tenant_name { (text::name(name, NAMELESS)) " · " }
            (words::summary(&self.run))
        };
        html! {
            (header::header(&self.title(), &badge(&self.run), &lead, &html! {}))
            div.card.narrow {
                @if self.run.is_active() {
                    p { "It stops at the next safe point. What was read until then is kept; nothing is rolled back." }
                    p { "A cancelled run never continues. You can start a new one at any time." }
                    (form::post(view, &href::cancel(self.run.id), &html! {
                        div.form-actions {
                            button.button.danger type="submit" { "Cancel the run" }
                            a.button href=(back) { "Keep it running" }
                        }
                    }))
                } @else {
                    p { "This run has ended already; there is nothing to cancel." }
                    div.form-actions { a.button href=(back) { "View run" } }
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let name = || Some("Contoso".to_owned());
        vec![
            ("running", Self { run: samples::run::running(), tenant_name: name() }),
            ("ended", Self { run: samples::run::succeeded(), tenant_name: name() }),
            ("hostile", Self { run: samples::run::hostile(), tenant_name: Some(samples::HOSTILE.to_owned()) }),
        ]
    }
}
