//! Many deviations alike become one finding: a storm is told once.

use std::collections::BTreeMap;

use crate::drift::{Evidence, EvidenceLine, MOST_LINES};
use crate::finding::FindingKind;

/// Deviations of one kind in one property of one type, of which each has a finding of its own.
pub const MOST_ALIKE: usize = 200;

/// Characters of a name in the evidence.
const NAME: usize = 160;

/// The deviations of a type that have no finding, by kind and property; `T`: what it takes to make one.
#[derive(Debug)]
pub struct Fold<T> {
    groups: BTreeMap<(FindingKind, String), Group<T>>,
}

#[derive(Debug)]
struct Group<T> {
    /// At most [`MOST_ALIKE`]; empty once there are more.
    singles: Vec<T>,
    names: Vec<String>,
    count: usize,
}

/// What became of a group that is too large to be told one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The kind.
    pub kind: FindingKind,
    /// The property.
    pub property: String,
    /// How many objects.
    pub count: usize,
    /// Some of them.
    pub evidence: Evidence,
}

impl<T> Default for Fold<T> {
    fn default() -> Self {
        Self { groups: BTreeMap::new() }
    }
}

impl<T> Fold<T> {
    /// Adds a deviation of the object of that name.
    pub fn add(&mut self, kind: FindingKind, property: &str, name: &str, single: T) {
        let group = self.groups.entry((kind, property.to_owned()));
        let group = group.or_insert_with(|| Group { singles: Vec::new(), names: Vec::new(), count: 0 });
        group.count += 1;
        if group.names.len() < MOST_LINES {
            group.names.push(name.chars().filter(|c| !c.is_control()).take(NAME).collect());
        }
        if group.count > MOST_ALIKE {
            group.singles = Vec::new();
        } else {
            group.singles.push(single);
        }
    }

    /// The deviations that are told one by one, and those that are told together.
    #[must_use]
    pub fn done(self) -> (Vec<T>, Vec<Folded>) {
        let (mut singles, mut folded) = (Vec::new(), Vec::new());
        for ((kind, property), group) in self.groups {
            if group.count <= MOST_ALIKE {
                singles.extend(group.singles);
                continue;
            }
            let line = |name| EvidenceLine { path: name, effect: effect(kind).to_owned(), before: None, after: None };
            let lines = group.names.into_iter().map(line).collect();
            let evidence = Evidence { lines, total: group.count as u64, ..Evidence::default() };
            folded.push(Folded { kind, property, count: group.count, evidence });
        }
        (singles, folded)
    }
}

const fn effect(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Added => "added",
        FindingKind::Removed | FindingKind::ReferenceDangling => "removed",
        _ => "changed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_beyond_a_number_is_told_once_and_holds_nothing() {
        let mut fold = Fold::default();
        for n in 0..=MOST_ALIKE {
            fold.add(FindingKind::Changed, "a", &format!("n{n}"), n);
            if n < MOST_ALIKE {
                fold.add(FindingKind::Changed, "b", "x", n);
            }
        }
        let (singles, folded) = fold.done();
        assert_eq!(singles.len(), MOST_ALIKE);
        let [one] = folded.as_slice() else { panic!("{folded:?}") };
        assert_eq!((one.property.as_str(), one.count, one.evidence.total, one.evidence.lines.len()), ("a", 201, 201, MOST_LINES));
    }
}
