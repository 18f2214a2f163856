//! Choosing an object of the directory or of the inventory: what is chosen, a search that asks the database only, how fresh that is, and
//! "Sync now". Without a script the search is a page of its own.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::directory::{DirectoryState, SelectorKind};
use model::ids::TenantId;

use super::icon::{Icon, icon};
use super::permission::INSUFFICIENT;
use crate::directory::synced_words;
use crate::href::{self, Query};
use crate::page::View;
use crate::text::{self, NAMELESS};

/// A selector. Stands inside a form that is posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// What it offers.
    pub kind: SelectorKind,
    /// Whose.
    pub tenant: TenantId,
    /// How fresh that is.
    pub state: DirectoryState,
    /// The name of the chosen object; `None` when none is chosen, or nobody knows the id.
    pub name: Option<String>,
    /// What the viewer may do in the tenant.
    pub can: Can,
}

impl Selector {
    /// The selector with the id of what is chosen (empty: nothing); `field` names the input, `id` makes its ids.
    pub(crate) fn markup(&self, id: &str, field: &str, label: &str, chosen: &str, view: &View<'_>) -> Markup {
        let chosen = if chosen == "none" { "" } else { chosen };
        let search = Query::new(href::select(self.tenant))
            .with("kind", self.kind.code())
            .with("field", field)
            .with("back", view.here.split('?').next().unwrap_or_default());
        let (help, list) = (format!("{id}-help"), format!("{id}-list"));
        html! {
            div.field.selector data-selector=(String::from(search.clone())) {
                label for=(id) { (label) }
                p.selector-chosen data-chosen { (self.chosen(chosen)) }
                input type="hidden" name=(field) value=(if chosen.is_empty() { "none" } else { chosen });
                div.needs-script {
                    input type="text" id=(id) role="combobox" aria-expanded="false" aria-autocomplete="list" aria-controls=(list)
                        aria-describedby=(help) autocomplete="off" maxlength="200" placeholder="Type to search";
                    ul.choices.selector-list id=(list) role="listbox" aria-label={ (label) ": found" } hidden {}
                    span.unseen role="status" data-found {}
                }
                p.quiet id=(help) { "Searches the directory cache, " (synced_words(&self.state, view)) "." }
                div.selector-tools {
                    a.button.small href=(String::from(search)) { "Search…" span.unseen { " for " (label) } }
                    (self.sync(view))
                }
            }
        }
    }

    fn chosen(&self, id: &str) -> Markup {
        html! {
            @match (&self.name, id) {
                (_, "") => span.quiet { "None chosen" },
                (Some(name), id) => span title=(text::shown(id, 80)) { (text::name(name, NAMELESS)) },
                (None, id) => span title=(text::shown(id, 80)) { (text::unresolved(id)) },
            }
        }
    }

    fn sync(&self, view: &View<'_>) -> Markup {
        let capability = if self.kind.cached().is_some() { Capability::DirectorySync } else { Capability::InventorySync };
        html! {
            @if !self.can.allows(capability) {
                span.forbidden-why { (icon(Icon::Lock)) (INSUFFICIENT) }
            } @else {
                input type="hidden" name="back" value=(view.here);
                @if let Some(key) = self.kind.resource_type() {
                    button.button.small type="submit" name="types" value=(key) formaction=(href::sync(self.tenant)) { (icon(Icon::Sync)) "Sync now" }
                } @else {
                    button.button.small type="submit" name="sync" value=(self.kind.code()) formaction=(href::directory_sync(self.tenant)) { (icon(Icon::Sync)) "Sync now" }
                }
                @if let Some(run) = self.state.run { a href=(href::run(run)) { "View run" span.unseen { " of the latest sync" } } }
            }
        }
    }
}
