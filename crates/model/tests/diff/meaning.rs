//! What counts as a difference, and what does not.

use model::canonical::canonical;
use model::diff::{Area, Change, Effect, MOST_CHANGES, compare, pointer_after, pointer_before};
use model::json::Json;
use model::resource_types::{self, ResourceType};
use proptest::prelude::*;

fn json(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap()
}

fn policy() -> &'static ResourceType {
    resource_types::find("settings_catalog_policy").unwrap()
}

/// Code of the effect, part, and where before and after.
fn told(changes: &[Change<'_>]) -> Vec<(&'static str, Area, String, String)> {
    let place = |pointer: Option<String>| pointer.unwrap_or_else(|| "–".to_owned());
    let told = |c: &Change<'_>| (c.effect.code(), c.area, place(pointer_before(&c.path)), place(pointer_after(&c.path)));
    changes.iter().map(told).collect()
}

fn differ(kind: Option<&ResourceType>, before: &str, after: &str) -> Vec<(&'static str, Area, String, String)> {
    told(&compare(kind, &json(before), &json(after), MOST_CHANGES).changes)
}

fn owned(effect: &'static str, area: Area, before: &str, after: &str) -> (&'static str, Area, String, String) {
    (effect, area, before.to_owned(), after.to_owned())
}

fn assignment(group: &str, filter: &str) -> String {
    format!(
        r##"{{"target":{{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"{group}","deviceAndAppManagementAssignmentFilterId":"{filter}"}}}}"##
    )
}

fn setting(id: &str, value: &str) -> String {
    format!(r#"{{"settingInstance":{{"settingDefinitionId":"{id}","choiceSettingValue":{{"value":"{value}","children":[]}}}}}}"#)
}

#[test]
fn null_absent_and_empty_are_three_things() {
    use Area::Settings;
    assert_eq!(differ(None, r#"{"a":null}"#, "{}"), [owned("removed", Settings, "/a", "/a")]);
    assert_eq!(differ(None, "{}", r#"{"a":null}"#), [owned("added", Settings, "/a", "/a")]);
    assert_eq!(differ(None, r#"{"a":null}"#, r#"{"a":[]}"#), [owned("changed", Settings, "/a", "/a")]);
    assert_eq!(differ(None, r#"{"a":[]}"#, r#"{"a":{}}"#), [owned("changed", Settings, "/a", "/a")]);
    assert_eq!(differ(None, r#"{"a":1}"#, r#"{"a":1.0}"#), [owned("changed", Settings, "/a", "/a")], "numbers are their text");
    assert_eq!(differ(None, r#"{"a":"x\r\n"}"#, r#"{"a":"x\n"}"#).len(), 1, "line ends are content");
}

#[test]
fn the_parts_of_an_object_are_told_apart_and_a_rename_is_a_change_of_the_name() {
    let of = |name: &str, tag: &str, group: &str, value: &str| {
        let (assignment, setting) = (assignment(group, "f"), setting("d", value));
        format!(r#"{{"name":"{name}","roleScopeTagIds":["{tag}"],"assignments":[{assignment}],"settings":[{setting}]}}"#)
    };
    let one = of("A", "0", "g", "d_1");
    assert_eq!(differ(Some(policy()), &one, &of("B", "0", "g", "d_1")), [owned("changed", Area::Name, "/name", "/name")]);
    let value = "/settings/0/settingInstance/choiceSettingValue/value";
    assert_eq!(differ(Some(policy()), &one, &of("A", "0", "g", "d_0")), [owned("changed", Area::Settings, value, value)]);
    assert_eq!(
        differ(Some(policy()), &one, &of("A", "1", "g", "d_1")),
        [
            owned("removed", Area::ScopeTags, "/roleScopeTagIds/0", "–"),
            owned("added", Area::ScopeTags, "–", "/roleScopeTagIds/0")
        ]
    );
    assert_eq!(
        differ(Some(policy()), &one, &of("A", "0", "h", "d_1")),
        [owned("removed", Area::Assignments, "/assignments/0", "–"), owned("added", Area::Assignments, "–", "/assignments/0")]
    );
    let all = compare(Some(policy()), &json(&one), &json(&of("B", "1", "h", "d_0")), MOST_CHANGES).by_area;
    assert_eq!(all, [1, 1, 2, 2]);
}

#[test]
fn elements_of_a_list_without_order_are_matched_by_what_tells_them_apart() {
    let list = |items: &[String]| format!(r#"{{"assignments":[{}]}}"#, items.join(","));
    let (a, b, c) = (assignment("a", "1"), assignment("b", "1"), assignment("c", "1"));
    let before = list(&[a.clone(), b.clone(), c.clone()]);
    assert_eq!(differ(Some(policy()), &before, &list(&[c.clone(), a.clone(), b.clone()])), []);
    let place = |n: usize| format!("/assignments/{n}/target/deviceAndAppManagementAssignmentFilterId");
    assert_eq!(
        differ(Some(policy()), &before, &list(&[c, assignment("b", "2"), a.clone()])),
        [("changed", Area::Assignments, place(1), place(1))]
    );
    // Two with one identity: the equal ones belong together, whichever comes first.
    let twice = list(&[assignment("a", "1"), assignment("a", "2")]);
    assert_eq!(
        differ(Some(policy()), &twice, &list(&[assignment("a", "2"), assignment("a", "3")])),
        [("changed", Area::Assignments, place(0), place(1))]
    );
    assert_eq!(differ(Some(policy()), &twice, &list(&[a])), [owned("removed", Area::Assignments, "/assignments/1", "–")]);
}

#[test]
fn where_order_counts_a_move_is_told_as_a_move() {
    assert_eq!(differ(None, r#"{"a":[1,2,3,4]}"#, r#"{"a":[2,3,4,1]}"#), [owned("moved", Area::Settings, "/a/0", "/a/3")]);
    assert_eq!(differ(None, r#"{"a":[1,2,3]}"#, r#"{"a":[1,3]}"#), [owned("removed", Area::Settings, "/a/1", "–")]);
    assert_eq!(differ(None, r#"{"a":[1,3]}"#, r#"{"a":[1,2,3]}"#), [owned("added", Area::Settings, "–", "/a/1")]);
    assert_eq!(differ(None, r#"{"a":[1,[2],3]}"#, r#"{"a":[1,[4],3]}"#), [owned("changed", Area::Settings, "/a/1/0", "/a/1/0")]);
    let roles = |text: &str| format!(r#"{{"roleScopeTagIds":{text}}}"#);
    assert_eq!(differ(Some(policy()), &roles(r#"["1","2"]"#), &roles(r#"["2","1"]"#)), []);
    assert_eq!(differ(None, &roles(r#"["1","2"]"#), &roles(r#"["2","1"]"#)).len(), 1, "of an unknown type all order counts");
}

#[test]
fn a_list_without_identity_knows_elements_by_likeness() {
    let kind = resource_types::find("app_config_managed_device");
    let app = |name: &str, on: bool, more: &str| format!(r#"{{"targetedMobileApps":[{{"n":"{name}","on":{on}}}{more}]}}"#);
    let changed = differ(kind, &app("a", true, ""), &app("a", false, r#",{"n":"b","on":true}"#));
    let place = "/targetedMobileApps/0/on";
    assert_eq!(changed[0], owned("changed", Area::Settings, place, place));
    assert_eq!(changed[1], owned("added", Area::Settings, "–", "/targetedMobileApps/1"));
}

#[test]
fn an_element_of_an_object_kind_and_one_of_another_are_never_equal() {
    for (a, b) in [("[[]]", "[{}]"), ("[null]", "[[]]"), (r#"[{"a":1}]"#, r#"[{"a":"1"}]"#)] {
        let (a, b) = (json(a), json(b));
        let found = compare(None, &a, &b, MOST_CHANGES);
        assert!(matches!(found.changes.as_slice(), [Change { effect: Effect::Changed(..), .. }]), "{found:?}");
    }
}

/// An object of a type with all its lists without order, as far as they stand at the top, filled with elements.
fn of_type(kind: &ResourceType, elements: &[(u8, u8)]) -> Json {
    let mut object = Json::from([("displayName", Json::text("A")), ("nested", Json::Array(vec![Json::int(1), Json::int(2)]))]);
    for list in &kind.unordered {
        if let [model::resource_types::Segment::Member(name)] = list.path.segments() {
            let element = |(id, value): &(u8, u8)| {
                let mut element = Json::from([("value", Json::int(i64::from(*value)))]);
                for path in &list.identity {
                    set(&mut element, path.segments(), Json::text(id.to_string()));
                }
                if list.identity.is_empty() { Json::text(format!("{id}-{value}")) } else { element }
            };
            object.set(name, Json::Array(elements.iter().map(element).collect()));
        }
    }
    object
}

fn set(value: &mut Json, segments: &[model::resource_types::Segment], new: Json) {
    let Some((model::resource_types::Segment::Member(name), rest)) = segments.split_first() else { return };
    if rest.is_empty() {
        value.set(name, new);
    } else {
        if value.get(name).is_none() {
            value.set(name, Json::Object(Vec::new()));
        }
        set(value.get_mut(name).unwrap(), rest, new);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn another_order_is_no_difference_in_any_type(
        (elements, shuffled) in prop::collection::vec((0_u8..4, 0_u8..3), 0..7).prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        for kind in resource_types::all() {
            let (a, b) = (of_type(kind, &elements), of_type(kind, &shuffled));
            let found = compare(Some(kind), &a, &b, MOST_CHANGES);
            prop_assert!(found.is_empty(), "{}: {:?}", kind.key, found.changes);
        }
    }

    /// The comparison and the hash that decides whether a version is written say the same.
    #[test]
    fn differences_are_told_exactly_where_a_version_is_written(
        one in prop::collection::vec((0_u8..3, 0_u8..2), 0..4), two in prop::collection::vec((0_u8..3, 0_u8..2), 0..4)
    ) {
        for kind in resource_types::all() {
            let (a, b) = (canonical(kind, of_type(kind, &one)), canonical(kind, of_type(kind, &two)));
            let (old, new) = (json(&a.text), json(&b.text));
            let found = compare(Some(kind), &old, &new, MOST_CHANGES);
            prop_assert_eq!(found.is_empty(), a.semantic == b.semantic, "{}: {:?}", kind.key, found.changes);
        }
    }
}

#[test]
fn what_is_too_much_to_look_through_for_likeness_was_removed_and_added() {
    // Each shares one of two members with its counterpart, and all of them a list that is long to compare.
    let long = Json::Array((0..200).map(Json::int).collect());
    let one = |n: i64, side: i64| Json::from([("n", Json::int(n)), ("long", long.clone()), ("side", Json::int(side))]);
    let list = |many: i64, side: i64| Json::from([("x", Json::Array((0..many).map(|n| one(n, side)).collect()))]);
    let told = |before: &Json, after: &Json| {
        let found = compare(None, before, after, 10_000);
        let count = |code: &str| found.changes.iter().filter(|change| change.effect.code() == code).count();
        (count("removed"), count("added"), count("changed"))
    };
    assert_eq!(told(&list(50, 1), &list(51, 2)), (0, 1, 50), "alike in two of three");
    assert_eq!(told(&list(900, 1), &list(901, 2)), (900, 901, 0));
}
