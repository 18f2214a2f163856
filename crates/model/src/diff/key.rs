//! A hash of a value that is equal for values that mean the same, and for no others.

use std::collections::BTreeMap;

use super::rules::{Rules, Spots};
use crate::json::Json;

/// blake3 of what a value means.
pub(super) type Key = [u8; 32];

enum Work<'a> {
    Read(&'a Json, Spots),
    /// So many keys become that of this list.
    List(&'a Json, usize, bool),
    /// As many keys as names become that of this object.
    Object(&'a Json, Vec<&'a str>),
}

/// The keys of values inside two contents, each found out once: a value stands at one place only, so that what its key depends on
/// does not change.
#[derive(Debug)]
pub(super) struct Keys<'k> {
    rules: &'k Rules<'k>,
    /// By where they are in memory; the contents are borrowed for as long.
    known: BTreeMap<usize, Key>,
}

impl<'k> Keys<'k> {
    /// None yet.
    pub(super) const fn new(rules: &'k Rules<'k>) -> Self {
        Self { rules, known: BTreeMap::new() }
    }

    /// The rules that they follow.
    pub(super) const fn rules(&self) -> &'k Rules<'k> {
        self.rules
    }

    /// The key of a value inside the contents.
    pub(super) fn of(&mut self, value: &Json, spots: &Spots) -> Key {
        key(self.rules, value, spots, &mut self.known)
    }
}

fn place(value: &Json) -> usize {
    std::ptr::from_ref(value).addr()
}

/// The hash: members by name, lists without order in one order. Hashes of hashes, so that depth does not make it longer.
fn key(rules: &Rules<'_>, value: &Json, spots: &Spots, known: &mut BTreeMap<usize, Key>) -> Key {
    let mut work = vec![Work::Read(value, spots.clone())];
    let mut done: Vec<Key> = Vec::new();
    while let Some(next) = work.pop() {
        if let Work::Read(nested @ (Json::Array(_) | Json::Object(_)), _) = &next
            && let Some(key) = known.get(&place(nested))
        {
            done.push(*key);
            continue;
        }
        match next {
            Work::Read(list @ Json::Array(items), spots) => {
                work.push(Work::List(list, items.len(), rules.unordered(&spots).is_some()));
                let inner = rules.element(&spots);
                work.extend(items.iter().map(|item| Work::Read(item, inner.clone())));
            }
            Work::Read(object @ Json::Object(members), spots) => {
                let mut sorted: Vec<&(String, Json)> = members.iter().collect();
                sorted.sort_by(|a, b| a.0.cmp(&b.0));
                work.push(Work::Object(object, sorted.iter().map(|(name, _)| name.as_str()).collect()));
                work.extend(sorted.into_iter().map(|(name, value)| Work::Read(value, rules.member(&spots, name))));
            }
            Work::Read(plain, _) => done.push(hash(b"plain", |hasher| _ = hasher.update(plain.to_text().as_bytes()))),
            // Work is done from its end, so that the keys lie in turned order.
            Work::List(list, count, unordered) => {
                let mut items = done.split_off(done.len() - count);
                items.reverse();
                if unordered {
                    items.sort_unstable();
                }
                let key = hash(b"list", |hasher| items.iter().for_each(|item| _ = hasher.update(item)));
                known.insert(place(list), key);
                done.push(key);
            }
            Work::Object(object, names) => {
                let values = done.split_off(done.len() - names.len());
                let key = hash(b"object", |hasher| {
                    for (name, value) in names.iter().zip(values.iter().rev()) {
                        hasher.update(blake3::hash(name.as_bytes()).as_bytes()).update(value);
                    }
                });
                known.insert(place(object), key);
                done.push(key);
            }
        }
    }
    done.pop().unwrap_or_default()
}

/// Values of different kinds never have one hash: their kind comes first.
fn hash(kind: &[u8], write: impl FnOnce(&mut blake3::Hasher)) -> Key {
    let mut hasher = blake3::Hasher::new();
    hasher.update(kind).update(b"\n");
    write(&mut hasher);
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource_types::find;

    fn of(kind: Option<&str>, text: &str) -> Key {
        let rules = Rules::of(kind.and_then(find));
        Keys::new(&rules).of(&Json::parse(text.as_bytes()).unwrap(), &rules.start())
    }

    #[test]
    fn what_means_the_same_has_the_same_hash() {
        let kind = Some("administrative_template");
        let one = r#"{"b":[1,{"y":1,"x":2}],"definitionValues":[{"presentationValues":[1,2]},{"presentationValues":[3]}]}"#;
        let two = r#"{"definitionValues":[{"presentationValues":[3]},{"presentationValues":[2,1]}],"b":[1,{"x":2,"y":1}]}"#;
        assert_eq!(of(kind, one), of(kind, two));
        assert_ne!(of(None, one), of(None, two));
        for (a, b) in
            [("[]", "{}"), ("[null]", "[]"), ("1", "1.0"), ("\"1\"", "1"), ("[1,[2]]", "[[1],2]"), ("{\"a\":null}", "{}")]
        {
            assert_ne!(of(None, a), of(None, b));
        }
    }
}
