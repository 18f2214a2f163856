//! How two states of an object differ, property by property.

use std::collections::BTreeMap;

use super::Evidence;
use crate::diff::{Area, Change, Effect, HIDDEN, Step, compare, is_hidden};
use crate::finding::FindingKind;
use crate::json::Json;
use crate::resource_types::ResourceType;

/// Differences that are looked at; an object has fewer.
const MOST: usize = 1_000_000;

/// A property in which two states differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// In which part.
    pub kind: FindingKind,
    /// The member of the object.
    pub property: String,
    /// A few of the differences.
    pub evidence: Evidence,
    /// Where the property as a whole came or went: `+` or `-` and its value, as the service may have done to every object.
    pub whole: Option<String>,
}

/// The properties in which they differ, by name; both are [`plain`](super::plain) under one veil.
#[must_use]
pub fn deviations(kind: Option<&ResourceType>, before: &Json, after: &Json) -> Vec<Deviation> {
    let found = compare(kind, before, after, MOST);
    let mut grouped: BTreeMap<(FindingKind, &str), Deviation> = BTreeMap::new();
    for change in found.changes.iter().filter(|change| !means_nothing(change)) {
        let property = match change.path.first() {
            Some(Step::Member(name)) => *name,
            _ => "",
        };
        let part = match change.area {
            Area::Assignments => FindingKind::AssignmentChanged,
            Area::ScopeTags => FindingKind::ScopeTagChanged,
            Area::Name | Area::Settings => FindingKind::Changed,
        };
        let deviation = grouped.entry((part, property)).or_insert_with(|| Deviation {
            kind: part,
            property: property.to_owned(),
            evidence: begun(kind, part, property, whole(change)),
            whole: whole(change),
        });
        deviation.evidence.add(change);
    }
    grouped.into_values().collect()
}

/// Evidence without differences yet, of a property that came or went as a whole or not.
fn begun(kind: Option<&ResourceType>, part: FindingKind, property: &str, whole: Option<String>) -> Evidence {
    let cause = super::cause(&[kind.map_or("", |kind| &kind.key), part.code(), property]);
    Evidence { cause: Some(cause), shape: whole.filter(|text| !text.contains(HIDDEN)), ..Evidence::default() }
}

/// Nobody is assigned, whether an empty list says so, null, or nothing; the same of scope tags.
fn means_nothing(change: &Change<'_>) -> bool {
    let empty = |value: Option<&Json>| match value {
        None | Some(Json::Null) => true,
        Some(value) => value.as_array().is_some_and(<[Json]>::is_empty),
    };
    matches!(change.area, Area::Assignments | Area::ScopeTags)
        && change.path.len() == 1
        && empty(change.effect.before())
        && empty(change.effect.after())
}

fn whole(change: &Change<'_>) -> Option<String> {
    if change.area != Area::Settings || change.path.len() != 1 {
        return None;
    }
    let (sign, value) = match change.effect {
        Effect::Added(value) => ('+', value),
        Effect::Removed(value) => ('-', value),
        _ => return None,
    };
    // A value of each object's own is nobody's default, and a secret is none.
    let text = value.to_text();
    (text.len() <= 1_000 && !value.as_str().is_some_and(is_hidden)).then(|| format!("{sign}{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Veil;
    use crate::drift::plain;
    use crate::resource_types::find;

    fn between(before: &str, after: &str) -> Vec<(FindingKind, String, u64)> {
        let kind = find("settings_catalog_policy");
        let veil = Veil::new([1; 32]);
        let read = |text: &str| plain(kind, &veil, &Json::parse(text.as_bytes()).unwrap());
        let found = deviations(kind, &read(before), &read(after));
        found.into_iter().map(|one| (one.kind, one.property, one.evidence.total)).collect()
    }

    #[test]
    fn each_property_deviates_by_itself_and_a_rename_is_one_change() {
        use FindingKind::{AssignmentChanged, Changed, ScopeTagChanged};
        assert_eq!(between(r#"{"name":"A"}"#, r#"{"name":"B"}"#), [(Changed, "name".to_owned(), 1)]);
        let before = r#"{"name":"A","settings":[{"settingInstance":{"settingDefinitionId":"a","v":1}}],"technologies":"mdm"}"#;
        let after = r#"{"name":"A","settings":[{"settingInstance":{"settingDefinitionId":"a","v":2}},
            {"settingInstance":{"settingDefinitionId":"b","v":2}}],"technologies":"mdm","roleScopeTagIds":["1"],
            "assignments":[{"target":{"groupId":"g"}}]}"#;
        let all = [
            (Changed, "settings".to_owned(), 2),
            (AssignmentChanged, "assignments".to_owned(), 1),
            (ScopeTagChanged, "roleScopeTagIds".to_owned(), 1),
        ];
        assert_eq!(between(before, after), all);
    }

    #[test]
    fn order_without_meaning_line_ends_and_empty_lists_of_assignments_are_no_deviation() {
        let same = [
            (r#"{"roleScopeTagIds":["0","1"]}"#, r#"{"roleScopeTagIds":["1","0"]}"#),
            (r#"{"description":"a\r\nb"}"#, r#"{"description":"a\nb"}"#),
            (r#"{"assignments":[]}"#, "{}"),
            (r#"{"assignments":null}"#, r#"{"assignments":[]}"#),
        ];
        for (before, after) in same {
            assert_eq!(between(before, after), []);
        }
        assert_eq!(between(r#"{"technologies":[]}"#, "{}").len(), 1, "elsewhere an empty list is something");
        assert_eq!(between(r#"{"description":"a\nb"}"#, r#"{"description":"a\n\nb"}"#).len(), 1);
    }

    #[test]
    fn evidence_is_bounded() {
        let members = |to: u32| (0..100).map(|n| format!(r#""m{n}":"{}{to}""#, "x".repeat(5_000))).collect::<Vec<_>>().join(",");
        let content = |to| Json::parse(format!(r#"{{"extra":{{{}}}}}"#, members(to)).as_bytes()).unwrap();
        let found = deviations(None, &content(1), &content(2));
        let [one] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((one.evidence.total, one.evidence.lines.len(), one.evidence.more()), (100, 8, 92));
        assert!(serde_json::to_string(&one.evidence).unwrap().len() < 8_000);
        let line = &one.evidence.lines[0];
        assert_ne!(line.before, line.after, "what differs is shown");
    }

    #[test]
    fn a_secret_that_changed_is_told_and_not_shown() {
        let kind = find("app_config_managed_app");
        let content = |secret: &str| {
            let text = format!(r#"{{"customSettings":[{{"name":"n","value":"{secret}"}}]}}"#);
            plain(kind, &Veil::new([7; 32]), &Json::parse(text.as_bytes()).unwrap())
        };
        let found = deviations(kind, &content("hunter2"), &content("hunter3"));
        assert_eq!(found.len(), 1);
        let text = serde_json::to_string(&found[0].evidence).unwrap();
        assert!(!text.contains("hunter") && text.contains("hidden"), "{text}");
    }

    #[test]
    fn what_was_done_has_one_name_wherever_it_was_done_and_a_secret_has_none() {
        let kind = find("settings_catalog_policy");
        let cause = |before: &str, after: &str| {
            let read = |text: &str| plain(kind, &Veil::new([3; 32]), &Json::parse(text.as_bytes()).unwrap());
            let mut found = deviations(kind, &read(before), &read(after));
            found.remove(0).evidence
        };
        let one = cause(r#"{"technologies":"mdm","name":"a"}"#, r#"{"technologies":"none","name":"a"}"#);
        let other = cause(r#"{"technologies":"other","name":"b"}"#, r#"{"technologies":"none","name":"b"}"#);
        assert!(one.cause.is_some() && one.cause == other.cause, "what it was before does not matter");
        assert_ne!(one.cause, cause(r#"{"technologies":"mdm"}"#, r#"{"technologies":"some"}"#).cause);
        assert_eq!(one.shape, None);
        let came = cause("{}", r#"{"isNew":false}"#);
        assert_eq!(came.shape.as_deref(), Some("+false"));
        let config = find("app_config_managed_app");
        let content = |secret: &str| {
            let text = format!(r#"{{"customSettings":[{{"name":"n","value":"{secret}"}}]}}"#);
            plain(config, &Veil::new([7; 32]), &Json::parse(text.as_bytes()).unwrap())
        };
        assert_eq!(deviations(config, &content("hunter2"), &content("hunter3"))[0].evidence.cause, None);
    }
}
