//! Objects as Microsoft Graph would return them, one for each shape. Names, ids and values are made up.

use model::json::Json;

use super::HOSTILE;

pub(crate) const CATALOG: &str = r##"{
  "id": "def1c54f-da35-4406-bdc0-308500000001",
  "name": "WIN – Baseline – Defender Antivirus",
  "description": "Real-time protection, cloud protection and attack surface reduction for all corporate Windows devices.\n\nOwner: endpoint team. Change only through the change board.",
  "platforms": "windows10", "technologies": "mdm,microsoftSense", "settingCount": 4,
  "templateReference": {"templateId": "", "templateFamily": "none", "templateDisplayName": null},
  "roleScopeTagIds": ["0", "7", "31"],
  "assignments": [
    {"id": "1", "target": {"@odata.type": "#microsoft.graph.exclusionGroupAssignmentTarget", "groupId": "8e75af29-5176-4372-a718-724b8a4620dc"}},
    {"id": "2", "target": {"@odata.type": "#microsoft.graph.allDevicesAssignmentTarget", "deviceAndAppManagementAssignmentFilterId": "4c1d2b7e-0d6a-4a0e-9a7b-2f0c6d1e8a11", "deviceAndAppManagementAssignmentFilterType": "include"}},
    {"id": "3", "target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": "cfa1f128-ec48-4ee1-9ea9-1c28fdb57722", "deviceAndAppManagementAssignmentFilterType": "none"}}
  ],
  "settings": [
    {"id": "0", "settingInstance": {"@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance", "settingDefinitionId": "device_vendor_msft_policy_config_defender_allowrealtimemonitoring", "choiceSettingValue": {"value": "device_vendor_msft_policy_config_defender_allowrealtimemonitoring_1", "children": []}},
     "settingDefinitions": [{"id": "device_vendor_msft_policy_config_defender_allowrealtimemonitoring", "displayName": "Allow real-time monitoring", "options": [{"itemId": "device_vendor_msft_policy_config_defender_allowrealtimemonitoring_1", "displayName": "Allowed. Turns on and runs the real-time monitoring service."}]}]},
    {"id": "1", "settingInstance": {"@odata.type": "#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance", "settingDefinitionId": "device_vendor_msft_policy_config_defender_avgcpuloadfactor", "simpleSettingValue": {"@odata.type": "#microsoft.graph.deviceManagementConfigurationIntegerSettingValue", "value": 35}}},
    {"id": "2", "settingInstance": {"@odata.type": "#microsoft.graph.deviceManagementConfigurationSimpleSettingCollectionInstance", "settingDefinitionId": "device_vendor_msft_policy_config_defender_excludedpaths", "simpleSettingCollectionValue": [{"value": "C:\\Build\\Cache"}, {"value": "D:\\Virtual machines"}]}},
    {"id": "3", "settingInstance": {"@odata.type": "#microsoft.graph.deviceManagementConfigurationGroupSettingCollectionInstance", "settingDefinitionId": "device_vendor_msft_policy_config_defender_attacksurfacereductionrules", "groupSettingCollectionValue": [{"children": [
      {"settingDefinitionId": "device_vendor_msft_policy_config_defender_attacksurfacereductionrules_blockofficechildprocesses", "choiceSettingValue": {"value": "device_vendor_msft_policy_config_defender_attacksurfacereductionrules_blockofficechildprocesses_block", "children": []}},
      {"settingDefinitionId": "device_vendor_msft_policy_config_defender_attacksurfacereductionrules_blockcredentialstealing", "choiceSettingValue": {"value": "device_vendor_msft_policy_config_defender_attacksurfacereductionrules_blockcredentialstealing_audit", "children": [
        {"settingDefinitionId": "device_vendor_msft_policy_config_defender_attacksurfacereductionrules_blockcredentialstealing_perruleexclusions", "simpleSettingCollectionValue": [{"value": "backup-agent.exe"}]}]}}
    ]}]}}
  ]
}"##;

pub(crate) const TEMPLATE: &str = r#"{
  "id": "4b2c2827-836f-4c20-a195-6415d8b2f828", "displayName": "WIN – Edge – Home page", "description": "", "roleScopeTagIds": ["0"],
  "policyConfigurationIngestionType": "builtIn", "assignments": [],
  "definitionValues": [
    {"id": "1", "enabled": true, "configurationType": "policy", "definition": {"displayName": "Configure the home page", "classType": "user", "categoryPath": "\\Microsoft Edge\\Startup, home page and new tab page"},
     "presentationValues": [{"id": "11", "value": "https://intranet.contoso.example/start", "presentation": {"label": "Home page address:"}}]},
    {"id": "2", "enabled": false, "configurationType": "policy", "definition": {"displayName": "Allow importing of saved passwords", "classType": "machine", "categoryPath": "\\Microsoft Edge"}}
  ]
}"#;

pub(crate) const INTENT: &str = r##"{
  "id": "a4d49ba7-445f-4bd8-a101-43a204076a3c", "displayName": "WIN – Disk encryption", "description": null, "isAssigned": true,
  "templateId": "d1174162-1dd2-4976-affc-6667049ab0ae", "roleScopeTagIds": ["0"],
  "settings": [
    {"@odata.type": "#microsoft.graph.deviceManagementBooleanSettingInstance", "definitionId": "deviceConfiguration--windows10EndpointProtectionConfiguration_bitLockerEncryptDevice", "valueJson": "true", "value": true},
    {"@odata.type": "#microsoft.graph.deviceManagementComplexSettingInstance", "definitionId": "deviceConfiguration--windows10EndpointProtectionConfiguration_bitLockerFixedDrivePolicy", "valueJson": "{\"encryptionMethod\":\"aesXts256\",\"requireEncryptionForWriteAccess\":true,\"recoveryOptions\":{\"recoveryKeyUsage\":\"allowed\",\"hideRecoveryOptions\":true}}"},
    {"@odata.type": "#microsoft.graph.deviceManagementStringSettingInstance", "definitionId": "deviceConfiguration--windows10EndpointProtectionConfiguration_bitLockerRecoveryPasswordRotation", "valueJson": "\"notConfigured\""}
  ]
}"##;

/// Its script is `# Removes consumer apps` and two more lines.
pub(crate) const SCRIPT: &str = r##"{
  "id": "59ea4525-4525-59ea-2545-ea592545ea59", "displayName": "WIN – Script – Remove consumer apps", "description": "Runs once on every new device.",
  "scriptContent": "IyBSZW1vdmVzIGNvbnN1bWVyIGFwcHMKR2V0LUFwcHhQYWNrYWdlIC1OYW1lICdDb250b3NvLlNvbGl0YWlyZScgfCBSZW1vdmUtQXBweFBhY2thZ2UKV3JpdGUtT3V0cHV0ICdEb25lJwo=",
  "runAsAccount": "system", "enforceSignatureCheck": false, "fileName": "remove-apps.ps1", "roleScopeTagIds": ["0"], "runAs32Bit": false,
  "assignments": [{"id": "1", "target": {"@odata.type": "#microsoft.graph.allDevicesAssignmentTarget"}}]
}"##;

pub(crate) const ACCESS: &str = r#"{
  "id": "809741fe-fb1b-4746-9ff0-83a978a4c891", "displayName": "CA101 – Require MFA for administrators", "state": "enabled", "templateId": null, "sessionControls": null,
  "conditions": {"clientAppTypes": ["all"], "platforms": null, "userRiskLevels": [],
    "applications": {"includeApplications": ["All"], "excludeApplications": []},
    "users": {"includeUsers": [], "includeGroups": ["4c1d2b7e-0d6a-4a0e-9a7b-2f0c6d1e8a11"], "excludeGroups": ["8e75af29-5176-4372-a718-724b8a4620dc"], "includeRoles": ["d29b2b05-8046-44ba-8758-1e26182fcf32"]}},
  "grantControls": {"operator": "OR", "builtInControls": ["mfa"], "termsOfUse": []}
}"#;

pub(crate) const COMPLIANCE: &str = r##"{
  "@odata.type": "#microsoft.graph.iosCompliancePolicy", "id": "71742bcf-ae58-4371-8ff7-259012e6bc2d", "displayName": "iOS – Compliance – Standard", "roleScopeTagIds": ["0"], "version": 2,
  "passcodeRequired": true, "passcodeMinimumLength": 6, "passcodeBlockSimple": true, "osMinimumVersion": "18.0", "osMaximumVersion": null, "securityBlockJailbrokenDevices": true, "deviceThreatProtectionRequiredSecurityLevel": "notConfigured",
  "assignments": [{"id": "1", "target": {"@odata.type": "#microsoft.graph.allLicensedUsersAssignmentTarget"}}],
  "scheduledActionsForRule": [{"ruleName": null, "scheduledActionConfigurations": [{"gracePeriodHours": 24, "actionType": "block", "notificationMessageCCList": []}]}]
}"##;

/// An object made to do harm: markup in every name and value, a description of a megabyte, deep nesting, a script that is no text.
pub(crate) fn hostile() -> Json {
    let deep = (0..150).fold(Json::text(HOSTILE), |inner, _| Json::Array(vec![inner]));
    Json::from([
        ("displayName", Json::text(HOSTILE)),
        ("description", Json::text(format!("{HOSTILE} {}", "A very long description. ".repeat(42_000)))),
        (HOSTILE, Json::text(HOSTILE)),
        ("scriptContent", Json::text("////")),
        ("roleScopeTagIds", Json::Array(vec![Json::text(HOSTILE)])),
        ("deep", deep),
        ("many", Json::Array((0..1_000).map(Json::int).collect())),
        (
            "settings",
            Json::Array(vec![Json::from([(
                "settingInstance",
                Json::from([
                    ("settingDefinitionId", Json::text(HOSTILE)),
                    ("simpleSettingValue", Json::from([("value", Json::text(HOSTILE))])),
                ]),
            )])]),
        ),
        (
            "assignments",
            Json::Array(vec![Json::from([
                ("intent", Json::text(HOSTILE)),
                ("target", Json::from([("@odata.type", Json::text(HOSTILE)), ("groupId", Json::text(HOSTILE))])),
            ])]),
        ),
    ])
}
