//! Small tenants that are made by hand, so that a test says what is in them.

use graph_sim::{EffectCount, TenantState, Wrote};
use model::json::Json;
use model::resource_types;
use store::Choice;
use testkit::graph::TestGraph;
use testkit::world::World;

use crate::journey::of_types;

pub(crate) const CATALOG: &str = "settings_catalog_policy";
pub(crate) const COMPLIANCE: &str = "compliance_policy";
pub(crate) const CUSTOM: &str = "device_configuration";
pub(crate) const FILTER: &str = "assignment_filter";
pub(crate) const GROUP: &str = "group";
/// Where policies of the settings catalog are made.
pub(crate) const POLICIES: &str = "/beta/deviceManagement/configurationPolicies";

/// An id of Microsoft's kind.
pub(crate) fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

pub(crate) fn json(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap()
}

/// The same object with another value of a property.
pub(crate) fn with(object: &Json, name: &str, value: Json) -> Json {
    let mut object = object.clone();
    object.set(name, value);
    object
}

pub(crate) fn text_of<'a>(object: &'a Json, name: &str) -> &'a str {
    object.get(name).and_then(Json::as_str).unwrap_or_default()
}

pub(crate) fn group(number: usize, name: &str) -> (&'static str, Json) {
    let object = format!(
        r##"{{"id":"{}","displayName":"{name}","securityEnabled":true,"mailEnabled":false,"groupTypes":[]}}"##,
        id(number)
    );
    (GROUP, json(&object))
}

pub(crate) fn filter(number: usize, name: &str) -> (&'static str, Json) {
    let object = format!(
        r##"{{"id":"{}","displayName":"{name}","description":"","platform":"windows10AndLater","rule":"(device.model -eq \"{name}\")","assignmentFilterManagementType":"devices","roleScopeTags":["0"]}}"##,
        id(number)
    );
    (FILTER, json(&object))
}

/// Includes a group.
pub(crate) fn to(group: usize) -> String {
    format!(r##"{{"target":{{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"{}"}}}}"##, id(group))
}

/// Includes a group, of which a filter takes some.
pub(crate) fn filtered(group: usize, filter: usize) -> String {
    format!(
        r##"{{"target":{{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"{}","deviceAndAppManagementAssignmentFilterId":"{}","deviceAndAppManagementAssignmentFilterType":"include"}}}}"##,
        id(group),
        id(filter)
    )
}

/// Excludes a group.
pub(crate) fn but(group: usize) -> String {
    format!(r##"{{"target":{{"@odata.type":"#microsoft.graph.exclusionGroupAssignmentTarget","groupId":"{}"}}}}"##, id(group))
}

/// A policy of the settings catalog with one setting.
pub(crate) fn policy(number: usize, name: &str, value: i64, assignments: &[String]) -> (&'static str, Json) {
    let object = format!(
        r##"{{"id":"{}","name":"{name}","description":"as it was","platforms":"windows10","technologies":"mdm","templateReference":{{"templateId":"","templateFamily":"none"}},"settingCount":1,"roleScopeTagIds":["0"],"settings":[{{"id":"0","settingInstance":{{"@odata.type":"#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance","settingDefinitionId":"device_vendor_level","simpleSettingValue":{{"@odata.type":"#microsoft.graph.deviceManagementConfigurationIntegerSettingValue","value":{value}}}}}}}],"assignments":[{}]}}"##,
        id(number),
        assignments.join(",")
    );
    (CATALOG, json(&object))
}

pub(crate) fn compliance(number: usize, name: &str, assignments: &[String]) -> (&'static str, Json) {
    let object = format!(
        r##"{{"@odata.type":"#microsoft.graph.windows10CompliancePolicy","id":"{}","displayName":"{name}","description":"as it was","roleScopeTagIds":["0"],"passwordRequired":true,"passwordMinimumLength":8,"osMinimumVersion":"10.0.1","scheduledActionsForRule":[{{"ruleName":"r","scheduledActionConfigurations":[{{"actionType":"block","gracePeriodHours":0,"notificationTemplateId":"","notificationMessageCCList":[]}}]}}],"assignments":[{}]}}"##,
        id(number),
        assignments.join(",")
    );
    (COMPLIANCE, json(&object))
}

/// A custom profile of Windows; one setting is masked, the other is not.
pub(crate) fn custom(number: usize, name: &str) -> (&'static str, Json) {
    let object = format!(
        r##"{{"@odata.type":"#microsoft.graph.windows10CustomConfiguration","id":"{}","displayName":"{name}","description":"as it was","roleScopeTagIds":["0"],"omaSettings":[{{"@odata.type":"#microsoft.graph.omaSettingString","displayName":"Key","description":null,"omaUri":"./Device/Vendor/Example/Key","isEncrypted":true,"secretReferenceValueId":"handle-{number}","value":"****"}},{{"@odata.type":"#microsoft.graph.omaSettingInteger","displayName":"Level","description":null,"omaUri":"./Device/Vendor/Example/Level","isEncrypted":false,"secretReferenceValueId":null,"value":3}}],"assignments":[]}}"##,
        id(number)
    );
    (CUSTOM, json(&object))
}

pub(crate) fn tenant(objects: &[(&'static str, Json)]) -> TenantState {
    let mut state = TenantState::new();
    let tag = json(r##"{"id":"0","displayName":"Default","description":"","isBuiltIn":true}"##);
    state.put("scope_tag", tag).unwrap();
    for (key, object) in objects {
        state.put(key, object.clone()).unwrap();
    }
    state
}

/// Serves the world's tenant with these.
pub(crate) async fn serving(world: &World, objects: &[(&'static str, Json)]) -> TestGraph {
    TestGraph::serving(world, tenant(objects)).await
}

/// What was done to objects since the effects were cleared: what, to which, how often; by their ids.
pub(crate) fn done(graph: &TestGraph) -> Vec<(Wrote, String, u64)> {
    let effects = graph.sim.effects(Some(graph.tenant)).into_iter();
    let mut all: Vec<_> = effects.map(|EffectCount { wrote, id, count, .. }| (wrote, id, count)).collect();
    all.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    all
}

/// The object without what the service makes.
pub(crate) fn told(key: &str, object: &Json) -> Json {
    let mut object = object.clone();
    resource_types::find(key).unwrap().strip_volatile(&mut object);
    object.sorted()
}

/// Everything of that type.
pub(crate) fn every(key: &str) -> Choice {
    of_types(&[key])
}

/// The ids of the groups that an object is assigned to, with a `-` before those that it excludes, sorted.
pub(crate) fn assigned(object: &Json) -> Vec<String> {
    let assignments = object.get("assignments").and_then(Json::as_array).unwrap_or_default().iter();
    let one = |assignment: &Json| {
        let target = assignment.get("target")?;
        let group = text_of(target, "groupId");
        Some(if text_of(target, "@odata.type").contains("exclusion") { format!("-{group}") } else { group.to_owned() })
    };
    let mut all: Vec<String> = assignments.filter_map(one).collect();
    all.sort();
    all
}
