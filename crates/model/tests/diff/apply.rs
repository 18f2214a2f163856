//! Applying a JSON Patch, as RFC 6902 describes it, so that what was made can be held against it.

use model::diff::PatchOperation;
use model::json::Json;

/// The value after the operations.
pub(crate) fn apply(value: &Json, operations: &[PatchOperation]) -> Json {
    let mut value = value.clone();
    for operation in operations {
        match operation {
            PatchOperation::Add { path, value: new } => put(&mut value, path, new.clone(), true),
            PatchOperation::Replace { path, value: new } => put(&mut value, path, new.clone(), false),
            PatchOperation::Remove { path } => remove(&mut value, path),
        }
    }
    value
}

fn tokens(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

/// What is at a place.
pub(crate) fn at<'a>(value: &'a Json, path: &str) -> Option<&'a Json> {
    tokens(path).iter().try_fold(value, |value, token| match value {
        Json::Array(items) => items.get(token.parse::<usize>().ok()?),
        value => value.get(token),
    })
}

pub(crate) fn at_mut<'a>(value: &'a mut Json, tokens: &[String]) -> &'a mut Json {
    tokens.iter().fold(value, |value, token| match value {
        Json::Array(items) => &mut items[token.parse::<usize>().unwrap()],
        value => value.get_mut(token).unwrap(),
    })
}

fn put(value: &mut Json, path: &str, new: Json, add: bool) {
    let tokens = tokens(path);
    let Some((last, before)) = tokens.split_last() else {
        *value = new;
        return;
    };
    match at_mut(value, before) {
        Json::Array(items) if add => items.insert(last.parse().unwrap(), new),
        Json::Array(items) => items[last.parse::<usize>().unwrap()] = new,
        Json::Object(members) => match members.iter_mut().find(|(name, _)| name == last) {
            Some((_, slot)) => *slot = new,
            None => {
                assert!(add, "nothing to replace at {path}");
                members.push((last.clone(), new));
            }
        },
        other => panic!("{path} leads into {other:?}"),
    }
}

fn remove(value: &mut Json, path: &str) {
    let tokens = tokens(path);
    let (last, before) = tokens.split_last().unwrap();
    match at_mut(value, before) {
        Json::Array(items) => _ = items.remove(last.parse().unwrap()),
        object => assert!(object.remove(last).is_some(), "nothing to remove at {path}"),
    }
}
