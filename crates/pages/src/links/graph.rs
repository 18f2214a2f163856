//! An object and its neighbours, drawn, and as a table.

use maud::{Markup, html};
use model::ids::InventoryItemId;
use model::label::Tone;
use model::links::{Depth, LinkGraph};
use model::tenant::Tenant;

use super::about::{end, label, name, way};
use super::draw::draw;
use crate::components::callout::callout;
use crate::components::empty::empty;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::table::{self, Column};
use crate::href::{self, Query};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::{samples, text};

/// An item and its neighbours.
#[derive(Debug, Clone)]
pub struct Graph {
    /// The tenant.
    pub tenant: Tenant,
    /// The item.
    pub item: InventoryItemId,
    /// How far the drawing goes.
    pub depth: Depth,
    /// The item, first, and its neighbours.
    pub graph: LinkGraph,
}

impl Graph {
    fn name(&self) -> String {
        self.graph.nodes.first().map(|node| name(&node.end)).unwrap_or_default()
    }
}

impl Page for Graph {
    const NAME: &'static str = "links-graph";

    fn title(&self) -> String {
        format!("Links of {}", self.name())
    }

    fn place(&self) -> Place {
        let crumbs = vec![
            Crumb::new("Inventory", href::inventory(self.tenant.id)),
            Crumb::new(self.name(), href::item(self.tenant.id, self.item)),
        ];
        Place { destination: Some(Destination::Inventory), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let tenant = self.tenant.id;
        let kind = self.graph.nodes.first().map(|node| label(&node.end.resource_type)).unwrap_or_default();
        let lead = html! { (kind) " · arrows lead from what refers to what is referred to, as of the latest sync" };
        let at = |depth: &str| String::from(Query::new(href::graph(tenant, self.item)).with("depth", depth));
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            nav.tabs aria-label="How far the drawing goes" {
                @for (depth, code, words) in [(Depth::One, "1", "Neighbours"), (Depth::Two, "2", "Their neighbours too")] {
                    a href=(at(code)) aria-current=[(depth == self.depth).then_some("page")] { (words) }
                }
            }
            @if self.graph.more {
                (callout(Tone::Info, "Not all of them are drawn", &html! {
                    p { "A drawing holds " (LinkGraph::NEAR) " neighbours on each side, and " (LinkGraph::FAR) " of their neighbours. The lists of the object's page have all." }
                }))
            }
            @if self.graph.edges.is_empty() {
                (empty(Icon::Arrow, "It stands alone", "It refers to nothing, and nothing refers to it.", &html! {}))
            } @else {
                (draw(tenant, &self.graph))
                (card("links", "The same as a table", &html! {}, &self.table()))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::links::graphs()
    }
}

impl Graph {
    fn table(&self) -> Markup {
        let columns = [Column("Object", false), Column("How", false), Column("Refers to", false)];
        let node = |index: usize| {
            html! {
                @if let Some(node) = self.graph.nodes.get(index) {
                    (end(self.tenant.id, &node.end))
                    span.below { (text::shown(&label(&node.end.resource_type), text::NAME)) }
                }
            }
        };
        table::table(
            "Links",
            &columns,
            &html! {
                @for (i, edge) in self.graph.edges.iter().enumerate() { (table::row(format_args!("link-{i}"), &html! {
                    (table::head(&node(edge.from)))
                    (table::cell("How", &html! { @for kind in &edge.kinds { (way(*kind)) " " } }))
                    (table::cell("Refers to", &node(edge.to)))
                })) }
            },
        )
    }
}
