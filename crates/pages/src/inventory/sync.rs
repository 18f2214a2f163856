//! The form that chooses what to sync.

use std::collections::BTreeSet;

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::inventory::TypeSummary;
use model::label::Tone;
use model::resource_types::{Category, ResourceType};
use model::tenant::Tenant;

use super::kept_types;
use crate::components::callout::callout;
use crate::components::field::checkbox;
use crate::components::form;
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::components::permission::{barred, barred_button};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::runs::RunRow;
use crate::text::{NAMELESS, counted, name};
use crate::{href, samples, when};

/// The choice of resource types.
#[derive(Debug, Clone)]
pub struct SyncForm {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// Keys of the types that are chosen; `None` means all.
    pub chosen: Option<BTreeSet<String>>,
    /// Whether every detail is to be read again.
    pub read_everything: bool,
    /// What is known of each type.
    pub summary: Vec<TypeSummary>,
    /// A sync of this tenant that is queued or running.
    pub active: Option<RunRow>,
    /// What was wrong with the form that was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for SyncForm {
    const NAME: &'static str = "inventory-sync";

    fn title(&self) -> String {
        "Choose what to sync".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Inventory", href::inventory(self.tenant.id))];
        Place { destination: Some(Destination::Inventory), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! {
            "Reads the configuration of " (name(&self.tenant.name, NAMELESS)) " from Microsoft Graph into the inventory. "
            "Nothing in the tenant is changed."
        };
        let why = barred(self.can, Capability::InventorySync, view);
        let may = why.is_none();
        let start = html! { (icon(Icon::Sync)) "Sync now" };
        html! {
            (header("Choose what to sync", &html! {}, &lead, &html! {}))
            @if let Some(problem) = &self.problem { (callout(Tone::Danger, problem, &html! {})) }
            @if let Some(row) = &self.active {
                (callout(Tone::Info, "A sync of this tenant is under way", &html! {
                    p { (row.label_link()) ". Starting the same choice of types again leads to that run; another choice starts a run of its own." }
                }))
            }
            (form::start(view, "sync", &href::sync(self.tenant.id), &html! {
                input type="hidden" name="back" value=(href::inventory(self.tenant.id));
                div.choose-tools.needs-script {
                    button.button.small type="button" data-check="all" { "Select all" }
                    button.button.small type="button" data-check="none" { "Select none" }
                    span.quiet data-checked="" role="status" {}
                }
                div.choose { @for category in Category::ALL { (self.group(category, may)) } }
                fieldset.card disabled[!may] {
                    legend { "How thoroughly" }
                    (checkbox("read-everything", "read_everything", "yes", self.read_everything, &html! {
                        span { "Read everything again" }
                        span.quiet { "Otherwise the details of an object are read only when the list shows a change." }
                    }))
                }
                div.form-actions {
                    @if may { button.button.primary type="submit" { (start) } }
                    @else if let Some(why) = why { (barred_button("why-no-sync", "button primary", &start, why)) }
                    a.button href=(href::inventory(self.tenant.id)) { "Back to the inventory" }
                }
            }))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::inventory::sync_forms()
    }
}

impl SyncForm {
    fn group(&self, category: Category, may: bool) -> Markup {
        let kinds: Vec<_> = kept_types().filter(|kind| kind.category == category).collect();
        html! {
            @if !kinds.is_empty() {
                fieldset.card disabled[!may] {
                    legend { (category.label()) }
                    @for kind in kinds {
                        @let checked = self.chosen.as_ref().is_none_or(|chosen| chosen.contains(&kind.key));
                        (checkbox(&format!("type-{}", kind.key), "types", &kind.key, checked, &self.words(kind)))
                    }
                }
            }
        }
    }

    fn words(&self, kind: &ResourceType) -> Markup {
        let known = self.summary.iter().find(|summary| summary.resource_type == kind.key);
        html! {
            span { (kind.label) }
            span.quiet {
                @match known {
                    Some(known) => { (counted(known.items, "item", "items")) @if let Some(at) = known.complete_at { " · read " (when::at(at)) } },
                    None => "not read yet",
                }
            }
        }
    }
}
