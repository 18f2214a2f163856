//! Choosing the policy to compare another one with.

use maud::{Markup, html};
use model::inventory::InventoryItem;
use model::page::Page as Rows;
use model::tenant::Tenant;

use super::offered::Offered;
use crate::components::empty::empty;
use crate::components::field::{checkbox, search, select};
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::table::{self, Column};
use crate::href::{self, Query};
use crate::inventory::type_label;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{samples, when};

/// Policies to choose from.
#[derive(Debug, Clone)]
pub struct Pick {
    /// The tenant of the policy that is compared.
    pub tenant: Tenant,
    /// That policy.
    pub item: InventoryItem,
    /// The tenant that is searched.
    pub within: Tenant,
    /// Tenants that can be searched.
    pub offered: Offered,
    /// The text that the names have in them.
    pub text: Option<String>,
    /// Whether policies of every type are offered; else only of the same.
    pub all_types: bool,
    /// The policies, by name.
    pub items: Rows<InventoryItem>,
}

impl Pick {
    fn query(&self) -> Query {
        href::compare_with(self.tenant.id, self.item.id)
            .with("in", self.within.id)
            .with_some("find", self.offered.find.as_deref())
            .with_some("q", self.text.as_deref())
            .with_some("all", self.all_types.then_some("yes"))
    }
}

impl Page for Pick {
    const NAME: &'static str = "compare-pick";

    fn title(&self) -> String {
        format!("Compare {}", text::name(&self.item.name, NAMELESS))
    }

    fn place(&self) -> Place {
        let tenant = self.tenant.id;
        let crumbs = vec![
            Crumb::new("Inventory", href::inventory(tenant)),
            Crumb::new(text::name(&self.item.name, NAMELESS).into_owned(), href::item(tenant, self.item.id)),
        ];
        Place { destination: Some(Destination::Inventory), tenant: Some(tenant), crumbs }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let lead = html! { "Choose the policy to compare it with, of this tenant or another one of the workspace. Searches the inventory." };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            (self.form())
            @if self.items.rows.is_empty() {
                (empty(Icon::Search, "No policy found", "No policy of that tenant fits.", &html! {}))
            }
            @else { (self.rows()) }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::compare::picks()
    }
}

impl Pick {
    fn form(&self) -> Markup {
        let tenants = self.offered.choices(&self.within);
        let label = html! { "Every type, not only " (type_label(&self.item.resource_type)) };
        html! {
            form.filters method="get" action=(String::from(href::compare_with(self.tenant.id, self.item.id))) role="search" aria-label="Search for a policy" {
                (search("f-q", "q", "Search by name", self.text.as_deref().unwrap_or_default()))
                (select("f-in", "in", "Tenant", &tenants, &self.within.id.to_string()))
                (self.offered.finder())
                (checkbox("f-all", "all", "yes", self.all_types, &label))
                div.filter-actions { button.button type="submit" { (icon(Icon::Search)) "Search" } }
            }
        }
    }

    fn rows(&self) -> Markup {
        let columns = [Column("Name", false), Column("Type", false), Column("Platform", false), Column("Changed", true)];
        let line = |other: &InventoryItem| {
            let address = href::compare_item(self.tenant.id, self.item.id).with("with", other.id).with("in", other.tenant_id);
            table::row(
                other.id,
                &html! {
                    (table::head(&html! { a.cover href=(String::from(address)) { (text::name(&other.name, NAMELESS)) } }))
                    (table::cell("Type", &html! { (type_label(&other.resource_type)) }))
                    (table::cell("Platform", &html! { (other.platform.label()) }))
                    (table::figure("Changed", &when::at_or(other.modified_at, "–")))
                },
            )
        };
        html! {
            (table::table("Policies", &columns, &html! { @for other in &self.items.rows { (line(other)) } }))
            (pager(&self.items, "policies", &self.query()))
        }
    }
}
