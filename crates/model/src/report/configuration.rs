//! One object as it is configured: what it is, whom it is assigned to, its settings with their values. Never a secret, never the text of
//! a script: nobody knows who will read a document.

use std::collections::{BTreeMap, BTreeSet};

use super::{Block, LONGEST_CELL, at};
use crate::assignment::{Assignment, Target};
use crate::inventory::InventoryItem;
use crate::json::Json;
use crate::references;
use crate::resource_types::{self, ResourceType};
use crate::setting_search::{MOST_VALUE, Withheld, entries};
use crate::text::{NAMELESS, shown, unresolved};
use crate::words;

/// Settings of one object that are told; the others are counted.
pub const MOST_SETTINGS: usize = 1_000;
/// Assignments of one object that are told; the others are counted.
pub const MOST_ASSIGNMENTS: usize = 200;
/// Values of one setting that are told.
const MOST_VALUES: usize = 50;
/// What the pieces of a long text share, as `setting_search` cuts them.
const OVERLAP: usize = 2 * crate::setting_search::LONGEST_WORD;
/// Stands where a secret or a script is.
const NOT_TOLD: &str = "(kept out of reports)";

/// Names of objects by Microsoft's id.
pub type Names = BTreeMap<String, String>;

/// A setting: the way to it, and its value.
pub type Setting = (String, String);

/// The label of a type.
#[must_use]
pub fn type_label(key: &str) -> String {
    resource_types::find(key).map_or_else(|| format!("Unknown type “{}”", shown(key, 60)), |kind| kind.label.clone())
}

/// The name of an object, or what stands in its place.
#[must_use]
pub fn name_of(name: &str) -> String {
    let name = shown(name.trim(), 300).replace('\n', " ");
    if name.is_empty() { NAMELESS.to_owned() } else { name }
}

/// The ids that an object's assignments and scope tags name.
#[must_use]
pub fn named_in(resource_type: &str, content: &Json) -> BTreeSet<String> {
    let Some(kind) = resource_types::find(resource_type) else { return BTreeSet::new() };
    let mut ids: BTreeSet<String> = kind.scope_tags_of(content).into_iter().map(str::to_owned).collect();
    ids.extend(
        references::references(kind, content).into_iter().filter(|one| one.assignment.is_some()).map(|one| one.reference.id),
    );
    ids
}

/// Everything that is told of an object. `content`: `None` where it was not read so far; `anchor`: what its heading is called.
#[must_use]
pub fn object(item: &InventoryItem, content: Option<&Json>, names: &Names, anchor: &str) -> Vec<Block> {
    let mut blocks = vec![Block::heading(4, name_of(&item.name), anchor)];
    let kind = resource_types::find(&item.resource_type);
    blocks.push(Block::Facts { rows: facts(item, kind, content, names) });
    let Some((content, kind)) = content.zip(kind) else {
        blocks.push(Block::note("Its content has not been read, or this version does not know its type."));
        return blocks;
    };
    assignments(kind, content, names, &mut blocks);
    let (settings, more) = settings(kind, content);
    if settings.is_empty() {
        blocks.push(Block::text("Nothing is configured in it."));
    } else {
        let rows = settings.into_iter().map(|(path, value)| vec![path, value]).collect();
        blocks.push(Block::table("Settings", &["Setting", "Value"], rows));
    }
    if more > 0 {
        blocks.push(Block::note(format!("It has {more} more settings, or more; the page of the object shows them.")));
    }
    blocks
}

fn facts(item: &InventoryItem, kind: Option<&ResourceType>, content: Option<&Json>, names: &Names) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut add = |name: &str, value: String| rows.push((name.to_owned(), value));
    let description = content.and_then(|c| c.get("description")?.as_str()).filter(|text| !text.trim().is_empty());
    if let Some(description) = description {
        add("Description", shown(description.trim(), LONGEST_CELL));
    }
    add("Platform", item.platform.label().to_owned());
    add("Last modified", item.modified_at.map_or_else(|| "Not told by Microsoft".to_owned(), at));
    add("Last seen", at(item.last_seen_at));
    if let Some((kind, content)) = kind.zip(content).filter(|(kind, _)| kind.scope_tag_property.is_some()) {
        let tags: Vec<String> = kind.scope_tags_of(content).into_iter().map(|id| scope_tag(id, names)).collect();
        add("Scope tags", if tags.is_empty() { "None".to_owned() } else { tags.join(", ") });
    }
    add("Object id", shown(&item.object_id, 200));
    rows
}

fn called(id: &str, names: &Names) -> String {
    names.get(id).map_or_else(|| unresolved(id), |name| name_of(name))
}

fn scope_tag(id: &str, names: &Names) -> String {
    if id == "0" && !names.contains_key(id) { "Default".to_owned() } else { called(id, names) }
}

fn assignments(kind: &ResourceType, content: &Json, names: &Names, blocks: &mut Vec<Block>) {
    let Some(property) = kind.assignments.as_ref().map(|assignments| assignments.path.as_str()) else { return };
    let Some(all) = content.get(property).and_then(Json::as_array) else {
        return blocks.push(Block::text("Its assignments were not read."));
    };
    if all.is_empty() {
        return blocks.push(Block::text("Not assigned to anybody."));
    }
    let mut read: Vec<Assignment> = all.iter().take(MOST_ASSIGNMENTS).map(Assignment::read).collect();
    read.sort_by_key(|assignment| assignment.exclude);
    let rows = read.iter().map(|one| assignment(one, names)).collect();
    blocks.push(Block::table("Assignments", &["Assigned to", "Mode", "Intent", "Filter"], rows));
    if all.len() > MOST_ASSIGNMENTS {
        blocks.push(Block::note(format!("It has {} more assignments.", all.len() - MOST_ASSIGNMENTS)));
    }
}

fn assignment(one: &Assignment, names: &Names) -> Vec<String> {
    let target = match &one.target {
        Target::Group(id) => called(id, names),
        Target::AllDevices => "All devices".to_owned(),
        Target::AllUsers => "All users".to_owned(),
        Target::Collection(id) => format!("Configuration Manager collection {}", shown(id, 80)),
        Target::Other(words) => words.clone(),
    };
    let filter = match &one.filter {
        Some((id, true)) => format!("{} (leaves out what matches)", called(id, names)),
        Some((id, false)) => format!("{} (only what matches)", called(id, names)),
        None => "–".to_owned(),
    };
    let intent = one.intent.as_deref().map_or_else(|| "–".to_owned(), |intent| words::property(&shown(intent, 60)));
    vec![target, if one.exclude { "Exclude" } else { "Include" }.to_owned(), intent, filter]
}

/// The settings of an object with their values in words, and how many are not told. What is told elsewhere (its name, its assignments)
/// is none.
#[must_use]
pub fn settings(kind: &ResourceType, content: &Json) -> (Vec<Setting>, usize) {
    let mut content = content.clone();
    kind.for_each_secret_and_script(&mut content, &mut |secret| *secret = Json::text(NOT_TOLD));
    let found = entries(kind, &content);
    let mut settings: Vec<(Setting, usize)> = Vec::new();
    let mut more = usize::from(found.cut);
    let mut last_pointer = String::new();
    for entry in found.entries.into_iter().filter(|entry| !is_aside(kind, &entry.pointer)) {
        let script = crate::payload::SCRIPTS.iter().any(|name| entry.pointer.ends_with(&format!("/{name}")));
        let value = match entry.withheld {
            _ if script => NOT_TOLD.to_owned(),
            Some(Withheld::Secret) => NOT_TOLD.to_owned(),
            Some(Withheld::Encoded) => "(encoded data)".to_owned(),
            None if entry.value.is_empty() => entry.code,
            None => entry.value,
        };
        let full = settings.len() >= MOST_SETTINGS;
        match settings.last_mut() {
            Some(((path, have), values)) if *path == entry.path => {
                *values += 1;
                further(have, &value, *values, entry.pointer == last_pointer);
            }
            _ if full => more += 1,
            _ => settings.push(((entry.path, value), 1)),
        }
        last_pointer = entry.pointer;
    }
    (settings.into_iter().map(|(setting, _)| setting).collect(), more)
}

/// Another value of the same setting. Pieces of a long line overlap: they are put together.
fn further(have: &mut String, value: &str, values: usize, same_place: bool) {
    if have.ends_with('…') || (have == NOT_TOLD && value == NOT_TOLD) {
        return;
    }
    if values > MOST_VALUES || have.chars().count() + value.chars().count() > LONGEST_CELL {
        return have.push('…');
    }
    let shared: String = value.chars().take(OVERLAP).collect();
    let continues =
        same_place && value.chars().count() > OVERLAP && have.chars().count() >= MOST_VALUE && have.ends_with(&shared);
    if continues {
        have.extend(value.chars().skip(OVERLAP));
    } else {
        have.push('\n');
        have.push_str(value);
    }
}

/// Whether what stands there is told elsewhere, or means nothing to a reader.
fn is_aside(kind: &ResourceType, pointer: &str) -> bool {
    let root = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
    let assignments = kind.assignments.as_ref().is_some_and(|assignments| assignments.path == root);
    let scope_tags = kind.scope_tag_property.as_deref() == Some(root);
    assignments
        || scope_tags
        || root == kind.name_property
        || matches!(root, "id" | "@odata.type" | "description" | "displayName" | "name" | "assignments")
        || root.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{InventoryItemId, TenantId};
    use crate::inventory::Presence;
    use crate::resource_types::{Platform, Secret, Segment, all, find};
    use crate::time::Moment;

    fn item(resource_type: &str, name: &str) -> InventoryItem {
        let moment = Moment::parse("2026-03-01T08:00:00Z").unwrap();
        InventoryItem {
            id: InventoryItemId::generate(),
            tenant_id: TenantId::generate(),
            resource_type: resource_type.to_owned(),
            object_id: "o-1".to_owned(),
            name: name.to_owned(),
            platform: Platform::from_code("windows"),
            odata_type: None,
            modified_at: Some(moment),
            assignments: None,
            content_hash: String::new(),
            first_seen_at: moment,
            last_seen_at: moment,
            changed_at: moment,
            last_seen_run_id: None,
            presence: Presence::Present,
        }
    }

    #[test]
    fn an_object_is_told_with_its_assignments_and_settings() {
        let content = Json::parse(
            br##"{"id":"o-1","name":"Disks","description":"Encrypts","roleScopeTagIds":["0","7"],"settings":[],
            "assignments":[{"target":{"@odata.type":"#microsoft.graph.exclusionGroupAssignmentTarget","groupId":"g-2"}},
              {"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g-1"}}],"technologies":"mdm"}"##,
        )
        .unwrap();
        let names: Names = [("g-1", "All staff"), ("7", "Germany")].map(|(id, name)| (id.to_owned(), name.to_owned())).into();
        let ids = named_in("settings_catalog_policy", &content);
        assert!(["g-1", "g-2", "7"].iter().all(|id| ids.contains(*id)), "{ids:?}");
        let blocks = object(&item("settings_catalog_policy", "Disks"), Some(&content), &names, "o1");
        let text: String = blocks.iter().map(crate::report::markdown::block).collect();
        for part in [
            "#### <a id=\"o1\"></a>Disks",
            "Encrypts",
            "Default, Germany",
            "| All staff | Include |",
            "| Unresolved (…g-2) | Exclude |",
            "| Technologies | mdm |",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("Assignments ›") && !text.contains("| Name |"), "{text}");
    }

    #[test]
    fn no_secret_and_no_script_is_told_of_any_type() {
        let mut tried = 0;
        for kind in all() {
            for secret in &kind.secrets {
                let object = match secret {
                    Secret::OdataType { odata_type, property, .. } => Json::from([(
                        "deep",
                        Json::Array(vec![Json::from([
                            ("@odata.type", Json::text(odata_type)),
                            (property, Json::text("canary")),
                        ])]),
                    )]),
                    Secret::Path { path, .. } => {
                        path.segments().iter().rev().fold(Json::text("canary"), |inner, segment| match segment {
                            Segment::Member(name) => Json::from([(name.as_str(), inner)]),
                            Segment::Each => Json::Array(vec![inner]),
                        })
                    }
                };
                tried += 1;
                let told = format!("{:?}", super::object(&item(&kind.key, "n"), Some(&object), &Names::new(), "a"));
                assert!(!told.contains("canary"), "{}: {told}", kind.key);
            }
        }
        assert!(tried > 10);
        let script = Json::parse(br#"{"scriptContent":"V3JpdGUtSG9zdCBjYW5hcnk=","fileName":"a.ps1"}"#).unwrap();
        let told = format!("{:?}", settings(find("device_management_script").unwrap(), &script));
        assert!(
            !told.contains("canary") && !told.contains("V3Jp") && told.contains(NOT_TOLD) && told.contains("a.ps1"),
            "{told}"
        );
    }

    #[test]
    fn enormous_objects_are_bounded_and_say_so() {
        let kind = find("device_configuration").unwrap();
        let members: Vec<(String, Json)> = (0..4_000).map(|n| (format!("setting{n}"), Json::text("x"))).collect();
        let (told, more) = settings(kind, &Json::Object(members));
        assert_eq!((told.len(), more), (MOST_SETTINGS, 3_000));
        let long = "word ".repeat(2_000);
        let (told, _) = settings(kind, &Json::from([("a", Json::text(long.as_str()))]));
        assert!(told[0].1.chars().count() <= LONGEST_CELL + 1 && told[0].1.ends_with('…'));
        let (told, _) = settings(kind, &Json::from([("a", Json::text(&long[..1_000]))]));
        assert_eq!(told[0].1, long[..1_000].trim(), "pieces are put together");
    }
}
