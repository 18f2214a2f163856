//! The writes make an object what it shall be, of every type that is restored; nothing is written where nothing differs.

use model::json::Json;
use model::resource_types::{Method, ResourceType, find};
use model::restore::{Hindrance, Part, Step, Untold, concerned, likeness, removal, steps, wanted};
use proptest::prelude::*;

use crate::graph::after;
use crate::mutate::{changed, changes};
use crate::objects::{enabled, json, object};

/// What the writes made of `live`, having looked at what they must be.
pub(crate) fn written(kind: &ResourceType, wanted: &Json, live: &Json) -> (Vec<Step>, Json) {
    let before = likeness(kind, wanted, live);
    let steps = steps(kind, wanted, Some(live), Some("x")).unwrap_or_else(|hindrance| panic!("{}: {hindrance}", kind.key));
    assert_eq!(steps.is_empty(), before.is_same(), "{}: {before:?}", kind.key);
    for step in &steps {
        // What becomes null was told to be null.
        let top = step.template == kind.item && step.method == Method::Patch;
        for (name, value) in step.body.iter().filter(|_| top).flat_map(|body| body.as_object().unwrap()) {
            assert!(*value != Json::Null || wanted.get(name) == Some(&Json::Null), "{}: {name}", kind.key);
            assert!(before.differs.contains(name) || name == "@odata.type", "{}: {name} does not differ", kind.key);
        }
    }
    let result = after(kind, Some(live), &steps).unwrap();
    let found = likeness(kind, wanted, &result);
    assert!(
        found.is_same(),
        "{}: {found:?}\nwanted {}\nwas {}\nis {}\nby {steps:#?}",
        kind.key,
        wanted.to_text(),
        live.to_text(),
        result.to_text()
    );
    for name in &before.untold {
        let kept = likeness(kind, live, &result);
        assert!(!kept.differs.contains(name), "{}: {name} was not told and changed", kind.key);
    }
    (steps, result)
}

pub(crate) fn made(kind: &ResourceType, wanted: &Json) -> Json {
    let steps = steps(kind, wanted, None, None).unwrap_or_else(|hindrance| panic!("{}: {hindrance}", kind.key));
    let result = after(kind, None, &steps).unwrap();
    let found = likeness(kind, wanted, &result);
    assert!(found.is_same(), "{}: {found:?}\nwanted {}\nis {}\nby {steps:#?}", kind.key, wanted.to_text(), result.to_text());
    result
}

fn any_kind() -> impl Strategy<Value = &'static ResourceType> {
    prop::sample::select(enabled())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn writes_make_what_is_wanted_and_an_undo_what_was(kind in any_kind(), here in changes(4), there in changes(4)) {
        let (source, live) = (changed(kind, &object(&kind.key), &here), changed(kind, &object(&kind.key), &there));
        let wish = wanted(kind, &source, Some(&live), &Part::Whole, Untold::Keep).unwrap();
        let (_, result) = written(kind, &wish, &live);
        // Once more there is nothing to do.
        prop_assert!(steps(kind, &wish, Some(&result), Some("x")).unwrap().is_empty());
        let back = wanted(kind, &live, Some(&result), &Part::Whole, Untold::Clear).unwrap();
        let (_, undone) = written(kind, &back, &result);
        let found = likeness(kind, &live, &undone);
        prop_assert!(found.is_same() && found.untold.is_empty(), "{}: {:?}", kind.key, found);
    }

    #[test]
    fn creates_make_what_is_wanted(kind in any_kind(), here in changes(4)) {
        let source = changed(kind, &object(&kind.key), &here);
        let wish = wanted(kind, &source, None, &Part::Whole, Untold::Keep).unwrap();
        let result = made(kind, &wish);
        prop_assert!(steps(kind, &wish, Some(&result), Some("x")).unwrap().is_empty());
    }

    #[test]
    fn a_part_is_put_back_and_nothing_else(kind in any_kind(), here in changes(4), there in changes(4), which in 0_usize..4) {
        let (source, live) = (changed(kind, &object(&kind.key), &here), changed(kind, &object(&kind.key), &there));
        let name = kind.name_property.clone();
        let part = match which {
            0 => Part::Content,
            1 => Part::Assignments,
            2 if kind.immutable.contains(&name) => Part::Content,
            2 => Part::Properties { names: vec![name] },
            _ => Part::Properties { names: vec!["description".to_owned()] },
        };
        let wish = wanted(kind, &source, Some(&live), &part, Untold::Keep).unwrap();
        let concerned = concerned(kind, &source, &part);
        prop_assert_eq!(&wanted(kind, &concerned, Some(&live), &part, Untold::Keep).unwrap(), &wish);
        let (_, result) = written(kind, &wish, &live);
        let touched = likeness(kind, &live, &result).differs;
        let assignments = kind.assignments.as_ref().map(|contract| contract.path.as_str());
        for touched in touched {
            let inside = match &part {
                Part::Whole => true,
                Part::Content => Some(touched.as_str()) != assignments,
                Part::Assignments => Some(touched.as_str()) == assignments,
                Part::Properties { names } => names.contains(&touched),
            };
            prop_assert!(inside, "{} {part:?} touched {touched}", kind.key);
        }
    }
}

#[test]
fn what_is_as_it_is_wanted_is_not_written() {
    for kind in enabled() {
        let live = object(&kind.key);
        let wish = wanted(kind, &live, Some(&live), &Part::Whole, Untold::Keep).unwrap();
        assert_eq!(steps(kind, &wish, Some(&live), Some("x")), Ok(Vec::new()), "{}", kind.key);
        assert!(!removal(kind, "x 1", &live).unwrap().is_empty());
    }
}

#[test]
fn only_what_differs_is_sent() {
    let kind = find("settings_catalog_policy").unwrap();
    let live = object(&kind.key);
    let mut source = live.clone();
    source.set("assignments", json("[]"));
    let (writes, _) = written(kind, &wanted(kind, &source, Some(&live), &Part::Whole, Untold::Keep).unwrap(), &live);
    assert_eq!(writes.len(), 1);
    assert_eq!((writes[0].method, writes[0].path.as_str()), (Method::Post, "/deviceManagement/configurationPolicies/x/assign"));
    assert_eq!(writes[0].body.as_ref().unwrap().to_text(), r#"{"assignments":[]}"#);

    source = live.clone();
    source.set("description", Json::Null);
    let (writes, _) = written(kind, &wanted(kind, &source, Some(&live), &Part::Whole, Untold::Keep).unwrap(), &live);
    assert_eq!(writes[0].method, Method::Put);
    assert!(writes[0].body.as_ref().unwrap().get("settings").is_some(), "a replacement tells all");

    let ring = find("windows_update_ring").unwrap();
    let live = object(&ring.key);
    source = live.clone();
    source.set("qualityUpdatesDeferralPeriodInDays", Json::int(9));
    let (writes, _) = written(ring, &wanted(ring, &source, Some(&live), &Part::Whole, Untold::Keep).unwrap(), &live);
    let body = writes[0].body.as_ref().unwrap().to_text();
    assert_eq!(
        body,
        r##"{"@odata.type":"#microsoft.graph.windowsUpdateForBusinessConfiguration","qualityUpdatesDeferralPeriodInDays":9}"##
    );
}

#[test]
fn what_can_be_told_only_once_stands_in_the_way_alone() {
    let kind = find("assignment_filter").unwrap();
    let live = object(&kind.key);
    let mut source = live.clone();
    source.set("platform", Json::text("iOS"));
    assert_eq!(steps(kind, &source, Some(&live), Some("x")), Err(Hindrance::Immutable));
    source.set("rule", Json::text("other"));
    let writes = steps(kind, &source, Some(&live), Some("x")).unwrap();
    assert!(!writes[0].body.as_ref().unwrap().to_text().contains("platform"));
    assert_eq!(likeness(kind, &source, &live).immutable, ["platform"]);
}

#[test]
fn the_tenants_defaults_keep_what_nobody_can_change() {
    let kind = find("enrollment_status_page").unwrap();
    let mut live = object(&kind.key);
    live.set("priority", Json::int(0));
    let mut source = live.clone();
    source.set("assignments", json("[]"));
    assert_eq!(steps(kind, &source, Some(&live), Some("x")), Ok(Vec::new()));
    assert_eq!(removal(kind, "x", &live), Err(Hindrance::NoMethod));

    let kind = find("device_health_script").unwrap();
    let mut live = object(&kind.key);
    live.set("isGlobalScript", Json::Bool(true));
    let mut source = live.clone();
    source.set("assignments", json("[]"));
    assert_eq!(steps(kind, &source, Some(&live), Some("x")).unwrap().len(), 1, "it can be assigned");
    source.set("publisher", Json::text("other"));
    assert_eq!(steps(kind, &source, Some(&live), Some("x")), Err(Hindrance::NoMethod));

    let kind = find("scope_tag").unwrap();
    let mut live = object(&kind.key);
    live.set("isBuiltIn", Json::Bool(true));
    assert_eq!(removal(kind, "0", &live), Err(Hindrance::NoMethod));
}

#[test]
fn one_by_one_nobody_is_reached_in_between() {
    let kind = find("autopilot_deployment_profile").unwrap();
    let live = object(&kind.key);
    let mut source = live.clone();
    let target = |kind: &str, group: &str| {
        format!(r##"{{"target":{{"@odata.type":"#microsoft.graph.{kind}AssignmentTarget","groupId":"{group}"}}}}"##)
    };
    source.set("assignments", json(&format!("[{},{}]", target("group", "g7"), target("exclusionGroup", "g8"))));
    let (writes, _) = written(kind, &source, &live);
    let told: Vec<String> = writes
        .iter()
        .map(|step| match &step.body {
            Some(body) => body.at(&["target", "groupId"]).unwrap().as_str().unwrap().to_owned(),
            None => step.path.rsplit('/').next().unwrap().to_owned(),
        })
        .collect();
    assert_eq!(told, ["g8", "x_g1", "x_all", "g7", "x_g2"]);
    let removed = removal(kind, "x", &live).unwrap();
    assert_eq!(removed.len(), 5, "{removed:?}");
}

#[test]
fn types_that_are_only_shown_are_not_written() {
    let policy = find("conditional_access_policy").unwrap();
    let object = json(r#"{"displayName":"a","state":"disabled"}"#);
    assert_eq!(steps(policy, &object, None, None), Err(Hindrance::PreviewOnly));
    assert_eq!(removal(policy, "x", &object), Err(Hindrance::PreviewOnly));
    let app = find("mobile_app").unwrap();
    let live = json(r##"{"@odata.type":"#microsoft.graph.webApp","id":"x","displayName":"a","assignments":[]}"##);
    assert_eq!(steps(app, &live, None, None), Err(Hindrance::NoMethod), "its content is not kept");
    assert_eq!(removal(app, "x", &live), Err(Hindrance::NoMethod));
    let mut source = live.clone();
    source.set("displayName", Json::text("b"));
    assert_eq!(steps(app, &source, Some(&live), Some("x")).unwrap().len(), 1);
}
