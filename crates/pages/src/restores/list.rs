//! The restores of a tenant.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::label::Tone;
use model::page::Page as Rows;
use model::restore::Purpose;
use model::tenant::Tenant;

use super::Restore;
use super::drill::{DrillView, readiness};
use super::way::Step;
use crate::components::badge::{badge, worded};
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::permission::{INSUFFICIENT, forbidden_button};
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::Query;
use crate::live::{Topic, live};
use crate::page::{Destination, Page, Place, View};
use crate::text::{NAMELESS, name, number, shown};
use crate::{href, samples, when};

/// The list.
#[derive(Debug, Clone)]
pub struct List {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there. Without the capability a row is no link.
    pub can: Can,
    /// The latest drill.
    pub drill: Option<DrillView>,
    /// The restores, newest first.
    pub restores: Rows<Restore>,
}

impl Page for List {
    const NAME: &'static str = "restores-list";

    fn title(&self) -> String {
        "Restores".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Restores), tenant: Some(self.tenant.id), crumbs: Vec::new() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "Putting objects of " (name(&self.tenant.name, NAMELESS)) " back into an earlier state, or into that of another tenant. Nothing is written that was not previewed and confirmed." };
        let face = html! { (icon(Icon::Sync)) "New restore" };
        let new = html! {
            @if self.may() { a.button href=(href::ROLLOUTS) { "To many tenants" } }
            @if self.may() { a.button.primary href=(String::from(href::new_restore(self.tenant.id))) { (face) } }
            @else { (forbidden_button("why-no-restore", "button primary", &face)) }
        };
        html! {
            (header("Restores", &html! {}, &lead, &new))
            (live("restores", Topic::Runs, &html! { (readiness(&self.tenant, self.can, self.drill.as_ref())) (self.rows(view)) }))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::restore::lists()
    }
}

impl List {
    fn may(&self) -> bool {
        self.can.allows(Capability::RestoreExecute)
    }

    fn rows(&self, view: &View<'_>) -> Markup {
        if self.restores.rows.is_empty() {
            let next = html! { @if self.may() { a.button href=(String::from(href::new_restore(self.tenant.id))) { "Choose what to restore from" } } };
            return empty(
                Icon::Sync,
                "No restores yet",
                "A restore takes a backup, a version, or a tenant as it was, and puts what you choose of it back.",
                &next,
            );
        }
        let columns = [
            Column("Restore", false),
            Column("State", false),
            Column("From", false),
            Column("Objects", true),
            Column("Ended", true),
            Column("By", false),
            Column("Changed", true),
        ];
        html! {
            (table("Restores", &columns, &html! { @for restore in &self.restores.rows { (self.line(restore, view)) } }))
            (pager(&self.restores, "restores", &Query::new(href::restores(self.tenant.id))))
        }
    }

    /// A restore that can be edited leads to where it is gone on with.
    fn line(&self, restore: &Restore, view: &View<'_>) -> Markup {
        let to = Step::next_of(restore.state).map_or_else(
            || href::restore(self.tenant.id, restore.id),
            |step| href::of_restore(self.tenant.id, restore.id, step.code()),
        );
        row(
            restore.id,
            &html! {
                (head(&html! {
                    @if self.may() { a.cover href=(to) { (restore.called()) } }
                    @else { span.locked { (restore.called()) } span.forbidden-why { (icon(Icon::Lock)) (INSUFFICIENT) } }
                    @if restore.purpose != Purpose::Restore { " " (badge(&restore.purpose)) }
                }))
                (cell("State", &html! {
                    (badge(&restore.state))
                    @if restore.waits_for_approval { span.below { (worded(Tone::Info, Icon::Info, "Waits for approval")) } }
                }))
                (cell("From", &html! {
                    (shown(&restore.source.words, 120))
                    @if let Some((_, tenant)) = &restore.source.elsewhere { span.below { (name(tenant, NAMELESS)) } }
                }))
                (figure("Objects", &html! { (number(restore.chosen)) }))
                (figure("Ended", &when::at_or(restore.ended_at, "–")))
                (cell("By", &html! { (name(&restore.by, "System")) }))
                (figure("Changed", &when::ago(restore.changed_at, view.now)))
            },
        )
    }
}
