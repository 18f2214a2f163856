//! The drawing of an object and its neighbours: what uses it on the left, what it uses on the right. Everything that it shows stands in
//! the table beneath as well.

use maud::{Markup, html};
use model::ids::TenantId;
use model::links::{EndState, LinkEdge, LinkGraph, LinkKind, LinkNode, Side};

use super::about::{address, label, name};
use crate::text;

/// Measures of a box, in the drawing's own units.
const WIDTH: usize = 210;
const HEIGHT: usize = 42;
/// Room between boxes.
const ACROSS: usize = 90;
const DOWN: usize = 14;
const MARGIN: usize = 8;
/// Characters of a name that fit into a box.
const LETTERS: usize = 28;

/// A box's place: its left upper corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spot {
    column: usize,
    x: usize,
    y: usize,
}

/// The drawing.
pub(super) fn draw(tenant: TenantId, graph: &LinkGraph) -> Markup {
    let (spots, width, height) = spots(graph);
    let middle = graph.nodes.first().map(|node| name(&node.end)).unwrap_or_default();
    let near = |side: Side| graph.nodes.iter().filter(|node| node.side == side && node.distance == 1).count();
    html! {
        div.graph role="region" aria-label="Drawing of the links" tabindex="0" {
            svg viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height) role="group" aria-labelledby="graph-title" aria-describedby="graph-about" {
                title id="graph-title" { "Links of " (middle) }
                desc id="graph-about" {
                    (text::counted(count(near(Side::Users)), "object uses it", "objects use it")) ", on the left; it uses "
                    (text::counted(count(near(Side::Used)), "object", "objects")) ", on the right. The table beneath says the same."
                }
                defs {
                    marker id="graph-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto" {
                        path d="M0 0 L8 4 L0 8 z" {}
                    }
                }
                @for edge in &graph.edges {
                    @if let (Some(from), Some(to)) = (spots.get(edge.from), spots.get(edge.to)) {
                        path class=(class(edge)) d=(line(*from, *to)) marker-end="url(#graph-arrow)" {}
                    }
                }
                @for (node, spot) in graph.nodes.iter().zip(&spots) {
                    @match address(tenant, &node.end) {
                        Some(address) => a href=(address) { (node_box(node, *spot)) },
                        None => (node_box(node, *spot)),
                    }
                }
            }
        }
    }
}

fn count(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}

fn class(edge: &LinkEdge) -> &'static str {
    if edge.kinds.contains(&LinkKind::Exclude) { "edge exclude" } else { "edge" }
}

fn node_box(node: &LinkNode, spot: Spot) -> Markup {
    let whole = name(&node.end);
    let missing = !matches!(node.end.state, EndState::Present);
    html! {
        g class={ "node" @if node.distance == 0 { " middle" } @if missing { " missing" } } {
            title { (whole) " – " (label(&node.end.resource_type)) @if missing { " (not found here, or not kept)" } }
            rect x=(spot.x) y=(spot.y) width=(WIDTH) height=(HEIGHT) rx="6" {}
            text.name x=(spot.x + 10) y=(spot.y + 18) { (text::shown(&whole, LETTERS)) }
            text.kind x=(spot.x + 10) y=(spot.y + 33) { (text::shown(&label(&node.end.resource_type), LETTERS + 6)) }
        }
    }
}

/// The column of an object, before empty ones are left out.
const fn column(node: &LinkNode) -> usize {
    match (node.side, node.distance) {
        (Side::Middle, _) => 2,
        (Side::Users, 1) => 1,
        (Side::Users, _) => 0,
        (Side::Used, 1) => 3,
        (Side::Used, _) => 4,
    }
}

/// Where each box stands, and how large the drawing is. Columns are centred; those without an object take no room.
fn spots(graph: &LinkGraph) -> (Vec<Spot>, usize, usize) {
    let mut many = [0_usize; 5];
    graph.nodes.iter().for_each(|node| many[column(node)] += 1);
    let most = many.iter().copied().max().unwrap_or(0).max(1);
    let height = most * (HEIGHT + DOWN) - DOWN + 2 * MARGIN;
    let place = |column: usize| many[..column].iter().filter(|many| **many > 0).count();
    let mut next = [0_usize; 5];
    let spots = graph.nodes.iter().map(|node| {
        let column = column(node);
        let row = next[column];
        next[column] += 1;
        let taken = many[column] * (HEIGHT + DOWN) - DOWN;
        Spot {
            column: place(column),
            x: MARGIN + place(column) * (WIDTH + ACROSS),
            y: (height - taken) / 2 + row * (HEIGHT + DOWN),
        }
    });
    let spots = spots.collect();
    let columns = many.iter().filter(|many| **many > 0).count().max(1);
    (spots, columns * (WIDTH + ACROSS) - ACROSS + 2 * MARGIN, height)
}

/// A curve from one box to another: from side to side, and around where both stand in one column.
fn line(from: Spot, to: Spot) -> String {
    let (y1, y2) = (from.y + HEIGHT / 2, to.y + HEIGHT / 2);
    let (x1, x2) = match from.column.cmp(&to.column) {
        std::cmp::Ordering::Less => (from.x + WIDTH, to.x),
        std::cmp::Ordering::Greater => (from.x, to.x + WIDTH),
        std::cmp::Ordering::Equal => (from.x + WIDTH, to.x + WIDTH),
    };
    let bend = if from.column == to.column { x1 + ACROSS / 2 } else { usize::midpoint(x1, x2) };
    format!("M{x1} {y1} C{bend} {y1} {bend} {y2} {x2} {y2}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Page as _;

    #[test]
    fn no_box_covers_another_and_all_are_inside() {
        for (name, page) in crate::links::Graph::samples() {
            let (spots, width, height) = spots(&page.graph);
            for (i, one) in spots.iter().enumerate() {
                assert!(one.x + WIDTH + MARGIN <= width && one.y + HEIGHT <= height, "{name}: {one:?} of {width} × {height}");
                for other in &spots[i + 1..] {
                    let apart = one.x != other.x || one.y.abs_diff(other.y) >= HEIGHT;
                    assert!(apart, "{name}: {one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_of_a_name_is_markup() {
        let pages = crate::links::Graph::samples();
        let (_, hostile) = pages.iter().find(|(name, _)| *name == "hostile").unwrap();
        let drawn = draw(hostile.tenant.id, &hostile.graph).into_string();
        assert!(!drawn.contains("<script") && !drawn.contains("onload=\""), "{drawn}");
    }
}
