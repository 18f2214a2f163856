//! What references become: targeting never gets broader, and what has no counterpart blocks.

use std::collections::{BTreeMap, BTreeSet};

use model::json::Json;
use model::resource_types::find;
use model::restore::{
    Known, Mapping, MappingOrigin, Reference, Suggestion, Target, apply, needs, placeholder, reach, references, suggest,
};
use proptest::prelude::*;

use crate::objects::{json, object};

#[derive(Debug, Clone)]
struct Assigned {
    /// 0: a group, 1: an excluded group, 2: all devices.
    kind: u8,
    group: u8,
    filter: Option<u8>,
}

fn assigned() -> impl Strategy<Value = Vec<Assigned>> {
    let one = (0_u8..3, 0_u8..4, prop::option::of(0_u8..2)).prop_map(|(kind, group, filter)| Assigned { kind, group, filter });
    prop::collection::vec(one, 0..6)
}

fn policy(assigned: &[Assigned]) -> Json {
    let mut policy = object("settings_catalog_policy");
    let one = |one: &Assigned| {
        let kind =
            ["groupAssignmentTarget", "exclusionGroupAssignmentTarget", "allDevicesAssignmentTarget"][usize::from(one.kind)];
        let mut target = Json::from([("@odata.type", Json::text(format!("#microsoft.graph.{kind}")))]);
        if one.kind < 2 {
            target.set("groupId", Json::text(format!("g{}", one.group)));
        }
        if let Some(filter) = one.filter {
            target.set("deviceAndAppManagementAssignmentFilterId", Json::text(format!("f{filter}")));
            target.set("deviceAndAppManagementAssignmentFilterType", Json::text("include"));
        }
        Json::from([("target", target)])
    };
    policy.set("assignments", Json::Array(assigned.iter().map(one).collect()));
    policy
}

/// What each of six references becomes: nothing, another object (two of them the same one), an item that is made or not, dropped.
fn mapping(choices: &[u8; 9]) -> Mapping {
    let names = ["g0", "g1", "g2", "g3", "f0", "f1", "3", "r1", "g9"];
    let targets = names.iter().zip(choices).filter_map(|(id, choice)| {
        let kind = match id.as_bytes()[0] {
            b'g' => "group",
            b'f' => "assignment_filter",
            b'r' => "reusable_policy_setting",
            _ => "scope_tag",
        };
        let target = match choice {
            0 => return None,
            1 => Target::Planned { item: 1 },
            2 => Target::Planned { item: 2 },
            3 => Target::Dropped { reason: "because".to_owned() },
            4 => Target::Object { id: "same".to_owned() },
            _ => Target::Object { id: format!("new {id}") },
        };
        Some((Reference::new(kind, *id), target))
    });
    Mapping(targets.collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn targeting_never_gets_broader(assigned in assigned(), choices in prop::array::uniform9(prop_oneof![Just(5_u8), 0_u8..7])) {
        let kind = find("settings_catalog_policy").unwrap();
        let before = policy(&assigned);
        let mapping = mapping(&choices);
        let made = |item: u32| (item == 1).then(|| "made".to_owned());
        let becomes = |kind: &str, id: &str| match mapping.0.get(&Reference::new(kind, id)) {
            Some(Target::Object { id }) => Some(id.clone()),
            Some(Target::Planned { item }) => made(*item),
            _ => None,
        };
        let mut after = before.clone();
        match apply(kind, &mut after, &mapping, &made) {
            Err(open) => {
                prop_assert_eq!(&after, &before, "an object with something open is left as it was");
                prop_assert!(!open.is_empty());
                for found in open {
                    let target = mapping.0.get(&found.reference);
                    let blocks = match target {
                        None | Some(Target::Planned { item: 2 }) => true,
                        Some(Target::Dropped { .. }) => !found.droppable,
                        _ => false,
                    };
                    prop_assert!(blocks, "{:?}", found);
                    // An assignment that goes takes all that it refers to with it.
                    let goes = found.assignment.is_some_and(|at| assigned[at].kind == 0 && {
                        let group = Reference::new("group", format!("g{}", assigned[at].group));
                        matches!(mapping.0.get(&group), Some(Target::Dropped { .. }))
                    });
                    prop_assert!(!goes, "{:?}", found);
                }
            }
            Ok(left) => {
                let (was, is) = (reach(kind, &before), reach(kind, &after));
                prop_assert!((!is.all_devices || was.all_devices) && !is.all_users);
                let groups: BTreeSet<String> = was.groups.iter().filter_map(|id| becomes("group", id)).collect();
                prop_assert!(is.groups.is_subset(&groups), "{:?} {:?}", is, groups);
                for excluded in &was.excluded {
                    let there = becomes("group", excluded);
                    prop_assert!(there.is_some_and(|id| is.excluded.contains(&id)), "{} was excluded", excluded);
                }
                // Each assignment that is left is one that was there, with its filter.
                let kept: Vec<String> = assigned.iter().filter_map(|one| {
                    let group = if one.kind < 2 { becomes("group", &format!("g{}", one.group))? } else { String::new() };
                    let filter = match one.filter { None => String::new(), Some(filter) => becomes("assignment_filter", &format!("f{filter}"))? };
                    Some(format!("{} {group} {filter}", one.kind))
                }).collect();
                for one in after.get("assignments").unwrap().as_array().unwrap() {
                    let target = one.get("target").unwrap();
                    let text = |name: &str| target.get(name).and_then(Json::as_str).unwrap_or_default();
                    let kind = match text("@odata.type").rsplit('.').next().unwrap() {
                        "groupAssignmentTarget" => 0,
                        "exclusionGroupAssignmentTarget" => 1,
                        _ => 2,
                    };
                    let told = format!("{kind} {} {}", text("groupId"), text("deviceAndAppManagementAssignmentFilterId"));
                    prop_assert!(kept.contains(&told), "{} {:?}", told, kept);
                }
                for left in left {
                    let dropped = matches!(mapping.0.get(&left.reference), Some(Target::Dropped { .. }));
                    prop_assert!(dropped && ["group", "scope_tag"].contains(&left.reference.resource_type.as_str()));
                }
                prop_assert!(!after.get("roleScopeTagIds").unwrap().as_array().unwrap().is_empty());
            }
        }
    }
}

#[test]
fn every_type_tells_what_it_refers_to() {
    let found = |key: &str| -> BTreeMap<String, Vec<String>> {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for found in references(find(key).unwrap(), &object(key)) {
            all.entry(found.reference.resource_type).or_default().push(found.reference.id);
        }
        all
    };
    let assigned = [("group", vec!["g1", "g2"]), ("assignment_filter", vec!["f1"]), ("scope_tag", vec!["3"])];
    let wanted = |more: &[(&str, Vec<&str>)]| -> BTreeMap<String, Vec<String>> {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (key, ids) in assigned.iter().chain(more) {
            all.entry((*key).to_owned()).or_default().extend(ids.iter().map(|id| (*id).to_owned()));
        }
        all
    };
    assert_eq!(found("windows_update_ring"), wanted(&[]));
    assert_eq!(found("settings_catalog_policy"), wanted(&[("reusable_policy_setting", vec!["r1"])]));
    assert_eq!(found("app_config_managed_device"), wanted(&[("mobile_app", vec!["a1", "a2"])]));
    assert_eq!(found("enrollment_status_page"), wanted(&[("mobile_app", vec!["a1"])]));
    assert_eq!(found("enrollment_notification"), wanted(&[("notification_template", vec!["n1", "n2"])]));
    let compliance = [("notification_template", vec!["n1"]), ("group", vec!["g3"]), ("device_compliance_script", vec!["s1"])];
    assert_eq!(found("compliance_policy"), wanted(&compliance));
    let set = found("policy_set");
    assert_eq!((&set["mobile_app"], &set["device_configuration"]), (&vec!["a1".to_owned()], &vec!["c1".to_owned()]));
    assert_eq!(found("administrative_template"), wanted(&[]), "Microsoft's own definitions are the same everywhere");

    let template = find("administrative_template").unwrap();
    let own = json(
        r#"{"definitionValues":[{"definition":{"id":"d","policyType":"admxIngested"},"presentationValues":[{"presentation":{"id":"q"}}]}]}"#,
    );
    let own: Vec<String> = references(template, &own).into_iter().map(|found| found.pointer).collect();
    assert_eq!(own, ["/definitionValues/0/definition/id", "/definitionValues/0/presentationValues/0/presentation/id"]);

    let wifi = find("device_configuration").unwrap();
    let linked =
        json(r#"{"rootCertificatesForServerValidation":[{"id":"c1"}],"identityCertificateForClientAuthentication":{"id":"c2"}}"#);
    let linked: Vec<String> = references(wifi, &linked).into_iter().map(|found| found.reference.id).collect();
    assert_eq!(linked, ["c1", "c2"]);

    let access = find("conditional_access_policy").unwrap();
    let policy = json(
        r#"{"conditions":{"users":{"includeUsers":["All"],"excludeUsers":["u1"],"excludeGroups":["g1"],"includeRoles":["r1"]},
        "applications":{"includeApplications":["Office365","a1"]},"locations":{"includeLocations":["All"],"excludeLocations":["AllTrusted","l1"]}},
        "grantControls":{"authenticationStrength":{"id":"00000000-0000-0000-0000-000000000004"},"termsOfUse":["t1"]}}"#,
    );
    let found: Vec<(String, bool)> =
        references(access, &policy).into_iter().map(|found| (found.reference.id, found.narrowing)).collect();
    let wanted = [("u1", true), ("g1", true), ("r1", false), ("a1", false), ("l1", true), ("t1", false)];
    assert_eq!(found, wanted.map(|(id, narrowing)| (id.to_owned(), narrowing)));
}

#[test]
fn what_the_live_object_refers_to_stays_unless_something_else_was_decided() {
    let kind = find("enrollment_status_page").unwrap();
    let page = |ids: &str| json(&format!(r#"{{"selectedMobileAppIds":[{ids}]}}"#));
    let app = |id: &str| Reference::new("mobile_app", id);
    let decided = Mapping(BTreeMap::from([(app("a"), Target::Planned { item: 3 })]));
    let (wanted, live) = (page(r#""a","b","c""#), page(r#""a","b","d""#));
    let known = decided.and_kept(kind, &wanted, Some(&live));
    assert_eq!(known.0.get(&app("a")), Some(&Target::Planned { item: 3 }));
    assert_eq!(known.0.get(&app("b")), Some(&Target::Object { id: "b".to_owned() }));
    assert_eq!(known.0.get(&app("c")), None, "the live object does not have it");
    let mut object = wanted.clone();
    let open = apply(kind, &mut object, &known, &|_| Some("made".to_owned())).unwrap_err();
    assert_eq!(open.len(), 1);
    assert_eq!(*decided.and_kept(kind, &wanted, None), decided);
    assert_eq!(*decided.and_kept(kind, &page(r#""a""#), Some(&live)), decided, "nothing is open");
}

#[test]
fn a_reference_that_is_part_of_a_text_is_replaced_alone() {
    let kind = find("enrollment_notification").unwrap();
    let mut object = object(&kind.key);
    let mut mapping = Mapping::default();
    for found in references(kind, &object) {
        mapping.0.insert(found.reference.clone(), Target::Object { id: format!("new-{}", found.reference.id) });
    }
    mapping.0.insert(Reference::new("notification_template", "n2"), Target::Planned { item: 7 });
    assert_eq!(needs(kind, &object, &mapping), [7]);
    apply(kind, &mut object, &mapping, &|item| Some(placeholder(item))).unwrap();
    assert_eq!(object.get("notificationTemplates").unwrap().to_text(), r#"["email_new-n1","push_{item 7}"]"#);
    let untouched = object.get("assignments").unwrap().as_array().unwrap().last().unwrap();
    assert_eq!(untouched.at(&["target", "groupId"]).unwrap().as_str(), Some("g9"), "a policy set's assignment is its own");
}

#[test]
fn names_only_suggest() {
    let known = |id: &str, name: &str, rule: Option<&str>| Known {
        id: id.to_owned(),
        name: name.to_owned(),
        rule: rule.map(str::to_owned),
    };
    let group = Reference::new("group", "g1");
    let source = known("g1", "Pilot ", Some("user.x  -eq 1"));
    let there = [
        known("a", "Other", Some("user.X -eq 1")),
        known("b", "pilot", None),
        known("c", "PILOT", Some("user.x -eq 1")),
        known("d", "Else", None),
    ];
    let object = |id: &str| Target::Object { id: id.to_owned() };
    assert_eq!(
        suggest(&group, Some(&source), false, &there, None),
        Suggestion::Suggested(vec![object("c"), object("a"), object("b")])
    );
    let same = [known("g1", "renamed", None)];
    let certain = Suggestion::Certain(object("g1"), MappingOrigin::SameId);
    assert_eq!(suggest(&group, Some(&source), true, &same, None), certain);
    assert_eq!(suggest(&group, None, true, &[], None), Suggestion::Nothing, "it is gone");
    assert_eq!(suggest(&group, Some(&source), false, &same, None), Suggestion::Nothing, "an id of another tenant says nothing");
    let planned = Suggestion::Certain(Target::Planned { item: 4 }, MappingOrigin::Plan);
    assert_eq!(suggest(&group, Some(&source), false, &there, Some(4)), planned);
    let role = Reference::new("directory_role", "r");
    let certain = Suggestion::Certain(object("r"), MappingOrigin::SameId);
    assert_eq!(suggest(&role, None, false, &[known("r", "Reader", None)], None), certain);
    let collection = Reference::new("configuration_manager_collection", "7");
    assert_eq!(suggest(&collection, None, true, &[], None), Suggestion::Certain(object("7"), MappingOrigin::SameId));
}
