//! The rollouts of a workspace.

use maud::{Markup, html};
use model::page::Page as Rows;

use super::Rollout;
use crate::components::badge::badge;
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::Query;
use crate::live::{Topic, live};
use crate::page::{Destination, Page, Place, View};
use crate::text::{name, shown};
use crate::{href, samples, when};

/// The list.
#[derive(Debug, Clone)]
pub struct List {
    /// The rollouts, newest first.
    pub rollouts: Rows<Rollout>,
}

impl Page for List {
    const NAME: &'static str = "rollouts-list";

    fn title(&self) -> String {
        "Restores to many tenants".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Rollouts), ..Place::default() }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let lead = html! { "One source put into many tenants, ring by ring: the pilot first, the rest when every restore of the ring before came out as planned." };
        html! {
            (header("Restores to many tenants", &html! {}, &lead, &html! {}))
            (live("rollouts", Topic::Runs, &self.rows()))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::rollout::lists()
    }
}

impl List {
    fn rows(&self) -> Markup {
        if self.rollouts.rows.is_empty() {
            let words = "Choose a backup, a version, or a tenant as it was on the page for a new restore of that tenant, then “Restore to many tenants”.";
            return empty(Icon::Sync, "No restores to many tenants yet", words, &html! {});
        }
        let columns =
            [Column("Name", false), Column("State", false), Column("From", false), Column("By", false), Column("Made", true)];
        html! {
            (table("Restores to many tenants", &columns, &html! { @for rollout in &self.rollouts.rows {
                (row(rollout.id, &html! {
                    (head(&html! { a.cover href=(href::rollout(rollout.id)) { (rollout.called()) } }))
                    (cell("State", &html! { (badge(&rollout.state)) @if let Some(ring) = rollout.stopped_ring { span.below { "At ring " (ring) } } }))
                    (cell("From", &html! { (shown(&rollout.source, 120)) }))
                    (cell("By", &html! { (name(&rollout.by, "System")) }))
                    (figure("Made", &when::at(rollout.created_at)))
                }))
            } }))
            (pager(&self.rollouts, "rollouts", &Query::new(href::ROLLOUTS)))
        }
    }
}
