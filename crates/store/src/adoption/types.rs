//! What the older names of resource types are called now.

use model::resource_types::{self, ResourceType};

/// Older names that are not just written differently.
const OLDER: &[(&str, &str)] = &[
    ("groupPolicyConfiguration", "administrative_template"),
    ("deviceCompliancePolicy", "compliance_policy"),
    ("mamAppConfiguration", "app_config_managed_app"),
    ("managedDeviceAppConfiguration", "app_config_managed_device"),
    ("windowsAutopilotDeploymentProfile", "autopilot_deployment_profile"),
    ("windowsEnrollmentStatusPage", "enrollment_status_page"),
    ("roleScopeTag", "scope_tag"),
    ("notificationMessageTemplate", "notification_template"),
    ("endpointSecurityIntent", "endpoint_security_intent"),
];

/// The type; `None` when it is not known.
pub(super) fn find(older: &str) -> Option<&'static ResourceType> {
    let named = OLDER.iter().find(|(name, _)| *name == older).map(|(_, key)| *key);
    let kind = match named {
        Some(key) => resource_types::find(key),
        None => resource_types::find(&snake(older)),
    };
    kind.filter(|kind| kind.in_inventory())
}

/// `deviceConfiguration` as `device_configuration`.
fn snake(text: &str) -> String {
    let mut snake = String::with_capacity(text.len() + 4);
    for char in text.chars() {
        if char.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(char.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_names_lead_to_types_that_are_there() {
        for (older, key) in OLDER {
            assert_eq!(find(older).map(|kind| kind.key.as_str()), Some(*key), "{older}");
        }
        let key = |older: &str| find(older).map(|kind| kind.key.clone());
        assert_eq!(key("deviceConfiguration").as_deref(), Some("device_configuration"));
        assert_eq!(key("scope_tag").as_deref(), Some("scope_tag"));
        assert_eq!((key("somethingElse"), key("")), (None, None));
    }
}
