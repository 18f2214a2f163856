//! The list of contracts: one line for each file.

use std::sync::LazyLock;

use super::ResourceType;

macro_rules! contracts {
    ($($key:literal),+ $(,)?) => {
        &[$(($key, include_str!(concat!($key, ".toml")))),+]
    };
}

/// Key and text of every contract, in the order in which types are shown.
const CONTRACTS: &[(&str, &str)] = contracts![
    "settings_catalog_policy",
    "device_configuration",
    "administrative_template",
    "admx_file",
    "hardware_configuration",
    "resource_access_profile",
    "inventory_policy",
    "microsoft_tunnel_configuration",
    "microsoft_tunnel_site",
    "endpoint_security_policy",
    "security_baseline_policy",
    "endpoint_security_intent",
    "reusable_policy_setting",
    "compliance_policy",
    "compliance_policy_v2",
    "notification_template",
    "device_compliance_script",
    "windows_update_ring",
    "apple_software_update_policy",
    "windows_feature_update_profile",
    "windows_quality_update_profile",
    "windows_quality_update_policy",
    "windows_driver_update_profile",
    "device_management_script",
    "device_shell_script",
    "device_custom_attribute_script",
    "device_health_script",
    "app_protection_ios",
    "app_protection_android",
    "app_protection_windows",
    "wip_policy_mam",
    "wip_policy_mdm",
    "app_config_managed_device",
    "app_config_managed_app",
    "mobile_app",
    "mobile_app_category",
    "ios_lob_provisioning_profile",
    "wdac_supplemental_policy",
    "managed_ebook",
    "policy_set",
    "enrollment_restriction",
    "enrollment_limit",
    "enrollment_status_page",
    "windows_hello_for_business",
    "co_management_settings",
    "enrollment_notification",
    "enrollment_configuration",
    "autopilot_deployment_profile",
    "apple_enrollment_type",
    "apple_dep_enrollment_profile",
    "android_enrollment_profile",
    "device_preparation_policy",
    "windows_restore",
    "autopilot_device",
    "imported_device_identity",
    "windows_autopilot_settings",
    "apple_dep_token",
    "vpp_token",
    "android_managed_store_settings",
    "apple_push_certificate",
    "remote_assistance_partner",
    "compliance_management_partner",
    "device_management_partner",
    "mobile_threat_defense_connector",
    "ndes_connector",
    "domain_join_connector",
    "exchange_connector",
    "derived_credential",
    "data_sharing_consent",
    "service_now_connection",
    "cloud_certification_authority",
    "cloud_pc_provisioning_policy",
    "cloud_pc_user_setting",
    "cloud_pc_connection",
    "conditional_access_policy",
    "named_location",
    "authentication_strength_policy",
    "authentication_context",
    "terms_of_use_agreement",
    "authentication_methods_policy",
    "authentication_method_configuration",
    "authorization_policy",
    "security_defaults_policy",
    "admin_consent_request_policy",
    "authentication_flows_policy",
    "device_registration_policy",
    "external_identities_policy",
    "cross_tenant_access_policy",
    "cross_tenant_access_default",
    "cross_tenant_access_partner",
    "permission_grant_policy",
    "app_management_policy",
    "default_app_management_policy",
    "mobility_mdm_policy",
    "group_setting",
    "group_lifecycle_policy",
    "token_lifetime_policy",
    "token_issuance_policy",
    "claims_mapping_policy",
    "home_realm_discovery_policy",
    "activity_based_timeout_policy",
    "feature_rollout_policy",
    "mobility_mam_policy",
    "identity_provider",
    "scope_tag",
    "directory_role_definition",
    "intune_role_definition",
    "intune_role_assignment",
    "directory_role_assignment",
    "operation_approval_policy",
    "role_management_policy",
    "role_management_policy_assignment",
    "directory_role",
    "directory_role_eligibility_schedule",
    "group",
    "administrative_unit",
    "user",
    "custom_security_attribute_set",
    "custom_security_attribute",
    "application",
    "service_principal",
    "oauth2_permission_grant",
    "access_package_catalog",
    "access_package",
    "access_package_assignment_policy",
    "access_review_definition",
    "lifecycle_workflow",
    "assignment_filter",
    "device_category",
    "terms_and_conditions",
    "intune_branding_profile",
    "device_management_settings",
    "device_cleanup_rule",
    "organization",
    "organization_branding",
    "domain",
    "subscribed_sku",
    "remote_assistance_settings",
    "configuration_policy_template",
    "configuration_setting_definition",
    "group_policy_definition",
    "endpoint_security_template",
    "managed_app_policy",
    "conditional_access_template",
];

static CATALOG: LazyLock<Vec<ResourceType>> = LazyLock::new(|| {
    let read = |(key, text): &(&str, &str)| {
        // The texts are part of the program: one that cannot be read is a defect that the first test finds.
        toml::from_str(text).unwrap_or_else(|error| panic!("contract {key}: {error}"))
    };
    CONTRACTS.iter().map(read).collect()
});

/// Every type, in the order in which types are shown.
#[must_use]
pub fn all() -> &'static [ResourceType] {
    &CATALOG
}

/// The type of that key.
#[must_use]
pub fn find(key: &str) -> Option<&'static ResourceType> {
    all().iter().find(|kind| kind.key == key)
}
