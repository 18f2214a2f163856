//! One object of each type that is restored, as Graph tells it, with all that is written in ways of its own.

use model::json::Json;
use model::resource_types::{ResourceType, RestoreMode, all};

const COMMON: &str = r#""createdDateTime":"2026-01-01T00:00:00Z","lastModifiedDateTime":"2026-01-02T00:00:00Z","description":"d","roleScopeTagIds":["0","3"]"#;

/// Assignments: a group with a filter, everybody, and an excluded group; and one that a policy set made.
const ASSIGNMENTS: &str = r##"[
 {"id":"x_g1","source":"direct","sourceId":"x","intent":"apply","target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g1","deviceAndAppManagementAssignmentFilterId":"f1","deviceAndAppManagementAssignmentFilterType":"include"}},
 {"id":"x_all","source":"direct","sourceId":"x","target":{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget","deviceAndAppManagementAssignmentFilterId":null,"deviceAndAppManagementAssignmentFilterType":"none"}},
 {"id":"x_g2","source":"direct","sourceId":"x","target":{"@odata.type":"#microsoft.graph.exclusionGroupAssignmentTarget","groupId":"g2"}},
 {"id":"x_g9","source":"policySets","sourceId":"p","target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g9"}}]"##;

const ACTIONS: &str = r#"[{"id":"r1","ruleName":null,"scheduledActionConfigurations":[
 {"id":"c1","actionType":"block","gracePeriodHours":0,"notificationTemplateId":"00000000-0000-0000-0000-000000000000","notificationMessageCCList":[]},
 {"id":"c2","actionType":"notification","gracePeriodHours":24,"notificationTemplateId":"n1","notificationMessageCCList":["g3"]}]}]"#;

const SETTINGS: &str = r##"[{"id":"0","settingInstance":{"@odata.type":"#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance","settingDefinitionId":"a","settingInstanceTemplateReference":null,"simpleSettingValue":{"@odata.type":"#microsoft.graph.deviceManagementConfigurationIntegerSettingValue","value":5}}},
 {"id":"1","settingInstance":{"@odata.type":"#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance","settingDefinitionId":"b","simpleSettingValue":{"@odata.type":"#microsoft.graph.deviceManagementConfigurationReferenceSettingValue","value":"r1"}}}]"##;

const MORE: &[(&str, &str)] = &[
    (
        "administrative_template",
        r##""displayName":"N","policyConfigurationIngestionType":"builtIn","assignments":ASSIGNMENTS,"definitionValues":[
      {"id":"v1","enabled":true,"configurationType":"policy","createdDateTime":"x","lastModifiedDateTime":"x","definition":{"id":"d1","displayName":"D","classType":"machine"},"presentationValues":[{"@odata.type":"#microsoft.graph.groupPolicyPresentationValueText","id":"p1","value":"t","presentation":{"id":"q1","label":"L"}},{"@odata.type":"#microsoft.graph.groupPolicyPresentationValueBoolean","id":"p2","value":true,"presentation":{"id":"q2"}}]},
      {"id":"v2","enabled":false,"configurationType":"policy","definition":{"id":"d2","displayName":"E","classType":"user"},"presentationValues":[]}]"##,
    ),
    (
        "app_config_managed_app",
        r##""displayName":"N","version":"\"1\"","isAssigned":true,"deployedAppCount":1,"appGroupType":"selectedPublicApps","customSettings":[{"name":"a","value":"b"}],"assignments":ASSIGNMENTS,"apps":[{"id":"app1","version":"7","mobileAppIdentifier":{"@odata.type":"#microsoft.graph.iosMobileAppIdentifier","bundleId":"com.a"}},{"id":"app2","version":"7","mobileAppIdentifier":{"@odata.type":"#microsoft.graph.iosMobileAppIdentifier","bundleId":"com.b"}}]"##,
    ),
    (
        "app_config_managed_device",
        r##""@odata.type":"#microsoft.graph.iosMobileAppConfiguration","displayName":"N","version":1,"targetedMobileApps":["a1","a2"],"encodedSettingXml":null,"settings":[{"appConfigKey":"k","appConfigKeyType":"stringType","appConfigKeyValue":"v"}],"assignments":ASSIGNMENTS"##,
    ),
    (
        "app_protection_android",
        r##""displayName":"N","version":"\"1\"","isAssigned":true,"pinRequired":true,"periodOfflineBeforeWipeIsEnforced":"P90D","appGroupType":"selectedPublicApps","assignments":ASSIGNMENTS,"apps":[{"id":"app1","version":"7","mobileAppIdentifier":{"@odata.type":"#microsoft.graph.androidMobileAppIdentifier","packageId":"com.a"}}]"##,
    ),
    (
        "app_protection_ios",
        r##""displayName":"N","version":"\"1\"","isAssigned":true,"pinRequired":true,"appGroupType":"selectedPublicApps","assignments":ASSIGNMENTS,"apps":[{"id":"app1","version":"7","mobileAppIdentifier":{"@odata.type":"#microsoft.graph.iosMobileAppIdentifier","bundleId":"com.a"}}]"##,
    ),
    (
        "app_protection_windows",
        r##""displayName":"N","version":"\"1\"","isAssigned":true,"printBlocked":true,"assignments":ASSIGNMENTS,"apps":[{"id":"app1","version":"7","mobileAppIdentifier":{"@odata.type":"#microsoft.graph.windowsAppIdentifier","windowsAppId":"com.a"}}]"##,
    ),
    (
        "apple_software_update_policy",
        r##""@odata.type":"#microsoft.graph.iosUpdateConfiguration","displayName":"N","version":1,"supportsScopeTags":true,"activeHoursStart":"08:00:00","scheduledInstallDays":["monday"],"assignments":ASSIGNMENTS"##,
    ),
    (
        "assignment_filter",
        r##""displayName":"N","platform":"windows10AndLater","rule":"(device.a -eq \"b\")","assignmentFilterManagementType":"devices","payloads":[],"roleScopeTags":["0"]"##,
    ),
    (
        "autopilot_deployment_profile",
        r##""@odata.type":"#microsoft.graph.azureADWindowsAutopilotDeploymentProfile","displayName":"N","deviceNameTemplate":"%SERIAL%","language":"en-US","managementServiceAppId":"m","outOfBoxExperienceSettings":{"hideEULA":true,"userType":"standard"},"assignments":ASSIGNMENTS"##,
    ),
    (
        "compliance_policy",
        r##""@odata.type":"#microsoft.graph.windows10CompliancePolicy","displayName":"N","version":3,"passwordRequired":true,"passwordMinimumLength":8,"deviceCompliancePolicyScript":{"deviceComplianceScriptId":"s1","rulesContent":"e30="},"scheduledActionsForRule":ACTIONS,"assignments":ASSIGNMENTS"##,
    ),
    (
        "compliance_policy_v2",
        r##""name":"N","platforms":"linux","technologies":"linuxMdm","settingCount":2,"isAssigned":true,"settings":SETTINGS,"scheduledActionsForRule":ACTIONS,"assignments":ASSIGNMENTS"##,
    ),
    ("device_category", r##""displayName":"N""##),
    (
        "device_compliance_script",
        r##""displayName":"N","version":"1","publisher":"p","detectionScriptContent":"ZQ==","runAsAccount":"system","assignments":[]"##,
    ),
    (
        "device_configuration",
        r##""@odata.type":"#microsoft.graph.windows10CustomConfiguration","displayName":"N","version":1,"supportsScopeTags":true,"omaSettings":[{"@odata.type":"#microsoft.graph.omaSettingString","displayName":"o","description":null,"omaUri":"./a","isEncrypted":false,"secretReferenceValueId":null,"value":"v"},{"@odata.type":"#microsoft.graph.omaSettingInteger","displayName":"p","omaUri":"./b","isEncrypted":false,"value":3}],"assignments":ASSIGNMENTS"##,
    ),
    (
        "device_custom_attribute_script",
        r##""displayName":"N","customAttributeName":"c","customAttributeType":"string","scriptContent":"ZQ==","runAsAccount":"system","fileName":"f.sh","assignments":ASSIGNMENTS"##,
    ),
    (
        "device_health_script",
        r##""displayName":"N","version":"1","publisher":"p","isGlobalScript":false,"highestAvailableVersion":null,"detectionScriptContent":"ZQ==","remediationScriptContent":"Zg==","runAs32Bit":true,"assignments":[{"id":"x","runRemediationScript":true,"runSchedule":{"@odata.type":"#microsoft.graph.deviceHealthScriptDailySchedule","interval":1,"useUtc":false,"time":"01:00:00"},"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g1"}}]"##,
    ),
    (
        "device_management_script",
        r##""displayName":"N","scriptContent":"ZQ==","runAsAccount":"system","enforceSignatureCheck":false,"fileName":"f.ps1","assignments":ASSIGNMENTS"##,
    ),
    (
        "device_shell_script",
        r##""displayName":"N","scriptContent":"ZQ==","executionFrequency":"PT0S","retryCount":3,"fileName":"f.sh","assignments":ASSIGNMENTS"##,
    ),
    (
        "endpoint_security_intent",
        r##""displayName":"N","isAssigned":true,"isMigratingToConfigurationPolicy":false,"templateId":"t1","assignments":ASSIGNMENTS,"settings":[{"@odata.type":"#microsoft.graph.deviceManagementBooleanSettingInstance","id":"s1","definitionId":"a","valueJson":"true","value":true},{"@odata.type":"#microsoft.graph.deviceManagementStringSettingInstance","id":"s2","definitionId":"b","valueJson":"\"x\"","value":"x"}]"##,
    ),
    (
        "endpoint_security_policy",
        r##""name":"N","platforms":"windows10","technologies":"mdm","settingCount":2,"isAssigned":true,"templateReference":{"templateId":"t_1","templateFamily":"endpointSecurityAntivirus","templateDisplayName":"T","templateDisplayVersion":"Version 1"},"settings":SETTINGS,"assignments":ASSIGNMENTS"##,
    ),
    (
        "enrollment_notification",
        r##""@odata.type":"#microsoft.graph.deviceEnrollmentNotificationConfiguration","displayName":"N","priority":1,"version":2,"platformType":"ios","templateType":"0","notificationMessageTemplateId":"00000000-0000-0000-0000-000000000000","notificationTemplates":["email_n1","push_n2"],"brandingOptions":"none","assignments":ASSIGNMENTS"##,
    ),
    (
        "enrollment_status_page",
        r##""@odata.type":"#microsoft.graph.windows10EnrollmentCompletionPageConfiguration","displayName":"N","priority":1,"version":2,"showInstallationProgress":true,"installProgressTimeoutInMinutes":60,"selectedMobileAppIds":["a1"],"assignments":ASSIGNMENTS"##,
    ),
    (
        "intune_branding_profile",
        r##""profileName":"N","profileDescription":"d","isDefaultProfile":false,"displayName":"Company","themeColor":{"r":1,"g":2,"b":3},"showLogo":true,"themeColorLogo":{"type":"image/png","value":"ZQ=="},"lightBackgroundLogo":null,"companyPortalBlockedActions":[{"platform":"ios","ownerType":"company","action":"remove"}],"assignments":ASSIGNMENTS"##,
    ),
    ("mobile_app_category", r##""displayName":"N""##),
    (
        "notification_template",
        r##""displayName":"N","brandingOptions":"none","defaultLocale":"en-us","localizedNotificationMessages":[{"id":"m1","locale":"en-us","subject":"s","messageTemplate":"m","isDefault":true,"lastModifiedDateTime":"x"},{"id":"m2","locale":"de-de","subject":"t","messageTemplate":"n","isDefault":false}]"##,
    ),
    (
        "policy_set",
        r##""displayName":"N","status":"success","errorCode":"noError","guidedDeploymentTags":[],"roleScopeTags":["0"],"items":[{"@odata.type":"#microsoft.graph.mobileAppPolicySetItem","id":"i1","payloadId":"a1","displayName":"A","itemType":"x","status":"success","intent":"required","settings":null},{"@odata.type":"#microsoft.graph.deviceConfigurationPolicySetItem","id":"i2","payloadId":"c1","displayName":"C"}],"assignments":ASSIGNMENTS"##,
    ),
    (
        "reusable_policy_setting",
        r##""displayName":"N","version":1,"referencingConfigurationPolicyCount":2,"settingDefinitionId":"a","settingInstance":{"@odata.type":"#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance","settingDefinitionId":"a","simpleSettingValue":{"@odata.type":"#microsoft.graph.deviceManagementConfigurationStringSettingValue","value":"v"}}"##,
    ),
    (
        "scope_tag",
        r##""displayName":"N","isBuiltIn":false,"assignments":[{"id":"x","target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g1"}}]"##,
    ),
    (
        "settings_catalog_policy",
        r##""name":"N","platforms":"windows10","technologies":"mdm","settingCount":2,"isAssigned":true,"creationSource":null,"templateReference":{"templateId":"","templateFamily":"none"},"settings":SETTINGS,"assignments":ASSIGNMENTS"##,
    ),
    (
        "terms_and_conditions",
        r##""displayName":"N","modifiedDateTime":"x","version":1,"title":"t","bodyText":"b","acceptanceStatement":"a","assignments":[{"id":"x1","target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g1"}},{"id":"x2","target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g2"}}]"##,
    ),
    (
        "windows_driver_update_profile",
        r##""displayName":"N","approvalType":"automatic","deploymentDeferralInDays":2,"newUpdates":0,"deviceReporting":0,"inventorySyncStatus":null,"assignments":ASSIGNMENTS"##,
    ),
    (
        "windows_feature_update_profile",
        r##""displayName":"N","featureUpdateVersion":"Windows 11, version 24H2","deployableContentDisplayName":"x","endOfSupportDate":"x","rolloutSettings":{"offerStartDateTimeInUTC":null,"offerEndDateTimeInUTC":null,"offerIntervalInDays":null},"assignments":ASSIGNMENTS"##,
    ),
    ("windows_quality_update_policy", r##""displayName":"N","hotpatchEnabled":true,"assignments":ASSIGNMENTS"##),
    (
        "windows_quality_update_profile",
        r##""displayName":"N","releaseDateDisplayName":"x","deployableContentDisplayName":"x","expeditedUpdateSettings":{"qualityUpdateRelease":"2026-01-01T00:00:00Z","daysUntilForcedReboot":1},"assignments":ASSIGNMENTS"##,
    ),
    (
        "windows_update_ring",
        r##""@odata.type":"#microsoft.graph.windowsUpdateForBusinessConfiguration","displayName":"N","version":1,"supportsScopeTags":true,"qualityUpdatesDeferralPeriodInDays":3,"qualityUpdatesPauseExpiryDateTime":"x","installationSchedule":null,"assignments":ASSIGNMENTS"##,
    ),
];

/// Types that are restored.
pub(crate) fn enabled() -> Vec<&'static ResourceType> {
    all().iter().filter(|kind| kind.restore.mode == RestoreMode::Enabled).collect()
}

/// An object of the type as Graph tells it.
pub(crate) fn object(key: &str) -> Json {
    let (_, own) = MORE.iter().find(|(one, _)| *one == key).unwrap_or_else(|| panic!("no object of type {key}"));
    let own = own.replace("ASSIGNMENTS", ASSIGNMENTS).replace("ACTIONS", ACTIONS).replace("SETTINGS", SETTINGS);
    let mut object = json(&format!("{{\"id\":\"x\",{own}}}"));
    for (name, value) in json(&format!("{{{COMMON}}}")).as_object().unwrap() {
        // Only what a type has.
        let kind = model::resource_types::find(key).unwrap();
        let has = match name.as_str() {
            "roleScopeTagIds" => kind.scope_tag_property.as_deref() == Some(name),
            "description" => true,
            _ => kind.is_volatile(name),
        };
        if object.get(name).is_none() && has {
            object.set(name, value.clone());
        }
    }
    object
}

/// A value from its text.
pub(crate) fn json(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn there_is_an_object_of_every_type_that_is_restored() {
    assert_eq!(enabled().len(), MORE.len());
    for kind in enabled() {
        let object = object(&kind.key);
        assert_eq!(kind.name_of(&object), Some("N"), "{}", kind.key);
    }
}
