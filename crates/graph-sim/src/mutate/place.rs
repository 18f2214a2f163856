//! Places inside an object.

use model::json::Json;
use model::resource_types::{ResourceType, Segment};

/// Member names and places in lists, outermost first.
pub(super) type Path = Vec<String>;

/// The value at a path.
pub(super) fn at_mut<'a>(object: &'a mut Json, path: &[String]) -> Option<&'a mut Json> {
    path.iter().try_fold(object, |value, step| match value {
        Json::Array(items) => items.get_mut(step.parse::<usize>().ok()?),
        _ => value.get_mut(step),
    })
}

/// Every place in what people configure that satisfies a condition.
pub(super) fn places(kind: &ResourceType, object: &Json, wanted: impl Fn(&Json) -> bool) -> Vec<Path> {
    let mut found = Vec::new();
    for (name, value) in object.as_object().unwrap_or_default() {
        if is_content(kind, name) {
            walk(value, &mut vec![name.clone()], &wanted, &mut found);
        }
    }
    found.retain(|path| !is_volatile(kind, path));
    found
}

/// Whether a property of the object is content: not its id, name, times, assignments or scope tags.
pub(super) fn is_content(kind: &ResourceType, name: &str) -> bool {
    let assigned = kind.assignments.as_ref().is_some_and(|assignments| assignments.path == name);
    let own = [kind.id_property.as_str(), kind.name_property.as_str(), "roleScopeTagIds", "roleScopeTags", "isBuiltIn"];
    // What only its creation sets, nobody changes.
    let fixed = kind.immutable.iter().any(|fixed| fixed == name);
    !name.contains('@') && !own.contains(&name) && !assigned && !fixed && !kind.is_volatile(name)
}

fn is_annotation(name: &str) -> bool {
    name.contains('@') || name == "id" || name.ends_with("Id") || name.ends_with("Ids")
}

fn walk(value: &Json, path: &mut Path, wanted: &impl Fn(&Json) -> bool, found: &mut Vec<Path>) {
    if path.last().is_some_and(|name| is_annotation(name)) {
        return;
    }
    if wanted(value) {
        found.push(path.clone());
    }
    let mut below = |step: String, value: &Json| {
        path.push(step);
        walk(value, path, wanted, found);
        path.pop();
    };
    match value {
        Json::Object(members) => members.iter().for_each(|(name, value)| below(name.clone(), value)),
        Json::Array(items) => items.iter().enumerate().for_each(|(at, value)| below(at.to_string(), value)),
        _ => {}
    }
}

/// Whether a contract's path leads to this place.
fn leads(segments: &[Segment], path: &[String]) -> bool {
    segments.len() == path.len()
        && segments.iter().zip(path).all(|(segment, step)| match segment {
            Segment::Member(name) => name == step,
            Segment::Each => step.parse::<usize>().is_ok(),
        })
}

/// Whether the service makes the value at that place, or what it is in.
fn is_volatile(kind: &ResourceType, path: &[String]) -> bool {
    (1..=path.len()).any(|length| kind.volatile.iter().any(|volatile| leads(volatile.segments(), &path[..length])))
}

/// Whether the order of the list at that place means nothing.
pub(super) fn is_unordered(kind: &ResourceType, path: &[String]) -> bool {
    kind.unordered.iter().any(|unordered| leads(unordered.path.segments(), path))
}
