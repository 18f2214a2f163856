//! IntuneCD (<https://github.com/almenscorner/IntuneCD>), as of version 2.4: `IntuneCD-startbackup` in JSON or YAML.
//!
//! `<folder>/<name>_<kind>.json`, or `<name>_<kind>__<id>.json` with `--append-id`. Assignments are inside; of groups they hold the
//! name only, of filters and scope tags the name in place of the id. Ids, versions and times are left out.

use super::layout::{Layout, Rule};
use crate::archive::report::Format;

const SCRIPT: &str = "a script beside its policy, which holds the same";

pub(super) static LAYOUT: Layout = Layout {
    format: Format::IntuneCd,
    rules: &[
        Rule::of("Settings Catalog", &["settings_catalog_policy"]),
        Rule::of("Device Configurations", &["device_configuration"]),
        Rule::of("Group Policy Configurations", &["administrative_template"]),
        Rule::below("Management Intents", &["endpoint_security_intent"]),
        Rule::of("Compliance Policies/Policies", &["compliance_policy", "compliance_policy_v2"]),
        Rule::of("Compliance Policies/Message Templates", &["notification_template"]),
        Rule {
            told_by: &[
                ("device_compliance_script", "detectionScriptContent"),
                ("reusable_policy_setting", "settingDefinitionId"),
            ],
            ..Rule::of("Compliance Policies/Scripts", &["device_compliance_script", "reusable_policy_setting"])
        },
        Rule::of("Conditional Access", &["conditional_access_policy"]),
        Rule::of("Filters", &["assignment_filter"]),
        Rule::of("Scope Tags", &["scope_tag"]),
        Rule::of("Roles", &["intune_role_definition"]),
        Rule::of("Device Categories", &["device_category"]),
        Rule::only("Device Management Settings", "settings", &["device_management_settings"]),
        Rule::of("App Configuration", &["app_config_managed_device"]),
        Rule::of(
            "App Protection",
            &[
                "app_protection_ios",
                "app_protection_android",
                "app_protection_windows",
                "wip_policy_mam",
                "wip_policy_mdm",
                "app_config_managed_app",
            ],
        ),
        Rule::below("Applications", &["mobile_app"]),
        Rule::of("Scripts/Powershell", &["device_management_script"]),
        Rule::of("Scripts/Shell", &["device_shell_script"]),
        Rule::of("Custom Attributes", &["device_custom_attribute_script"]),
        Rule::of("Proactive Remediations", &["device_health_script"]),
        Rule::of("Enrollment Configurations", &["enrollment_configuration"]),
        Rule::of("Enrollment Profiles/Windows/ESP", &["enrollment_status_page"]),
        Rule::of("Enrollment Profiles/Windows", &["autopilot_deployment_profile"]),
        Rule::of("Enrollment Profiles/Apple", &["apple_dep_enrollment_profile"]),
        Rule::of("Driver Updates", &["windows_driver_update_profile"]),
        Rule::of("Feature Updates", &["windows_feature_update_profile"]),
        Rule::of("Quality Updates", &["windows_quality_update_profile"]),
        Rule::of("Apple Push Notification", &["apple_push_certificate"]),
        Rule::of("Apple VPP Tokens", &["vpp_token"]),
        Rule::of("Managed Google Play", &["android_managed_store_settings"]),
        Rule::of("Partner Connections/Compliance", &["compliance_management_partner"]),
        Rule::of("Partner Connections/Management", &["device_management_partner"]),
        Rule::of("Partner Connections/Remote Assistance", &["remote_assistance_partner"]),
        Rule::of("Autopilot Devices", &["autopilot_device"]),
        Rule::not("Activation Lock Bypass Codes", "secrets of devices, no configuration"),
        Rule::of("Entra/Applications", &["application"]),
        Rule::only("Entra/Authentication Flows Policy", "authentication_flows_policy", &["authentication_flows_policy"]),
        Rule::only("Entra/Authentication Methods", "authentication_methods", &["authentication_methods_policy"]),
        Rule::only("Entra/Authorization Policy", "authorization_policy", &["authorization_policy"]),
        Rule::only("Entra/Device Registration Policy", "device_registration_policy", &["device_registration_policy"]),
        Rule::only("Entra/External Collaboration Settings", "external_identities_policy", &["external_identities_policy"]),
        Rule::only("Entra/Security Defaults", "security_defaults", &["security_defaults_policy"]),
        Rule::of("Entra/Domains", &["domain"]),
        Rule::of("Entra/Group Settings", &["group_setting"]),
        Rule::not("Entra/External Collaboration Settings", "not from Microsoft Graph"),
        Rule::not("Entra/Password Reset Policies", "not from Microsoft Graph"),
        Rule::not("Entra/Roaming Settings", "not from Microsoft Graph"),
    ],
    beside: &[
        ("Script Data", SCRIPT),
        ("mobileconfig", SCRIPT),
        ("__archive__", "put aside by the tool: the object was gone"),
        ("Assignment Report", "a report of the tool"),
    ],
    assignments: None,
    settings: None,
    id_after: Some("__"),
    table: None,
};
