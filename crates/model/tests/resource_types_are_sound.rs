//! The catalogue of contracts agrees with itself.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use model::attribution::EventSource;
use model::json::Json;
use model::resource_types::{Collection, Form, Platform, Recognition, ResourceType, StoredIn, all, collections, find};

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
        (r##"{"@odata.type":"#microsoft.graph.windowsRestoreDeviceEnrollmentConfiguration"}"##, "windows_restore"),
        (r##"{"@odata.type":"#microsoft.graph.enrollmentConfigurationOfTheFuture"}"##, "enrollment_configuration"),
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
    let cached: Vec<&str> =
        all().iter().filter(|kind| kind.stored_in == StoredIn::DirectoryCache).map(|kind| kind.key.as_str()).collect();
    assert_eq!(cached, ["directory_role_definition", "group"]);
}

#[test]
fn what_is_read_on_demand_says_why_and_nothing_else_does() {
    for kind in all() {
        assert_eq!(kind.on_demand.is_some(), kind.stored_in == StoredIn::OnDemand, "{}", kind.key);
        assert!(kind.on_demand.as_ref().is_none_or(|why| why.len() > 20), "{}", kind.key);
    }
    let on_demand = |key: &str| find(key).is_some_and(|kind| !kind.in_inventory() && kind.can_be_synced());
    assert!(on_demand("configuration_setting_definition") && on_demand("user"));
}

#[test]
fn what_only_signed_in_people_can_read_is_never_synced() {
    let closed: Vec<&str> = all().iter().filter(|kind| !kind.readable()).map(|kind| kind.key.as_str()).collect();
    let expected = ["terms_of_use_agreement", "mobility_mdm_policy", "feature_rollout_policy", "mobility_mam_policy"];
    assert_eq!(closed, expected);
    assert!(closed.iter().all(|key| !find(key).unwrap().in_inventory() && !find(key).unwrap().can_be_synced()));
}

#[test]
fn the_only_object_of_a_type_is_found_without_an_id() {
    let settings = find("device_management_settings").unwrap();
    let object = json(r#"{"settings":{"secureByDefault":true}}"#);
    assert_eq!(settings.id_of(&object), Some("device_management_settings"));
    assert_eq!(settings.name_of(&object), Some(settings.label.as_str()));
    assert_eq!(collection_of("device_management_settings").first_page(), "/beta/deviceManagement?$select=settings");
    let methods = find("authentication_methods_policy").unwrap();
    let object = json(r#"{"id":"authenticationMethodsPolicy","displayName":"Authentication Methods Policy"}"#);
    assert_eq!(
        (methods.id_of(&object), methods.name_of(&object)),
        (Some("authentication_methods_policy"), Some("Authentication Methods Policy"))
    );
    for kind in all().iter().filter(|kind| kind.is_singleton()) {
        assert!(kind.collection == kind.item && kind.create.is_none() && kind.delete.is_none(), "{}", kind.key);
    }
}

#[test]
fn what_is_below_another_object_is_asked_for_below_each() {
    for kind in all() {
        let below = matches!(kind.form, Form::Below { .. });
        assert_eq!(below, kind.collection.contains("{parent}"), "{}", kind.key);
        assert_eq!(below, kind.item.contains("{parent}"), "{}", kind.key);
        assert_eq!(kind.item.contains("{id}"), !kind.is_singleton(), "{}", kind.key);
        let collection = collections([kind]).remove(0);
        assert_eq!(below, collection.parent().is_some_and(|parent| parent.key != kind.key && !parent.is_singleton()));
    }
    let profiles = collection_of("apple_dep_enrollment_profile");
    assert_eq!(profiles.parent().unwrap().key, "apple_dep_token");
    assert_eq!(profiles.first_page_below("a b"), "/beta/deviceManagement/depOnboardingSettings/a%20b/enrollmentProfiles");
    assert_eq!(
        find("apple_dep_enrollment_profile").unwrap().item_below("t", "p"),
        "/beta/deviceManagement/depOnboardingSettings/t/enrollmentProfiles/p"
    );
}

#[test]
fn a_filter_that_is_required_is_there() {
    let required: Vec<&str> = all().iter().filter(|kind| kind.list.filter_required).map(|kind| kind.key.as_str()).collect();
    assert_eq!(required, ["role_management_policy", "role_management_policy_assignment"]);
    assert!(all().iter().all(|kind| kind.list.filter.is_some() || !kind.list.filter_required));
    // Any other filter hides objects by their state: which, has to be known when an object is looked for that a list did not have.
    for kind in all() {
        let hides = kind.list.filter.is_some() && !kind.list.filter_required;
        assert_eq!(hides, !kind.list.shown_where.is_empty(), "{}", kind.key);
    }
    assert_eq!(
        collection_of("role_management_policy").first_page(),
        "/v1.0/policies/roleManagementPolicies?$filter=scopeId%20eq%20'%2F'%20and%20scopeType%20eq%20'DirectoryRole'&$expand=rules,effectiveRules"
    );
}

#[test]
fn what_a_list_lacks_is_read_by_a_step() {
    for kind in all() {
        let lacks = kind.list.omits.iter().chain(&kind.list.nulls);
        let executed: Vec<_> = kind.hydration.iter().filter(|step| step.executed()).collect();
        assert!(lacks.count() == 0 || !executed.is_empty(), "{}", kind.key);
        // Skipping an object because the list tells nothing new is only sound where the list tells of assignments too.
        let told = kind.list.expand.iter().any(|name| name == "assignments");
        assert!(kind.assignments.is_none() || kind.list.changed_by.is_empty() || told, "{}", kind.key);
        assert!(!executed.is_empty() || kind.list.changed_by.is_empty(), "{}: the list item is complete", kind.key);
    }
}

#[test]
fn an_app_of_the_store_is_listed_while_it_is_assigned() {
    let list = &find("mobile_app").unwrap().list;
    for (object, shown) in [
        (r#"{"id":"1"}"#, true),
        (r#"{"id":"1","appAvailability":null,"isAssigned":false}"#, true),
        (r#"{"id":"1","appAvailability":"lineOfBusiness","isAssigned":false}"#, true),
        (r#"{"id":"1","appAvailability":"global","isAssigned":false}"#, false),
        (r#"{"id":"1","appAvailability":"global","isAssigned":true}"#, true),
        (r#"{"id":"1","appAvailability":"global"}"#, false),
    ] {
        assert_eq!(list.shows(&json(object)), shown, "{object}");
    }
}

/// Types whose lists cannot tell that something changed, so that the audit log has to. The list only shrinks.
#[test]
fn few_types_are_told_by_the_audit_log() {
    let told_by_nothing = |kind: &&ResourceType| {
        kind.in_inventory() && kind.hydration.iter().any(|step| step.executed()) && kind.list.changed_by.is_empty()
    };
    let keys: Vec<&str> = all().iter().filter(told_by_nothing).map(|kind| kind.key.as_str()).collect();
    assert_eq!(keys, ["policy_set", "scope_tag", "terms_and_conditions"]);
    let audited: Vec<&str> = all().iter().filter(|kind| kind.list.audited).map(|kind| kind.key.as_str()).collect();
    assert_eq!(audited, keys);
    assert!(all().iter().filter(|kind| kind.list.audited).all(|kind| EventSource::of(kind) == EventSource::Intune));
}

#[test]
fn what_a_list_tells_changes_by_is_in_it() {
    for kind in all() {
        let lacks = |name: &String| kind.list.omits.contains(name) && !kind.list.expand.iter().any(|expanded| expanded == name);
        for path in &kind.list.changed_by {
            let name = path.to_string();
            assert!(!lacks(&name) && !kind.list.nulls.contains(&name), "{}: {name}", kind.key);
        }
    }
}
