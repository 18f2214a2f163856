//! The list of contracts: one line for each file.

use std::sync::LazyLock;

use super::ResourceType;

macro_rules! contracts {
    ($($key:literal),+ $(,)?) => {
        [$(($key, include_str!(concat!($key, ".toml")))),+]
    };
}

/// Key and text of every contract, in the order in which types are shown.
const CONTRACTS: [(&str, &str); 30] = contracts![
    "settings_catalog_policy",
    "device_configuration",
    "administrative_template",
    "endpoint_security_policy",
    "security_baseline_policy",
    "endpoint_security_intent",
    "compliance_policy",
    "compliance_policy_v2",
    "notification_template",
    "windows_update_ring",
    "apple_software_update_policy",
    "device_management_script",
    "app_protection_ios",
    "app_protection_android",
    "app_protection_windows",
    "mobile_app",
    "enrollment_restriction",
    "enrollment_limit",
    "enrollment_status_page",
    "windows_hello_for_business",
    "co_management_settings",
    "enrollment_notification",
    "enrollment_configuration",
    "autopilot_deployment_profile",
    "conditional_access_policy",
    "named_location",
    "scope_tag",
    "assignment_filter",
    "group",
    "directory_role_definition",
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
