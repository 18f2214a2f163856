//! IntuneManagement (<https://github.com/Micke-K/IntuneManagement>), as of version 3.10: export to JSON.
//!
//! `<company>/<type>/<name>.json` or `<name>_<id>.json`, company and type as chosen when exporting. Objects come with full OData
//! metadata; assignments are inside. Two types have their settings in `<name>_Settings.json` beside them. The tenant's id is replaced
//! by `%OrganizationId%`; `MigrationTable.json` at the root has it, with names of groups. Windows PowerShell writes UTF-16.

use super::layout::{Layout, Rule};
use crate::archive::report::Format;

pub(super) static LAYOUT: Layout = Layout {
    format: Format::IntuneManagement,
    rules: &[
        Rule::of("SettingsCatalog", &["settings_catalog_policy"]),
        Rule::of("DeviceConfiguration", &["device_configuration"]),
        Rule::of("UpdatePolicies", &["device_configuration"]),
        Rule::of("AdministrativeTemplates", &["administrative_template"]),
        Rule::of("ADMXFiles", &["admx_file"]),
        Rule::of("HardwareConfigurations", &["hardware_configuration"]),
        Rule::of("InventoryPolicies", &["inventory_policy"]),
        Rule::of("EndpointSecurity", &["endpoint_security_intent"]),
        Rule::of("ReusableSettings", &["reusable_policy_setting"]),
        Rule::of("CompliancePolicies", &["compliance_policy"]),
        Rule::of("CompliancePoliciesV2", &["compliance_policy_v2"]),
        Rule::of("ComplianceScripts", &["device_compliance_script"]),
        Rule::of("Notifications", &["notification_template"]),
        Rule::of("ConditionalAccess", &["conditional_access_policy"]),
        Rule::of("NamedLocations", &["named_location"]),
        Rule::of("TermsOfUse", &["terms_of_use_agreement"]),
        Rule::of("AuthenticationStrengths", &["authentication_strength_policy"]),
        Rule::of("AuthenticationContext", &["authentication_context"]),
        Rule::of("IntuneBranding", &["intune_branding_profile"]),
        Rule::of("AzureBranding", &["organization_branding"]),
        Rule::of("EnrollmentStatusPage", &["enrollment_status_page"]),
        Rule::of("EnrollmentRestrictions", &["enrollment_restriction"]),
        Rule::of("CoManagementSettings", &["co_management_settings"]),
        Rule::of("AutoPilot", &["autopilot_deployment_profile"]),
        Rule::of("AppleEnrollmentTypes", &["apple_enrollment_type"]),
        Rule::of("PowerShellScripts", &["device_management_script"]),
        Rule::of("MacScripts", &["device_shell_script"]),
        Rule::of("MacCustomAttributes", &["device_custom_attribute_script"]),
        Rule::of("DeviceHealthScripts", &["device_health_script"]),
        Rule::of("TermsAndConditions", &["terms_and_conditions"]),
        Rule::of(
            "AppProtection",
            &["app_protection_ios", "app_protection_android", "app_protection_windows", "wip_policy_mam", "wip_policy_mdm"],
        ),
        Rule::of("AppConfigurationManagedApp", &["app_config_managed_app"]),
        Rule::of("AppConfigurationManagedDevice", &["app_config_managed_device"]),
        Rule::of("AndroidOEMConfig", &["app_config_managed_device"]),
        Rule::of("Applications", &["mobile_app"]),
        Rule::of("PolicySets", &["policy_set"]),
        Rule::of("FeatureUpdates", &["windows_feature_update_profile"]),
        Rule::of("QualityUpdates", &["windows_quality_update_profile"]),
        Rule::of("DriverUpdateProfiles", &["windows_driver_update_profile"]),
        Rule::of("RoleDefinitions", &["intune_role_definition"]),
        Rule::of("ScopeTags", &["scope_tag"]),
        Rule::of("AssignmentFilters", &["assignment_filter"]),
        Rule::of("W365ProvisioningPolicies", &["cloud_pc_provisioning_policy"]),
        Rule::of("W365UserSettings", &["cloud_pc_user_setting"]),
        Rule::of("DeviceCategories", &["device_category"]),
        Rule::not("Locations", "of a type that Microsoft has withdrawn"),
    ],
    beside: &[("Groups", "a group: groups are kept in the directory cache, not in backups")],
    assignments: None,
    settings: Some("_Settings"),
    id_after: Some("_"),
    table: Some("MigrationTable.json"),
};
