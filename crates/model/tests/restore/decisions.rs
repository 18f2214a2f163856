//! What is done with an item.

use model::json::Json;
use model::resource_types::find;
use model::restore::{Action, Hindrance, Live, Part, Situation, Untold, decide, wanted};

use crate::objects::{enabled, json, object};

fn decided(
    key: &str,
    wanted: Option<&Json>,
    live: Live<'_>,
    was_known: bool,
    found: Option<Hindrance>,
) -> (Action, Option<Hindrance>) {
    decide(&Situation { kind: find(key).unwrap(), wanted, live, was_known, found })
}

#[test]
fn every_action_has_its_situation() {
    for kind in enabled() {
        let live = object(&kind.key);
        let wish = wanted(kind, &live, Some(&live), &Part::Whole, Untold::Keep).unwrap();
        let key = kind.key.as_str();
        assert_eq!(decided(key, Some(&wish), Live::There(&live), true, None), (Action::Unchanged, None), "{key}");
        assert_eq!(decided(key, Some(&wish), Live::Absent, false, None), (Action::Create, None), "{key}");
        assert_eq!(decided(key, Some(&wish), Live::Absent, true, None), (Action::Recreate, None), "{key}");
        assert_eq!(decided(key, None, Live::There(&live), true, None), (Action::Delete, None), "{key}");
        assert_eq!(decided(key, None, Live::Absent, true, None), (Action::Unchanged, None), "{key}");
        let unread = (Action::Skip, Some(Hindrance::Unread));
        assert_eq!(decided(key, Some(&wish), Live::Unread, true, None), unread, "{key}");
        assert_eq!(decided(key, None, Live::Unread, true, None), unread, "{key}");
        let mut other = wish.clone();
        let name = if kind.immutable.contains(&kind.name_property) { "description" } else { &kind.name_property };
        other.set(name, Json::text("other"));
        assert_eq!(decided(key, Some(&other), Live::There(&live), true, None), (Action::Update, None), "{key}");
        let open = Some(Hindrance::Unresolved);
        assert_eq!(decided(key, Some(&wish), Live::There(&live), true, open), (Action::Skip, open), "{key}");
        let secret = Some(Hindrance::SecretMissing);
        assert_eq!(decided(key, Some(&wish), Live::There(&live), true, secret), (Action::Unchanged, None), "{key}");
        assert_eq!(decided(key, Some(&other), Live::There(&live), true, secret), (Action::Skip, secret), "{key}");
    }
}

#[test]
fn what_is_only_shown_still_says_whether_it_differs() {
    let live = json(r#"{"id":"x","displayName":"a","state":"enabled"}"#);
    let same = json(r#"{"displayName":"a","state":"enabled"}"#);
    let other = json(r#"{"displayName":"a","state":"disabled"}"#);
    let key = "conditional_access_policy";
    assert_eq!(decided(key, Some(&same), Live::There(&live), true, None), (Action::Unchanged, None));
    assert_eq!(decided(key, Some(&other), Live::There(&live), true, None), (Action::Skip, Some(Hindrance::PreviewOnly)));
    assert_eq!(decided(key, Some(&other), Live::Absent, true, None), (Action::Skip, Some(Hindrance::PreviewOnly)));
    let none = (Action::Skip, Some(Hindrance::NeverWritten));
    assert_eq!(decided("organization", Some(&other), Live::There(&live), true, None), none);
}

#[test]
fn a_part_of_what_is_gone_cannot_be_put_back() {
    let kind = find("settings_catalog_policy").unwrap();
    let source = object(&kind.key);
    assert_eq!(wanted(kind, &source, None, &Part::Assignments, Untold::Keep), None);
    assert_eq!(wanted(kind, &source, None, &Part::Properties { names: vec!["description".to_owned()] }, Untold::Keep), None);
    let content = wanted(kind, &source, None, &Part::Content, Untold::Keep).unwrap();
    assert!(content.get("assignments").is_none() && content.get("settings").is_some());
    let gone = Some(Hindrance::Gone);
    assert_eq!(decided(&kind.key, None, Live::Absent, true, gone), (Action::Skip, gone));
}
