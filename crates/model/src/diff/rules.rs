//! What the contract of a type says of a place: whether a list there is without order, and which part of the object it is.

use super::{Area, Step};
use crate::resource_types::{FieldPath, ResourceType, Segment};

/// The contract of a type, as far as comparing goes.
#[derive(Debug)]
pub(super) struct Rules<'k> {
    lists: Vec<(&'k [Segment], &'k [FieldPath])>,
    name: Option<&'k str>,
    assignments: Option<&'k str>,
    scope_tags: Option<&'k str>,
}

/// How far the paths to lists without order agree with the way to a place: (which path, how many of its steps).
pub(super) type Spots = Vec<(usize, usize)>;

impl<'k> Rules<'k> {
    /// Of a type; of no type all order counts, and everything is settings.
    pub(super) fn of(kind: Option<&'k ResourceType>) -> Self {
        let unordered = kind.map(|kind| kind.unordered.as_slice()).unwrap_or_default();
        Self {
            lists: unordered.iter().map(|list| (list.path.segments(), list.identity.as_slice())).collect(),
            name: kind.map(|kind| kind.name_property.as_str()),
            assignments: kind.and_then(|kind| kind.assignments.as_ref()).map(|assignments| assignments.path.as_str()),
            scope_tags: kind.and_then(|kind| kind.scope_tag_property.as_deref()),
        }
    }

    /// Where the object itself stands.
    pub(super) fn start(&self) -> Spots {
        (0..self.lists.len()).map(|list| (list, 0)).collect()
    }

    /// One step further, into a member.
    pub(super) fn member(&self, spots: &Spots, name: &str) -> Spots {
        self.further(spots, |segment| matches!(segment, Segment::Member(wanted) if wanted == name))
    }

    /// One step further, into an element.
    pub(super) fn element(&self, spots: &Spots) -> Spots {
        self.further(spots, |segment| *segment == Segment::Each)
    }

    fn further(&self, spots: &Spots, fits: impl Fn(&Segment) -> bool) -> Spots {
        let fits = |(list, done): &(usize, usize)| self.lists[*list].0.get(*done).is_some_and(&fits);
        spots.iter().filter(|spot| fits(spot)).map(|(list, done)| (*list, done + 1)).collect()
    }

    /// What tells the elements of a list here apart; `None` where its order counts.
    pub(super) fn unordered(&self, spots: &Spots) -> Option<&'k [FieldPath]> {
        spots.iter().find(|(list, done)| self.lists[*list].0.len() == *done).map(|(list, _)| self.lists[*list].1)
    }

    /// The part that a way leads into.
    pub(super) fn area(&self, path: &[Step<'_>]) -> Area {
        match path {
            [Step::Member(name)] if Some(*name) == self.name => Area::Name,
            [Step::Member(name), ..] if Some(*name) == self.assignments => Area::Assignments,
            [Step::Member(name), ..] if Some(*name) == self.scope_tags => Area::ScopeTags,
            _ => Area::Settings,
        }
    }
}
