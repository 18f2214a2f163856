//! An object and its neighbours.

use super::{LinkEnd, LinkKind};
use crate::ids::InventoryItemId;

/// How far a graph goes from its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Depth {
    /// What it uses, and what uses it.
    #[default]
    One,
    /// The neighbours of those as well.
    Two,
}

/// On which side of the object something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Among what uses it.
    Users,
    /// It itself.
    Middle,
    /// Among what it uses.
    Used,
}

/// An object in a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkNode {
    /// What it is.
    pub end: LinkEnd,
    /// On which side it stands.
    pub side: Side,
    /// How many links it is away: 0 for the object itself.
    pub distance: u8,
}

/// Links between two objects of a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkEdge {
    /// The index of the one that refers.
    pub from: usize,
    /// The index of the one that is referred to.
    pub to: usize,
    /// In what ways, each once.
    pub kinds: Vec<LinkKind>,
}

/// An object and its neighbours; the object itself comes first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinkGraph {
    /// The objects.
    pub nodes: Vec<LinkNode>,
    /// The links between them.
    pub edges: Vec<LinkEdge>,
    /// Whether there are more neighbours than a graph holds.
    pub more: bool,
}

impl LinkGraph {
    /// Objects of each side that are one link away, at most.
    pub const NEAR: usize = 24;
    /// Objects that are two links away, at most, on each side.
    pub const FAR: usize = 24;

    /// A graph of the object alone.
    #[must_use]
    pub fn of(end: LinkEnd) -> Self {
        Self { nodes: vec![LinkNode { end, side: Side::Middle, distance: 0 }], edges: Vec::new(), more: false }
    }

    /// The index of an object.
    #[must_use]
    pub fn index_of(&self, end: &LinkEnd) -> Option<usize> {
        let same = |node: &LinkNode| match (node.end.item, end.item) {
            (Some(one), Some(other)) => one == other,
            (None, None) => node.end.to == end.to,
            _ => false,
        };
        self.nodes.iter().position(same)
    }

    /// The item of the object with that index.
    #[must_use]
    pub fn item(&self, index: usize) -> Option<InventoryItemId> {
        self.nodes.get(index)?.end.item
    }

    /// The place of an object: the one that it has, or a new one if there is room for it on that side.
    pub fn place(&mut self, end: LinkEnd, side: Side, distance: u8) -> Option<usize> {
        if let Some(index) = self.index_of(&end) {
            return Some(index);
        }
        let most = if distance > 1 { Self::FAR } else { Self::NEAR };
        let there = self.nodes.iter().filter(|node| node.side == side && node.distance == distance).count();
        if there >= most {
            self.more = true;
            return None;
        }
        self.nodes.push(LinkNode { end, side, distance });
        Some(self.nodes.len() - 1)
    }

    /// Adds a link.
    pub fn link(&mut self, from: usize, to: usize, kind: LinkKind) {
        match self.edges.iter_mut().find(|edge| (edge.from, edge.to) == (from, to)) {
            Some(edge) if edge.kinds.contains(&kind) => {}
            Some(edge) => edge.kinds.push(kind),
            None => self.edges.push(LinkEdge { from, to, kinds: vec![kind] }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::EndState;
    use crate::restore::Reference;

    fn end(n: usize) -> LinkEnd {
        LinkEnd {
            to: Reference::new("group", n.to_string()),
            state: EndState::Present,
            name: None,
            item: None,
            resource_type: "group".to_owned(),
        }
    }

    #[test]
    fn a_graph_holds_so_many_neighbours_and_says_that_there_are_more() {
        let mut graph = LinkGraph::of(end(0));
        for n in 1..=LinkGraph::NEAR {
            let at = graph.place(end(n), Side::Used, 1).unwrap();
            graph.link(0, at, LinkKind::Include);
            graph.link(0, at, LinkKind::Include);
        }
        assert!(!graph.more && graph.place(end(3), Side::Users, 2) == Some(3), "one that is there has its place");
        assert_eq!(graph.place(end(999), Side::Used, 1), None);
        assert!(graph.more);
        assert_eq!((graph.nodes.len(), graph.edges.len()), (LinkGraph::NEAR + 1, LinkGraph::NEAR));
        assert_eq!(graph.edges[0].kinds, [LinkKind::Include]);
        assert!(graph.place(end(1_000), Side::Users, 1).is_some(), "the other side has room of its own");
    }
}
