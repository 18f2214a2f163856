//! Properties that the service gives to every object of a type, or takes from every one: nobody changed anything.

use std::collections::{BTreeMap, BTreeSet};

use super::Deviation;

/// A property that came to all objects of a type at once, or went from all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceField {
    /// Its name.
    pub property: String,
    /// `+` or `-`, and its value.
    pub whole: String,
}

/// Those of one type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceFields(BTreeSet<ServiceField>);

impl ServiceFields {
    /// Whether the service did it.
    #[must_use]
    pub fn did(&self, deviation: &Deviation) -> bool {
        let Some(whole) = &deviation.whole else { return false };
        self.0.iter().any(|field| field.property == deviation.property && field.whole == *whole)
    }

    /// What the service did, by name.
    pub fn all(&self) -> impl Iterator<Item = &ServiceField> {
        self.0.iter()
    }

    /// The same with what somebody said to be the service's doing.
    #[must_use]
    pub fn with(mut self, said: impl IntoIterator<Item = ServiceField>) -> Self {
        self.0.extend(said);
        self
    }

    /// Whether it did nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Counts over all objects of a type which properties came and went as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    objects: usize,
    seen: BTreeMap<ServiceField, Count>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Count {
    objects: usize,
    timed: usize,
    untouched: usize,
}

/// Properties that may be counted; where more came, somebody did something else.
const MOST: usize = 1_000;

impl Tally {
    /// An object that was there before and is there now. `untouched`: whether its own time of change, or version, is what it was; `None`
    /// where it has none.
    pub fn add(&mut self, deviations: &[Deviation], untouched: Option<bool>) {
        self.objects += 1;
        for deviation in deviations {
            let Some(whole) = &deviation.whole else { continue };
            let field = ServiceField { property: deviation.property.clone(), whole: whole.clone() };
            if self.seen.len() >= MOST && !self.seen.contains_key(&field) {
                continue;
            }
            let count = self.seen.entry(field).or_default();
            count.objects += 1;
            count.timed += usize::from(untouched.is_some());
            count.untouched += usize::from(untouched == Some(true));
        }
    }

    /// What the service did: it concerns each of these objects, two at least, with one value, and one of them is one that nobody touched. Where the
    /// objects do not tell, the property must have come: what goes may have been taken away by somebody.
    #[must_use]
    pub fn fields(self) -> ServiceFields {
        let did = |field: &ServiceField, count: &Count| {
            let told = if count.timed > 0 { count.untouched > 0 } else { field.whole.starts_with('+') };
            // Of one object alone nobody knows: a change too many is told rather than one too few.
            self.objects > 1 && count.objects == self.objects && told
        };
        ServiceFields(self.seen.iter().filter(|(field, count)| did(field, count)).map(|(field, _)| field.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::Evidence;
    use crate::finding::FindingKind;

    fn came(property: &str, value: &str) -> Deviation {
        let (kind, evidence) = (FindingKind::Changed, Evidence::default());
        Deviation { kind, property: property.to_owned(), evidence, whole: Some(format!("+{value}")) }
    }

    fn told(objects: &[(&[Deviation], Option<bool>)]) -> Vec<String> {
        let mut tally = Tally::default();
        objects.iter().for_each(|(deviations, untouched)| tally.add(deviations, *untouched));
        tally.fields().all().map(|field| field.property.clone()).collect()
    }

    #[test]
    fn what_every_object_got_with_one_value_and_one_that_nobody_touched_is_the_services() {
        let x = [came("x", "false")];
        assert_eq!(told(&[(&x, Some(true)), (&x, Some(false))]), ["x"]);
        assert!(told(&[(&x, Some(true))]).is_empty(), "one object alone may be one that somebody changed");
        assert_eq!(told(&[(&x, None), (&x, None)]), ["x"]);
    }

    #[test]
    fn what_somebody_did_is_somebodys() {
        let (x, other) = ([came("x", "false")], [came("x", "true")]);
        assert!(told(&[(&x, Some(true)), (&[], Some(true))]).is_empty(), "not all have it");
        assert!(told(&[(&x, Some(true)), (&other, Some(true))]).is_empty(), "not one value");
        assert!(told(&[(&x, Some(false)), (&x, Some(false))]).is_empty(), "each was touched");
        assert!(told(&[(&x, None)]).is_empty(), "one object alone, of which nothing tells");
    }
}
