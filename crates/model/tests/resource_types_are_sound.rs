//! The catalogue of contracts agrees with itself.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use model::json::Json;
use model::resource_types::{Collection, Platform, Recognition, ResourceType, all, collections, find};

fn json(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap()
}

fn collection_of(key: &str) -> Collection {
    collections(find(key)).remove(0)
}

fn key_of(collection: &str, object: &str) -> &'static str {
    &collection_of(collection).classify(&json(object)).unwrap().key
}

#[test]
fn keys_and_labels_are_unique() {
    let keys: BTreeSet<&str> = all().iter().map(|kind| kind.key.as_str()).collect();
    let labels: BTreeSet<&str> = all().iter().map(|kind| kind.label.as_str()).collect();
    assert_eq!(keys.len(), all().len());
    assert_eq!(labels.len(), all().len());
    assert!(keys.iter().all(|key| key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')));
    assert!(labels.iter().all(|label| !label.is_empty() && label.trim() == *label));
    assert!(all().iter().all(|kind| find(&kind.key) == Some(kind)));
    assert_eq!(find("nothing_like_that"), None);
}

#[test]
fn every_file_in_the_folder_is_in_the_catalogue() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/resource_types");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    assert_eq!(files, all().iter().map(|kind| kind.key.clone()).collect());
}

#[test]
fn every_collection_leaves_no_object_unclaimed() {
    for collection in collections(all()) {
        let alone = collection.types.len() == 1;
        let rest = collection.types.iter().filter(|kind| kind.recognition == Recognition::Rest).count();
        let whole = collection.types.iter().filter(|kind| kind.recognition == Recognition::Collection).count();
        assert!(if alone { rest + whole == 1 } else { rest == 1 && whole == 0 }, "{}", collection.path);
        assert!(collection.classify(&json(r##"{"id":"x","@odata.type":"#microsoft.graph.futureThing"}"##)).is_some());
    }
}

#[test]
fn types_of_one_collection_are_listed_the_same_way() {
    for collection in collections(all()) {
        for kind in &collection.types {
            assert_eq!(&kind.list, collection.list(), "{}", kind.key);
            assert_eq!(kind.declared_type, collection.types[0].declared_type, "{}", kind.key);
            assert_eq!(kind.item, collection.types[0].item, "{}", kind.key);
        }
    }
}

#[test]
fn a_shared_collection_comes_once_with_the_types_asked_for() {
    let wanted = ["security_baseline_policy", "settings_catalog_policy", "group"];
    let found = collections(wanted.iter().filter_map(|key| find(key)));
    let seen: Vec<(&str, Vec<&str>)> =
        found.iter().map(|c| (c.path, c.types.iter().map(|kind| kind.key.as_str()).collect())).collect();
    assert_eq!(
        seen,
        [
            ("/deviceManagement/configurationPolicies", vec!["settings_catalog_policy", "security_baseline_policy"]),
            ("/groups", vec!["group"]),
        ]
    );
    // A type that was not asked for is still recognised, so that its objects are not taken for another's.
    let endpoint = json(r#"{"id":"1","templateReference":{"templateFamily":"endpointSecurityFirewall"}}"#);
    assert_eq!(found[0].classify(&endpoint).unwrap().key, "endpoint_security_policy");
}

#[test]
fn objects_of_shared_collections_are_told_apart() {
    for (object, key) in [
        (r#"{"templateReference":{"templateFamily":"none"}}"#, "settings_catalog_policy"),
        (r#"{"templateReference":null}"#, "settings_catalog_policy"),
        (r#"{"templateReference":{"templateFamily":"endpointSecurityAntivirus"}}"#, "endpoint_security_policy"),
        (r#"{"templateReference":{"templateFamily":"baseline"}}"#, "security_baseline_policy"),
        (r#"{"templateReference":{"templateFamily":"baselineOfTheFuture"}}"#, "settings_catalog_policy"),
    ] {
        assert_eq!(key_of("settings_catalog_policy", object), key, "{object}");
    }
    for (object, key) in [
        (r##"{"@odata.type":"#microsoft.graph.windowsUpdateForBusinessConfiguration"}"##, "windows_update_ring"),
        (r##"{"@odata.type":"#microsoft.graph.iosUpdateConfiguration"}"##, "apple_software_update_policy"),
        (r##"{"@odata.type":"#microsoft.graph.windows10CustomConfiguration"}"##, "device_configuration"),
        (r##"{"@odata.type":"#microsoft.graph.windows13QuantumConfiguration"}"##, "device_configuration"),
    ] {
        assert_eq!(key_of("device_configuration", object), key, "{object}");
    }
    for (object, key) in [
        (r##"{"@odata.type":"#microsoft.graph.deviceEnrollmentLimitConfiguration"}"##, "enrollment_limit"),
        (r##"{"@odata.type":"#microsoft.graph.windowsRestoreDeviceEnrollmentConfiguration"}"##, "enrollment_configuration"),
        (r##"{"@odata.type":"#microsoft.graph.windows10EnrollmentCompletionPageConfiguration"}"##, "enrollment_status_page"),
    ] {
        assert_eq!(key_of("enrollment_limit", object), key, "{object}");
    }
}

#[test]
fn an_unknown_concrete_type_is_named() {
    let kind = find("device_configuration").unwrap();
    let future = json(r##"{"@odata.type":"#microsoft.graph.windows13QuantumConfiguration"}"##);
    assert_eq!(kind.unknown_odata_type(&future), Some("#microsoft.graph.windows13QuantumConfiguration"));
    let known = json(r##"{"@odata.type":"#microsoft.graph.windows10CustomConfiguration"}"##);
    assert_eq!(kind.unknown_odata_type(&known), None);
    assert_eq!(kind.unknown_odata_type(&json("{}")), None);
}

#[test]
fn platforms_are_read_from_where_each_type_keeps_them() {
    for (key, object, platform) in [
        ("settings_catalog_policy", r#"{"platforms":"windows10"}"#, Platform::Windows),
        ("settings_catalog_policy", r#"{"platforms":"iOS,macOS"}"#, Platform::Several),
        ("settings_catalog_policy", r#"{}"#, Platform::Unknown),
        ("compliance_policy", r##"{"@odata.type":"#microsoft.graph.macOSCompliancePolicy"}"##, Platform::Macos),
        ("mobile_app", r##"{"@odata.type":"#microsoft.graph.winGetApp"}"##, Platform::Windows),
        ("enrollment_restriction", r#"{"platformType":"mac"}"#, Platform::Macos),
        ("enrollment_restriction", r#"{}"#, Platform::All),
        ("conditional_access_policy", r#"{}"#, Platform::Entra),
    ] {
        assert_eq!(find(key).unwrap().platform_of(&json(object)), platform, "{key} {object}");
    }
    let concrete = |kind: &ResourceType, name: &str| kind.platform_of(&Json::from([("@odata.type", Json::text(name))]));
    for kind in ["device_configuration", "compliance_policy", "mobile_app"].map(|key| find(key).unwrap()) {
        let unknown: Vec<&str> =
            kind.odata_types.iter().filter(|name| concrete(kind, name) == Platform::Unknown).map(String::as_str).collect();
        let expected: &[&str] =
            if kind.key == "device_configuration" { &["#microsoft.graph.unsupportedDeviceConfiguration"] } else { &[] };
        assert_eq!(unknown, expected, "{}", kind.key);
    }
}

#[test]
fn requests_are_written_as_graph_reads_them() {
    let catalog = find("settings_catalog_policy").unwrap();
    assert_eq!(
        collection_of("settings_catalog_policy").first_page(),
        "/beta/deviceManagement/configurationPolicies?$expand=assignments&$top=1000"
    );
    let requests: Vec<String> = catalog.hydration_requests("a b/c").into_iter().map(|(_, request)| request).collect();
    assert_eq!(requests, ["/beta/deviceManagement/configurationPolicies/a%20b%2Fc?$expand=assignments,settings"]);
    assert_eq!(collection_of("scope_tag").first_page(), "/beta/deviceManagement/roleScopeTags");
    assert_eq!(
        find("administrative_template").unwrap().hydration_requests("1")[0].1,
        "/beta/deviceManagement/groupPolicyConfigurations/1/definitionValues?$expand=definition,presentationValues($expand=presentation)&$top=1000"
    );
    assert!(find("device_configuration").unwrap().hydration_requests("1").is_empty());
    assert_eq!(collection_of("group").version.segment(), "v1.0");
}

#[test]
fn volatile_fields_leave_at_every_depth() {
    let kind = find("settings_catalog_policy").unwrap();
    let mut object = json(
        r#"{"id":"1","name":"n","lastModifiedDateTime":"t","settings":[{"id":"0","settingInstance":{}}],"assignments":[{"id":"a","target":{}}]}"#,
    );
    let taken: Vec<String> = kind.strip_volatile(&mut object).into_iter().map(|(name, _)| name).collect();
    assert_eq!(taken, ["id", "lastModifiedDateTime"]);
    assert_eq!(object.to_text(), r#"{"name":"n","settings":[{"settingInstance":{}}],"assignments":[{"target":{}}]}"#);
    assert!(kind.is_volatile("id") && !kind.is_volatile("assignments"));
}

#[test]
fn only_groups_and_role_definitions_are_kept_in_the_directory_cache() {
    let cached: Vec<&str> = all().iter().filter(|kind| !kind.in_inventory()).map(|kind| kind.key.as_str()).collect();
    assert_eq!(cached, ["group", "directory_role_definition"]);
}
