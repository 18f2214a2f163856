//! What a tenant does not have as a baseline says, and which object is meant by an item.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::baseline::{Assignment, ItemKey, ItemState, MatchedBy};
use model::ids::{InventoryItemId, WorkspaceId};
use model::label::Labelled as _;
use model::page::Page as Rows;
use model::tenant::Tenant;

use crate::components::badge::badge;
use crate::components::empty::empty;
use crate::components::field::{line, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::table::{Column, cell, head, row, table};
use crate::href::{self, Query};
use crate::inventory::type_label;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::samples;
use crate::text::{NAMELESS, name, number, shown};

/// An item that a tenant does not have as a baseline says.
#[derive(Debug, Clone)]
pub struct GapRow {
    /// The item.
    pub key: ItemKey,
    /// What it is called in the baseline.
    pub name: String,
    /// How it stands.
    pub state: ItemState,
    /// The object that is meant by it, and what that is called.
    pub object: Option<(InventoryItemId, String)>,
    /// How that was found.
    pub how: MatchedBy,
    /// In what it differs.
    pub properties: Vec<String>,
}

/// Choosing the object that is meant by an item.
#[derive(Debug, Clone)]
pub struct Choosing {
    /// The item.
    pub key: ItemKey,
    /// What it is called in the baseline.
    pub name: String,
    /// What their names contain.
    pub text: String,
    /// Objects of its type, by name; the first 50.
    pub objects: Vec<(InventoryItemId, String)>,
}

/// The page.
#[derive(Debug, Clone)]
pub struct Gaps {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may.
    pub can: Can,
    /// Since when it is held against the baseline, and which version was compared.
    pub assignment: Assignment,
    /// Only those that stand so.
    pub state: Option<ItemState>,
    /// A page of them, by type.
    pub gaps: Rows<GapRow>,
    /// The item of which the object is being chosen.
    pub choosing: Option<Choosing>,
}

/// The character between the parts of an item's key in addresses: no id has it.
const BETWEEN: char = ' ';

/// An item's key as one text, for an address.
#[must_use]
pub fn item_text(key: &ItemKey) -> String {
    format!("{}{BETWEEN}{}", key.resource_type, key.object_id)
}

/// The key that such a text names.
#[must_use]
pub fn item_of(text: &str) -> Option<ItemKey> {
    let (kind, object) = text.split_once(BETWEEN)?;
    Some(ItemKey { resource_type: kind.to_owned(), object_id: object.to_owned() })
}

impl Page for Gaps {
    const NAME: &'static str = "baselines-gaps";

    fn title(&self) -> String {
        "Gaps".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Drift", href::drift(self.tenant.id))];
        Place { destination: Some(Destination::Drift), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! {
            "What " (name(&self.tenant.name, NAMELESS)) " does not have as the baseline "
            a href=(href::within(self.workspace, &href::baseline(self.assignment.baseline))) { (name(&self.assignment.baseline_name, NAMELESS)) }
            @match self.assignment.compared { Some((version, _)) => { " says in version " (number(version)) "." }, None => " says. It was not compared yet." }
        };
        let tabs = [
            (None, "All"),
            (Some(ItemState::Differs), ItemState::Differs.badge().word),
            (Some(ItemState::Missing), ItemState::Missing.badge().word),
        ];
        html! {
            (header("Gaps", &html! {}, &lead, &html! {}))
            nav.tabs aria-label="How items stand" {
                @for (state, words) in tabs {
                    a href=(String::from(self.at(state))) aria-current=[(state == self.state).then_some("page")] { (words) }
                }
            }
            @if let Some(choosing) = &self.choosing { (self.choose(choosing, view)) }
            @if self.gaps.rows.is_empty() {
                (empty(Icon::Check, "Nothing", "Nothing here deviates, as of the last comparison.", &html! {}))
            } @else { (self.table()) }
            (pager(&self.gaps, "items", &self.at(self.state)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::baselines::gaps()
    }
}

impl Gaps {
    fn base(&self) -> String {
        href::baseline_in(self.tenant.id, self.assignment.baseline)
    }

    fn at(&self, state: Option<ItemState>) -> Query {
        let query = Query::new(self.base());
        match state {
            Some(state) => query.with("state", state.code()),
            None => query,
        }
    }

    fn may(&self) -> bool {
        self.can.allows(Capability::WorkspaceBaselinesManage)
    }

    fn table(&self) -> Markup {
        let columns = [Column("Item", false), Column("State", false), Column("Object", false), Column("Differs in", false)];
        let rows = html! {
            @for (at, gap) in self.gaps.rows.iter().enumerate() {
                (row(at, &html! {
                    (head(&html! { (name(&gap.name, NAMELESS)) span.below { (type_label(&gap.key.resource_type)) } }))
                    (cell("State", &badge(&gap.state)))
                    (cell("Object", &html! {
                        @match &gap.object {
                            Some((item, called)) => {
                                a href=(href::item(self.tenant.id, *item)) { (name(called, NAMELESS)) }
                                span.below { "Matched " (gap.how.words()) }
                            },
                            None => span.quiet { "None" },
                        }
                        @if self.may() {
                            a.below href=(String::from(self.at(self.state).with("item", item_text(&gap.key)))) aria-label={ "Choose the object of " (name(&gap.name, NAMELESS)) } { "Choose the object" }
                        }
                    }))
                    (cell("Differs in", &html! {
                        @if gap.properties.is_empty() { span.quiet { "–" } } @else {
                            ul.plain { @for property in &gap.properties { li { code { (shown(property, 120)) } } } }
                        }
                    }))
                }))
            }
        };
        table("Gaps", &columns, &rows)
    }

    /// Which object is meant: a search, and what was found.
    fn choose(&self, choosing: &Choosing, view: &View<'_>) -> Markup {
        let heading = format!("Which object is {}?", name(&choosing.name, NAMELESS));
        let objects: Vec<(String, String)> =
            choosing.objects.iter().map(|(id, called)| (id.to_string(), name(called, NAMELESS).into_owned())).collect();
        card(
            "choose",
            &heading,
            &html! {},
            &html! {
                p { "Objects of the type " (type_label(&choosing.key.resource_type)) ". The next comparison goes by the one that you choose." }
                form method="get" action=(self.base()) {
                    input type="hidden" name="item" value=(item_text(&choosing.key));
                    (line("f-q", "q", "Its name contains", &choosing.text, 200))
                    div.form-actions { button.button type="submit" { "Search" } }
                }
                @if objects.is_empty() { p.quiet { "No object of this type has such a name." } } @else {
                    (form::post(view, &href::within(self.workspace, &href::of_baseline(self.assignment.baseline, "pair")), &html! {
                        input type="hidden" name="tenant" value=(self.tenant.id);
                        input type="hidden" name="item" value=(item_text(&choosing.key));
                        (select("f-object", "object", "Object", &objects, ""))
                        div.form-actions { button.button type="submit" { "It is this one" } }
                    }))
                }
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_items_key_goes_through_an_address() {
        let key = ItemKey { resource_type: "scope_tag".to_owned(), object_id: "a b/ü%".to_owned() };
        assert_eq!(item_of(&item_text(&key)), Some(key));
        assert_eq!(item_of("nothing"), None);
    }
}
