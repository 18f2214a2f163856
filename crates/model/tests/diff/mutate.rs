//! Random objects, and one change somewhere in them.

use model::json::Json;
use proptest::prelude::*;

use crate::apply::at_mut;

/// Any value, with what is awkward more often than by chance: equal elements, empty lists, null, numbers of one value and another text.
pub(crate) fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        prop_oneof!["[0-3]", "1\\.0", "1e0", "-0"].prop_map(|text: String| Json::Number(text.into_boxed_str())),
        "[ab/~\"]{0,3}".prop_map(Json::String),
        Just(Json::Array(Vec::new())),
        Just(Json::Object(Vec::new())),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
            prop::collection::btree_map("[a-d/~]{1,2}", inner, 0..6).prop_map(|m| Json::Object(m.into_iter().collect())),
        ]
    })
}

/// Any object, at the bottom of up to forty others.
pub(crate) fn any_object() -> impl Strategy<Value = Json> {
    (any_json(), any_json(), 0_usize..40, any::<bool>()).prop_map(|(inner, beside, depth, lists)| {
        let nest = |inner: Json, n: usize| {
            if lists && n.is_multiple_of(2) {
                Json::Array(vec![Json::Null, inner])
            } else {
                Json::from([("beside", Json::int(7)), ("down", inner)])
            }
        };
        Json::from([("a", (0..depth).fold(inner, nest)), ("b", beside)])
    })
}

/// What was done to an object, and where: a JSON Pointer into the state that has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Done {
    Changed(String),
    Added(String),
    /// With the pointer to where it was, and what was there.
    Removed(String, Json),
}

/// Every place of a value, as tokens.
fn places(value: &Json) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut rest = vec![(Vec::new(), value)];
    while let Some((path, value)) = rest.pop() {
        let further = |token: String| path.iter().cloned().chain([token]).collect::<Vec<_>>();
        match value {
            Json::Array(items) => rest.extend(items.iter().enumerate().map(|(i, item)| (further(i.to_string()), item))),
            Json::Object(members) => rest.extend(members.iter().map(|(name, value)| (further(name.clone()), value))),
            _ => {}
        }
        all.push(path);
    }
    all
}

pub(crate) fn pointer(tokens: &[String]) -> String {
    tokens.iter().map(|token| format!("/{}", token.replace('~', "~0").replace('/', "~1"))).collect()
}

/// One change of that kind at some place; `None` where the object has no place for it.
pub(crate) fn mutate(object: &Json, kind: usize, pick: usize, inside: usize) -> Option<(Json, Done)> {
    let mut changed = object.clone();
    let fits = |value: &Json| match (kind, value) {
        (0, Json::Array(_) | Json::Object(_)) => false,
        (0, _) | (1, Json::Object(_)) | (3, Json::Array(_)) => true,
        (2, Json::Object(members)) => !members.is_empty(),
        (4, Json::Array(items)) => !items.is_empty(),
        _ => false,
    };
    let places: Vec<Vec<String>> = places(object).into_iter().filter(|path| fits(at_mut(&mut object.clone(), path))).collect();
    let path = places.get(pick.checked_rem(places.len())?)?.clone();
    let further = |token: String| pointer(&path.iter().cloned().chain([token]).collect::<Vec<_>>());
    let done = match at_mut(&mut changed, &path) {
        Json::Object(members) if kind == 1 => {
            members.push(("a new one".to_owned(), Json::Null));
            Done::Added(further("a new one".to_owned()))
        }
        Json::Object(members) => {
            let (name, value) = members.remove(inside % members.len());
            Done::Removed(further(name), value)
        }
        Json::Array(items) if kind == 3 => {
            let at = inside % (items.len() + 1);
            items.insert(at, Json::text("a new one"));
            Done::Added(further(at.to_string()))
        }
        Json::Array(items) => {
            let at = inside % items.len();
            Done::Removed(further(at.to_string()), items.remove(at))
        }
        value => {
            *value = Json::text("something else");
            Done::Changed(pointer(&path))
        }
    };
    Some((changed, done))
}
