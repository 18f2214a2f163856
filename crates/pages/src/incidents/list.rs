//! The incidents of a workspace.

use maud::{Markup, html};
use model::finding::Incident;

use crate::components::badge::badge;
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::inventory::type_label;
use crate::page::{Destination, Page, Place, View};
use crate::text::{number, shown};
use crate::{href, samples, when};

/// The list.
#[derive(Debug, Clone)]
pub struct List {
    /// Incidents with open findings in two or more tenants, the latest first.
    pub incidents: Vec<Incident>,
    /// How many are shown at most.
    pub most: usize,
}

impl Page for List {
    const NAME: &'static str = "incidents-list";

    fn title(&self) -> String {
        "Incidents".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Incidents), ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "The same was done in two or more of the tenants that you see, and is still open there. One decision is for all of them." };
        html! {
            (header("Incidents", &html! {}, &lead, &html! {}))
            @if self.incidents.is_empty() {
                (empty(Icon::Check, "No incidents", "Nothing that is open deviates in the same way in two tenants.", &html! {}))
            } @else {
                (self.rows(view))
                @if self.incidents.len() >= self.most { p.quiet { "There may be more: the latest " (self.most) " are shown." } }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::incidents::lists()
    }
}

impl List {
    fn rows(&self, view: &View<'_>) -> Markup {
        let columns = [
            Column("Type", false),
            Column("What", false),
            Column("Tenants", true),
            Column("Open findings", true),
            Column("Found", true),
        ];
        let rows = html! {
            @for one in &self.incidents {
                (row(&one.cause, &html! {
                    (head(&html! { a.cover href=(href::incident(&one.cause)) { (type_label(&one.resource_type)) } }))
                    (cell("What", &html! { (badge(&one.kind)) @if !one.property.is_empty() { span.below { code { (shown(&one.property, 80)) } } } }))
                    (figure("Tenants", &html! { (number(one.tenants)) }))
                    (figure("Open findings", &html! { (number(one.open)) }))
                    (figure("Found", &when::ago(one.latest_at, view.now)))
                }))
            }
        };
        table("Incidents", &columns, &rows)
    }
}
