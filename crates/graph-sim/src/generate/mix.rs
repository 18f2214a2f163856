//! The policy mix: how many of a tenant's objects are of which type. Also the mix of the benchmark tenant.

/// Types with their share of a thousand and their largest number. Order: what others refer to comes first.
const MIX: [(&str, usize, usize); 28] = [
    ("scope_tag", 4, 30),
    ("assignment_filter", 10, 180),
    ("named_location", 6, 150),
    ("notification_template", 6, 60),
    ("mobile_app", 90, usize::MAX),
    ("settings_catalog_policy", 372, usize::MAX),
    ("device_configuration", 130, usize::MAX),
    ("administrative_template", 70, usize::MAX),
    ("endpoint_security_policy", 80, usize::MAX),
    ("security_baseline_policy", 10, 60),
    ("endpoint_security_intent", 5, 40),
    ("compliance_policy", 60, usize::MAX),
    ("compliance_policy_v2", 8, 60),
    ("windows_update_ring", 15, 60),
    ("apple_software_update_policy", 8, 40),
    ("device_management_script", 45, usize::MAX),
    ("app_protection_ios", 15, 80),
    ("app_protection_android", 15, 80),
    ("app_protection_windows", 6, 40),
    ("enrollment_restriction", 6, 50),
    ("enrollment_limit", 3, 15),
    ("enrollment_status_page", 6, 30),
    ("windows_hello_for_business", 1, 1),
    ("co_management_settings", 2, 5),
    ("enrollment_notification", 4, 20),
    ("windows_restore", 1, 1),
    ("autopilot_deployment_profile", 10, 60),
    ("conditional_access_policy", 12, 190),
];

/// The type that takes what is left over.
const REST: &str = "settings_catalog_policy";

/// Number of objects per type, in the order in which they are made; together exactly `policies`.
pub(super) fn counts(policies: usize) -> Vec<(&'static str, usize)> {
    let least = usize::from(policies >= MIX.len() * 2);
    let mut counts: Vec<(&str, usize)> =
        MIX.iter().map(|(key, share, most)| (*key, (policies * share / 1000).max(least).min(*most))).collect();
    let made: usize = counts.iter().map(|(_, count)| count).sum();
    if let Some((_, rest)) = counts.iter_mut().find(|(key, _)| *key == REST) {
        *rest = (*rest + policies).saturating_sub(made);
    }
    counts
}

/// Whether a type is one of the enrollment configurations.
pub(super) fn is_enrollment(key: &str) -> bool {
    key.starts_with("enrollment_") || matches!(key, "windows_hello_for_business" | "co_management_settings" | "windows_restore")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::resource_types::find;

    #[test]
    fn the_mix_holds_types_of_the_inventory_and_adds_up() {
        assert!(MIX.iter().all(|(key, ..)| find(key).is_some_and(model::resource_types::ResourceType::in_inventory)));
        assert_eq!(MIX.iter().map(|(_, share, _)| share).sum::<usize>(), 1000);
        for policies in [0, 10, 60, 240, 5000] {
            assert_eq!(counts(policies).iter().map(|(_, count)| count).sum::<usize>(), policies, "{policies}");
        }
        assert!(counts(240).iter().all(|(_, count)| *count > 0));
    }
}
