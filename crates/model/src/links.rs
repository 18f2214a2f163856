//! Links: what the objects of a tenant refer to, in both directions.
//!
//! A link is a reference ([`crate::references`]) of an object's latest content, kept beside it. Who refers to what is then found without
//! reading contents: where a group is used, what a policy needs, what refers to something that does not exist, what nobody uses.

mod dangling;
mod end;
mod graph;
mod kind;
mod target;

pub use dangling::{Dangling, Fate, Orphan, OrphanKind, Telling, Untold, WhyUntold};
pub use end::{EndState, LinkEnd, LinkUse, LinkUser};
pub use graph::{Depth, LinkEdge, LinkGraph, LinkNode, Side};
pub use kind::{Link, LinkKind, MAX_ID, form, link_id, links};
pub use target::{Kept, kept, names_of, refer_to};
