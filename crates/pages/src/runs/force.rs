//! The question before a run that does not stop is ended by force.

use maud::{Markup, html};
use model::run::{Run, Status};

use super::words;
use crate::components::badge::badge;
use crate::components::{form, header};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples};

/// Asks whether to end it.
#[derive(Debug, Clone)]
pub struct Force {
    /// The run; running and asked to stop, else the page says that there is nothing to force.
    pub run: Run,
    /// Name of its tenant.
    pub tenant_name: Option<String>,
}

impl Page for Force {
    const NAME: &'static str = "runs-force";

    fn title(&self) -> String {
        format!("End {} by force?", self.run.label().to_lowercase())
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
                @if self.run.status == Status::Running && self.run.cancel_requested_at.is_some() {
                    p { "It was asked to stop and has not. Its record is ended now as cancelled; whatever its worker still writes is refused." }
                    p { "What the worker has sent to Microsoft already is not taken back. Wait for the worker unless it is stuck or gone." }
                    (form::post(view, &href::force(self.run.id), &html! {
                        div.form-actions {
                            button.button.danger type="submit" { "End it by force" }
                            a.button href=(back) { "Wait for it" }
                        }
                    }))
                } @else {
                    p { "Only a run that is running and was asked to stop can be ended by force." }
                    div.form-actions { a.button href=(back) { "View run" } }
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let name = || Some("Contoso".to_owned());
        let stuck = Run { cancel_requested_at: Some(samples::run::running().created_at), ..samples::run::running() };
        vec![
            ("stuck", Self { run: stuck, tenant_name: name() }),
            ("not-asked", Self { run: samples::run::running(), tenant_name: name() }),
            ("hostile", Self { run: samples::run::hostile(), tenant_name: Some(samples::HOSTILE.to_owned()) }),
        ]
    }
}
