//! Places inside an object.

use std::collections::BTreeSet;

use model::json::Json;
use model::references::references;
use model::resource_types::{ResourceType, Segment};
use model::restore::never_sent;

/// Member names and places in lists, outermost first.
pub(super) type Path = Vec<String>;

/// The value at a path.
pub(super) fn at_mut<'a>(object: &'a mut Json, path: &[String]) -> Option<&'a mut Json> {
    path.iter().try_fold(object, |value, step| match value {
        Json::Array(items) => items.get_mut(step.parse::<usize>().ok()?),
        _ => value.get_mut(step),
    })
}

/// Every place in what people configure that satisfies a condition, but for ids of other objects: no service takes one that is nobody's.
pub(super) fn places(kind: &ResourceType, object: &Json, wanted: impl Fn(&Json) -> bool) -> Vec<Path> {
    let mut found = Vec::new();
    for (name, value) in object.as_object().unwrap_or_default() {
        if is_content(kind, name) {
            walk(value, &mut vec![name.clone()], &wanted, &mut found);
        }
    }
    let ids: BTreeSet<String> = references(kind, object).into_iter().map(|found| found.pointer).collect();
    found.retain(|path| !is_volatile(kind, path) && !ids.contains(&format!("/{}", path.join("/"))));
    found
}

/// Whether a property of the object is content: not its id, name, times, assignments or scope tags.
pub(super) fn is_content(kind: &ResourceType, name: &str) -> bool {
    let assigned = kind.assignments.as_ref().is_some_and(|assignments| assignments.path == name);
    let own = [kind.id_property.as_str(), kind.name_property.as_str(), "roleScopeTagIds", "roleScopeTags", "isBuiltIn"];
    // What only its creation sets, or what follows from something else, nobody changes.
    let fixed = kind.immutable.iter().any(|fixed| fixed == name) || never_sent(&kind.key).contains(&name);
    !name.contains('@') && !own.contains(&name) && !assigned && !fixed && !kind.is_volatile(name)
}

/// Ids, what the service says of a value, and words of which it takes only some.
fn is_annotation(name: &str) -> bool {
    // Templates, definitions of administrative ones and what shows them are Microsoft's; a rule's name and
    // whether a value is masked is what the service makes of it.
    let services = ["id", "templateReference", "definition", "presentation", "ruleName", "isEncrypted"].contains(&name);
    services || name.contains('@') || ["Id", "Ids", "Type"].iter().any(|end| name.ends_with(end))
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
        // Where a value stands as a text as well, it is that text which counts; what stands for a secret is the service's.
        Json::Object(members) => members
            .iter()
            .filter(|(name, inner)| {
                let beside = |other: &str| value.get(other).is_some_and(|other| *other != Json::Null);
                let masked = beside("valueState") || inner.as_str() == Some("****");
                !(*name == "value" && (beside("valueJson") || masked))
            })
            .for_each(|(name, value)| below(name.clone(), value)),
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
