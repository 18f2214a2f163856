//! The difference of two texts as JSON Patch (RFC 6902): exact, so that applying it to the one gives the other, up to secrets.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::edits::{Effort, common};
use super::key::Keys;
use super::place::{ROOT, Ways, escape};
use super::rules::Rules;
use super::veil::holds_hidden;
use crate::json::Json;

/// One operation; its path is a JSON Pointer (RFC 6901) into the document as the operations before have left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchOperation {
    /// Adds a member, or an element before the one at that index.
    Add {
        /// Where.
        path: String,
        /// What.
        value: Json,
    },
    /// Removes what is there.
    Remove {
        /// Where.
        path: String,
    },
    /// Puts another value into the place of what is there.
    Replace {
        /// Where.
        path: String,
        /// What.
        value: Json,
    },
}

#[derive(Debug, Clone, Copy)]
enum Token<'a> {
    Name(&'a str),
    Index(usize),
}

/// The operations that make one value another one, up to secrets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patch {
    /// The operations in their order. None holds what is covered ([`super::Veil`]): whoever applies them never writes a cover in place of
    /// a secret.
    pub operations: Vec<PatchOperation>,
    /// The paths of the operations that were left out because of that.
    pub hidden: Vec<String>,
}

impl Patch {
    /// Takes an operation that gives a value, or leaves it out; whether it was taken.
    fn give(&mut self, path: String, value: &Json, operation: fn(String, Json) -> PatchOperation) -> bool {
        let hidden = holds_hidden(value);
        if hidden {
            self.hidden.push(path);
        } else {
            self.operations.push(operation(path, value.clone()));
        }
        !hidden
    }
}

fn add(path: String, value: Json) -> PatchOperation {
    PatchOperation::Add { path, value }
}

fn replace(path: String, value: Json) -> PatchOperation {
    PatchOperation::Replace { path, value }
}

enum Work<'a> {
    Both(usize, &'a Json, &'a Json),
    Done(Patch),
}

/// The operations that make the first value the second one. Members count by name, lists by order.
#[must_use]
pub fn patch(before: &Json, after: &Json) -> Patch {
    let rules = Rules::of(None);
    let mut keys = Keys::new(&rules);
    let mut effort = Effort::default();
    let mut ways: Ways<Token<'_>> = Ways::new();
    let mut found = Patch::default();
    let mut rest = vec![Work::Both(ROOT, before, after)];
    while let Some(work) = rest.pop() {
        match work {
            Work::Both(way, Json::Object(old), Json::Object(new)) => members(&mut ways, &mut rest, way, old, new),
            Work::Both(way, Json::Array(old), Json::Array(new)) => {
                elements((&mut keys, &mut effort), &mut ways, &mut rest, way, (old, new))
            }
            Work::Both(way, old, new) => {
                let nested = |value: &Json| matches!(value, Json::Array(_) | Json::Object(_));
                if nested(old) || nested(new) || old != new {
                    found.give(path(&ways, way), new, replace);
                }
            }
            Work::Done(done) => {
                found.operations.extend(done.operations);
                found.hidden.extend(done.hidden);
            }
        }
    }
    found
}

fn members<'a>(
    ways: &mut Ways<Token<'a>>,
    rest: &mut Vec<Work<'a>>,
    way: usize,
    old: &'a [(String, Json)],
    new: &'a [(String, Json)],
) {
    let names: BTreeMap<&str, &'a Json> = new.iter().map(|(name, value)| (name.as_str(), value)).collect();
    let known: BTreeMap<&str, &'a Json> = old.iter().map(|(name, value)| (name.as_str(), value)).collect();
    let mut own = Patch::default();
    for (name, value) in old {
        let further = ways.further(way, Token::Name(name));
        match names.get(name.as_str()) {
            Some(other) => rest.push(Work::Both(further, value, other)),
            None => own.operations.push(PatchOperation::Remove { path: path(ways, further) }),
        }
    }
    for (name, value) in new.iter().filter(|(name, _)| !known.contains_key(name.as_str())) {
        let further = ways.further(way, Token::Name(name));
        own.give(path(ways, further), value, add);
    }
    if own != Patch::default() {
        rest.push(Work::Done(own));
    }
}

/// What differs inside elements comes first, while all of them still stand where they stood; then elements go, the last first; then they
/// come, the first first.
fn elements<'a>(
    (keys, effort): (&mut Keys<'_>, &mut Effort),
    ways: &mut Ways<Token<'a>>,
    rest: &mut Vec<Work<'a>>,
    way: usize,
    (old, new): (&'a [Json], &'a [Json]),
) {
    let mut of = |items: &[Json]| items.iter().map(|item| keys.of(item, &Vec::new())).collect::<Vec<_>>();
    let (old_keys, new_keys) = (of(old), of(new));
    let (mut gone, mut come, mut inside) = (Vec::new(), Vec::new(), Vec::new());
    let (mut from_old, mut from_new) = (0, 0);
    for (i, j) in common(&old_keys, &new_keys, effort).into_iter().chain([(old.len(), new.len())]) {
        let both = (i - from_old).min(j - from_new);
        inside.extend((0..both).map(|n| (from_old + n, from_new + n)));
        gone.extend(from_old + both..i);
        come.extend(from_new + both..j);
        (from_old, from_new) = (i + 1, j + 1);
    }
    let mut own = Patch::default();
    for i in gone.into_iter().rev() {
        let further = ways.further(way, Token::Index(i));
        own.operations.push(PatchOperation::Remove { path: path(ways, further) });
    }
    // What is left out takes no place.
    let mut out = 0;
    for j in come {
        let further = ways.further(way, Token::Index(j - out));
        out += usize::from(!own.give(path(ways, further), &new[j], add));
    }
    if own != Patch::default() {
        rest.push(Work::Done(own));
    }
    for (i, j) in inside.into_iter().rev() {
        rest.push(Work::Both(ways.further(way, Token::Index(i)), &old[i], &new[j]));
    }
}

fn path(ways: &Ways<Token<'_>>, way: usize) -> String {
    let mut text = String::new();
    for token in ways.steps(way) {
        text.push('/');
        match token {
            Token::Name(name) => escape(name, &mut text),
            // Writing into a String cannot fail.
            Token::Index(at) => _ = write!(text, "{at}"),
        }
    }
    text
}

/// The operations as the document that RFC 6902 describes.
#[must_use]
pub fn patch_json(operations: &[PatchOperation]) -> Json {
    let one = |operation: &PatchOperation| match operation {
        PatchOperation::Add { path, value } => {
            Json::from([("op", Json::text("add")), ("path", Json::text(path)), ("value", value.clone())])
        }
        PatchOperation::Remove { path } => Json::from([("op", Json::text("remove")), ("path", Json::text(path))]),
        PatchOperation::Replace { path, value } => {
            Json::from([("op", Json::text("replace")), ("path", Json::text(path)), ("value", value.clone())])
        }
    };
    Json::Array(operations.iter().map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Veil;
    use crate::resource_types::find;

    fn covered(settings: &[(&str, &str)]) -> Json {
        let one = |(name, value): &(&str, &str)| Json::from([("name", Json::text(*name)), ("value", Json::text(*value))]);
        let content = Json::from([("customSettings", Json::Array(settings.iter().map(one).collect()))]);
        Veil::new([7; 32]).over(find("app_config_managed_app"), &content)
    }

    #[test]
    fn no_operation_holds_what_stands_for_a_secret() {
        let before = covered(&[("a", "1"), ("b", "2")]);
        let found = patch(&before, &covered(&[("a", "1"), ("b", "3")]));
        assert_eq!((found.operations.len(), found.hidden), (0, vec!["/customSettings/1/value".to_owned()]));
        // A whole element with a secret: what comes after it stands one place further to the front.
        let after = covered(&[("x", "9"), ("c", ""), ("a", "1"), ("y", "9"), ("d", ""), ("b", "2")]);
        let found = patch(&before, &after);
        let told: Vec<(&str, bool)> = found
            .operations
            .iter()
            .map(|operation| match operation {
                PatchOperation::Add { path, value } => (path.as_str(), holds_hidden(value)),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(told, [("/customSettings/0", false), ("/customSettings/2", false)]);
        assert_eq!(found.hidden.len(), 2);
        // What goes needs no value.
        let found = patch(&after, &before);
        assert_eq!((found.operations.len(), found.hidden.len()), (4, 0));
        let found = patch(&Json::from([]), &before);
        assert_eq!((found.operations.len(), found.hidden), (0, vec!["/customSettings".to_owned()]));
    }
}
