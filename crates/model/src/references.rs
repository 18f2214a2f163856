//! What an object refers to, and where: the one place that knows it, for links ([`crate::links`]) and for restores.

mod rules;

use crate::json::Json;
use crate::resource_types::ResourceType;
use crate::restore::Reference;
pub(crate) use rules::CERTIFICATES;
use rules::{Beside, Rule};

/// Something that an object refers to, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundReference {
    /// What is referred to.
    pub reference: Reference,
    /// JSON Pointer to the text that holds the id.
    pub pointer: String,
    /// The index of the assignment that it is in, where it is in one.
    pub assignment: Option<usize>,
    /// Whether its loss would make something reach further: an excluded group, a filter.
    pub narrowing: bool,
    /// Whether it may be left out: the group of an assignment that is no exclusion (the assignment goes with it), a scope tag.
    pub droppable: bool,
}

impl Reference {
    /// A reference to an object of that type and id.
    #[must_use]
    pub fn new(resource_type: impl Into<String>, id: impl Into<String>) -> Self {
        Self { resource_type: resource_type.into(), id: id.into() }
    }

    /// Keys of the types among which an object of that id may be: where a collection holds several types, what refers to it does not
    /// say which.
    #[must_use]
    pub fn types(&self) -> Vec<&str> {
        match self.resource_type.as_str() {
            "device_configuration" => vec!["device_configuration", "windows_update_ring", "apple_software_update_policy"],
            "settings_catalog_policy" => vec!["settings_catalog_policy", "endpoint_security_policy", "security_baseline_policy"],
            "managed_app_policy" => {
                vec!["app_protection_android", "app_protection_ios", "app_protection_windows", "app_config_managed_app"]
            }
            "enrollment_restriction" => vec!["enrollment_restriction", "enrollment_limit", "enrollment_configuration"],
            other => vec![other],
        }
    }
}

/// Everything that an object refers to, assignments and scope tags first. What means the same in every tenant is no reference: the
/// default scope tag, "all users", an id of zeros.
#[must_use]
pub fn references(kind: &ResourceType, object: &Json) -> Vec<FoundReference> {
    let mut found = Vec::new();
    let mut object = object.clone();
    walk(kind, &mut object, &mut |reference| {
        found.push(reference);
        None
    });
    found
}

/// Shows every reference of an object, and puts another id in its place where `visit` gives one.
pub(crate) fn walk(kind: &ResourceType, object: &mut Json, visit: &mut dyn FnMut(FoundReference) -> Option<String>) {
    if let Some(assignments) = &kind.assignments {
        in_assignments(object, &assignments.path, visit);
    }
    if let Some(name) = &kind.scope_tag_property {
        let rule = Rule::of(format!("{name}[]"), "scope_tag").droppable();
        by_rule(object, &rule, visit);
    }
    for rule in rules::of(&kind.key) {
        by_rule(object, &rule, visit);
    }
    rules::special(&kind.key, object, visit);
    let deep = rules::deep(&kind.key);
    if !deep.is_empty() {
        by_type(object, deep, visit);
    }
}

/// Assignments that a policy set made are not this object's: they are never written with it.
pub(crate) fn is_direct(assignment: &Json) -> bool {
    assignment.get("source").and_then(Json::as_str).is_none_or(|source| source == "direct")
}

/// Whether a target takes away from what the others reach.
pub(crate) fn is_exclusion(target: &Json) -> bool {
    target.get("@odata.type").and_then(Json::as_str).is_some_and(|name| name.ends_with(".exclusionGroupAssignmentTarget"))
}

fn in_assignments(object: &mut Json, property: &str, visit: &mut dyn FnMut(FoundReference) -> Option<String>) {
    let Some(Json::Array(assignments)) = object.get_mut(property) else { return };
    for (at, assignment) in assignments.iter_mut().enumerate().filter(|(_, assignment)| is_direct(assignment)) {
        let Some(target) = assignment.get_mut("target") else { continue };
        let exclusion = is_exclusion(target);
        for (name, to) in rules::TARGETS {
            let filter = *to == "assignment_filter";
            let Some(Json::String(text)) = target.get_mut(name) else { continue };
            let about = Beside { assignment: Some(at), narrowing: filter || exclusion, droppable: !filter && !exclusion };
            one(text, to, "", format!("/{property}/{at}/target/{name}"), about, visit);
        }
    }
}

/// The values at a path of names, with `[]` for every element of a list.
pub(crate) fn each(value: &mut Json, path: &str, pointer: String, found: &mut dyn FnMut(String, &mut Json)) {
    if path.is_empty() {
        return found(pointer, value);
    }
    if let Some(rest) = path.strip_prefix("[]") {
        let Json::Array(items) = value else { return };
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        items.iter_mut().enumerate().for_each(|(at, item)| each(item, rest, format!("{pointer}/{at}"), found));
        return;
    }
    let (name, rest) = path.split_at(path.find(['.', '[']).unwrap_or(path.len()));
    if let Some(member) = value.get_mut(name) {
        each(member, rest.strip_prefix('.').unwrap_or(rest), format!("{pointer}/{name}"), found);
    }
}

fn by_rule(object: &mut Json, rule: &Rule, visit: &mut dyn FnMut(FoundReference) -> Option<String>) {
    each(object, &rule.path, String::new(), &mut |pointer, value| {
        if let Json::String(text) = value {
            one(text, rule.to, rule.mark, pointer, rule.beside, visit);
        }
    });
}

/// At any depth, by the concrete type of what holds the id. What is still to be looked at stands in a list, so that depth costs no stack.
fn by_type(object: &mut Json, deep: &[(&str, &str, &str)], visit: &mut dyn FnMut(FoundReference) -> Option<String>) {
    let mut rest = vec![(String::new(), object)];
    while let Some((pointer, value)) = rest.pop() {
        let concrete = value.get("@odata.type").and_then(Json::as_str).map(str::to_owned);
        for (_, property, to) in deep.iter().filter(|(name, ..)| concrete.as_deref() == Some(*name)) {
            if let Some(Json::String(text)) = value.get_mut(property) {
                one(text, to, "", format!("{pointer}/{property}"), Beside::default(), visit);
            }
        }
        let nested = |value: &Json| matches!(value, Json::Array(_) | Json::Object(_));
        match value {
            Json::Array(items) => {
                let items = items.iter_mut().enumerate().filter(|(_, item)| nested(item));
                rest.extend(items.map(|(at, item)| (format!("{pointer}/{at}"), item)));
            }
            Json::Object(members) => {
                let members = members.iter_mut().filter(|(_, member)| nested(member));
                rest.extend(members.map(|(name, member)| (format!("{pointer}/{}", escaped(name)), member)));
            }
            _ => {}
        }
    }
}

/// A name as a token of a JSON Pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Shows one text as a reference. With a mark, the id is what follows it (`email_<id>`).
fn one(
    text: &mut String,
    to: &str,
    mark: &str,
    pointer: String,
    beside: Beside,
    visit: &mut dyn FnMut(FoundReference) -> Option<String>,
) {
    let start = if mark.is_empty() { 0 } else { text.find(mark).map_or(0, |at| at + mark.len()) };
    let id = &text[start..];
    if rules::means_the_same_everywhere(to, id) {
        return;
    }
    let found = FoundReference {
        reference: Reference::new(to, id),
        pointer,
        assignment: beside.assignment,
        narrowing: beside.narrowing,
        droppable: beside.droppable,
    };
    if let Some(other) = visit(found) {
        text.replace_range(start.., &other);
    }
}

/// Every place of the type that is written down as a rule, as a text: links are made anew when it changes.
pub(crate) fn places(kind: &ResourceType) -> String {
    let assignments = kind.assignments.as_ref().map(|assignments| assignments.path.as_str());
    let rules: Vec<(String, &str, &str)> = rules::of(&kind.key).into_iter().map(|rule| (rule.path, rule.to, rule.mark)).collect();
    format!("{assignments:?} {:?} {rules:?} {:?}", kind.scope_tag_property, rules::deep(&kind.key))
}

/// Whether objects of the type may refer to objects of the type `to`, by their assignments, their scope tags or a rule.
pub(crate) fn may_refer(kind: &ResourceType, to: &str) -> bool {
    (kind.assignments.is_some() && rules::TARGETS.iter().any(|(_, target)| *target == to))
        || (to == "scope_tag" && kind.scope_tag_property.is_some())
        || rules::of(&kind.key).iter().any(|rule| rule.to == to)
        || rules::deep(&kind.key).iter().any(|(.., target)| *target == to)
}
