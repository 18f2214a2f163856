//! What the last syncs found of each type in a tenant.

use maud::{Markup, html};
use model::coverage::{TypeCoverage, TypeState};
use model::inventory::InventoryFilter;
use model::resource_types::{Category, ResourceType, all, find};
use model::tenant::Tenant;

use crate::components::badge::badge;
use crate::components::empty::empty;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::components::tile::tile;
use crate::inventory::{by_label, query, type_label};
use crate::live::{Topic, live};
use crate::page::{Destination, Page, Place, View};
use crate::runs::code_words;
use crate::text::{NAMELESS, name, number, shown};
use crate::{href, samples, when};

/// The coverage of a tenant.
#[derive(Debug, Clone)]
pub struct OfTenant {
    /// The tenant.
    pub tenant: Tenant,
    /// What is known of each type that was ever tried.
    pub known: Vec<TypeCoverage>,
}

impl Page for OfTenant {
    const NAME: &'static str = "coverage-of-tenant";

    fn title(&self) -> String {
        "Coverage".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Coverage), tenant: Some(self.tenant.id), crumbs: Vec::new() }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let lead = html! { "What the last sync read of each type in " (name(&self.tenant.name, NAMELESS)) ", and what it could not read." };
        let actions = html! { a.button href=(href::COVERAGE) { "All types" } };
        html! {
            (header("Coverage", &html! {}, &lead, &actions))
            (live("coverage", Topic::Runs, &self.tables()))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::coverage::of_tenants()
    }
}

impl OfTenant {
    fn tables(&self) -> Markup {
        let next = html! { a.button href=(href::sync(self.tenant.id)) { "Choose what to sync" } };
        html! {
            @if self.known.is_empty() {
                (empty(Icon::Inventory, "Nothing was read yet", "After the first sync, each type stands here with what was found of it.", &next))
            } @else {
                (self.tiles())
                @for category in Category::ALL {
                    @let lines = by_label(self.known.iter().filter(|line| find(&line.resource_type).is_some_and(|kind| kind.category == category)), |line: &TypeCoverage| &line.resource_type);
                    @if !lines.is_empty() { (self.group(category.code(), category.label(), &lines)) }
                }
                @let strange: Vec<&TypeCoverage> = self.known.iter().filter(|line| find(&line.resource_type).is_none()).collect();
                @if !strange.is_empty() { (self.group("unknown", "Unknown types", &strange)) }
                (self.untried())
            }
        }
    }

    fn tiles(&self) -> Markup {
        let of =
            |state: TypeState| i64::try_from(self.known.iter().filter(|line| line.state == state).count()).unwrap_or(i64::MAX);
        let states = [
            ("Read completely", TypeState::Complete),
            ("Permission missing", TypeState::Forbidden),
            ("Not licensed", TypeState::NotLicensed),
            ("Failed", TypeState::Failed),
        ];
        let objects: i64 = self.known.iter().filter(|line| line.complete_at.is_some()).map(|line| line.objects).sum();
        html! {
            section.tiles aria-label="Figures" {
                @for (words, state) in states { (tile(words, &html! { (number(of(state))) }, "", None)) }
                (tile("Objects", &html! { (number(objects)) }, "", Some(&href::inventory(self.tenant.id))))
            }
        }
    }

    fn group(&self, id: &str, label: &str, lines: &[&TypeCoverage]) -> Markup {
        let columns = [
            Column("Type", false),
            Column("State", false),
            Column("Objects", true),
            Column("Pages", true),
            Column("Read completely", false),
            Column("Last tried", false),
        ];
        let rows = html! {
            @for line in lines {
                (row(&line.resource_type, &html! {
                    (head(&html! { (type_label(&line.resource_type)) }))
                    (cell("State", &state(line)))
                    (figure("Objects", &self.objects(line)))
                    (figure("Pages", &html! { @if line.complete_at.is_some() { (number(line.pages)) } @else { "–" } }))
                    (cell("Read completely", &when::at_or(line.complete_at, "Never")))
                    (cell("Last tried", &when::at(line.attempted_at)))
                }))
            }
        };
        card(&format!("c-{id}"), label, &html! {}, &table(label, &columns, &rows))
    }

    fn objects(&self, line: &TypeCoverage) -> Markup {
        let filter = InventoryFilter { types: vec![line.resource_type.clone()], ..InventoryFilter::default() };
        html! {
            @if line.complete_at.is_none() { "–" }
            @else if line.objects > 0 { a href=(String::from(query(self.tenant.id, &filter))) { (number(line.objects)) } }
            @else { span.quiet { "0" } }
        }
    }

    /// Types that no sync has tried yet.
    fn untried(&self) -> Markup {
        let tried = |kind: &&ResourceType| self.known.iter().any(|line| line.resource_type == kind.key);
        let left: Vec<&ResourceType> = all().iter().filter(|kind| kind.in_inventory() && !tried(kind)).collect();
        html! {
            @if !left.is_empty() {
                (card("c-untried", "Not tried yet", &html! {}, &html! {
                    ul.plain { @for kind in left { li { (kind.label) } } }
                }))
            }
        }
    }
}

/// The state, and with what it failed.
fn state(line: &TypeCoverage) -> Markup {
    html! {
        (badge(&line.state))
        @if line.state != TypeState::Complete { span.below { (line.state.words()) } }
        @if let Some(code) = &line.failure_code { span.below { (code_words(code)) " " code { (shown(code, 60)) } } }
    }
}
