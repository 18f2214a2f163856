//! Which budget a path belongs to, and what a request costs.

use crate::query::decode;

/// A budget: requests of one service share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Budget {
    /// A service of Intune by its name.
    Intune(&'static str),
    /// Intune's managed devices, detected apps and push certificate.
    Devices,
    /// Users, groups, applications and what is around them.
    Directory,
    /// Conditional access, named locations, identity protection.
    ConditionalAccess,
    /// Reports and audit logs of the directory.
    Reports,
    /// `$batch` itself, and what nobody knows.
    Graph,
}

impl Budget {
    /// The name in counts.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Intune(service) => format!("intune/{service}"),
            Self::Devices => "intune/devices".to_owned(),
            Self::Directory => "directory".to_owned(),
            Self::ConditionalAccess => "conditional_access".to_owned(),
            Self::Reports => "reports".to_owned(),
            Self::Graph => "graph".to_owned(),
        }
    }
}

/// The segments of a path after the version; keys in parentheses are cut off.
fn segments(path: &str) -> Vec<String> {
    let bare = |raw: &str| {
        let segment = decode(raw);
        segment.split_once('(').map_or(segment.clone(), |(name, _)| name.to_owned()).to_ascii_lowercase()
    };
    path.split('/').filter(|raw| !matches!(*raw, "" | "v1.0" | "beta")).map(bare).collect()
}

/// The budget of a path with its version.
pub(crate) fn budget(path: &str) -> Budget {
    let segments = segments(path);
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["devicemanagement", "manageddevices" | "detectedapps" | "applepushnotificationcertificate", ..] => Budget::Devices,
        ["devicemanagement", rest @ ..] => Budget::Intune(management(rest.first().copied().unwrap_or_default())),
        ["deviceappmanagement", rest @ ..] => Budget::Intune(apps(rest.first().copied().unwrap_or_default())),
        ["identity", ..] | ["identityprotection", ..] => Budget::ConditionalAccess,
        ["reports", ..] | ["auditlogs", ..] => Budget::Reports,
        [] | ["$batch"] => Budget::Graph,
        _ => Budget::Directory,
    }
}

fn management(name: &str) -> &'static str {
    match name {
        "rolescopetags" | "roledefinitions" | "roleassignments" | "resourceoperations" => "rbac",
        "termsandconditions" => "company_terms",
        "notificationmessagetemplates" => "notification",
        "auditevents" => "auditing",
        "reports" => "reporting",
        "remoteassistancepartners" | "remoteassistancesettings" => "remote_assistance",
        "exchangeconnectors" | "exchangeonpremisespolicies" | "exchangeonpremisespolicy" => "exchange_connector",
        "devicemanagementpartners" | "compliancemanagementpartners" | "telecomexpensemanagementpartners" => "partner",
        name if name.contains("enroll")
            || name.contains("autopilot")
            || name.starts_with("dep")
            || name.starts_with("importeddevice")
            || name == "devicecategories" =>
        {
            "enrollment"
        }
        _ => "device_configuration",
    }
}

fn apps(name: &str) -> &'static str {
    match name {
        name if name.contains("managedapp") || name.contains("informationprotection") => "managed_apps",
        name if name.contains("ebook") => "books",
        "policysets" => "device_configuration",
        _ => "applications",
    }
}

/// What a request to the directory costs, in resource units.
pub(crate) fn resource_units(path: &str, query: &str, write: bool) -> u32 {
    if write {
        return 1;
    }
    let segments = segments(path);
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    let base = match words.as_slice() {
        ["groups", _, "members", ..] | ["subscribedskus", ..] => 3,
        [_, _, "transitivemembers", ..] => 5,
        ["applications" | "users" | "oauth2permissiongrants", ..] | ["serviceprincipals", .., "approleassignments"] => 2,
        _ => 1,
    };
    let options: Vec<(String, String)> = query
        .split('&')
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (decode(name).to_ascii_lowercase(), decode(value)))
        .collect();
    let has = |name: &str| options.iter().any(|(known, _)| known == name);
    let small = options.iter().any(|(name, value)| name == "$top" && value.parse::<u32>().is_ok_and(|top| top < 20));
    (base + i32::from(has("$expand")) - i32::from(has("$select")) - i32::from(small)).max(1).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_has_its_budget() {
        for (path, name) in [
            ("/beta/deviceManagement/configurationPolicies/1/settings", "intune/device_configuration"),
            ("/v1.0/deviceManagement/managedDevices", "intune/devices"),
            ("/beta/deviceManagement/roleScopeTags", "intune/rbac"),
            ("/beta/deviceManagement/windowsAutopilotDeploymentProfiles", "intune/enrollment"),
            ("/beta/deviceAppManagement/mobileApps", "intune/applications"),
            ("/beta/deviceAppManagement/iosManagedAppProtections('T_1')", "intune/managed_apps"),
            ("/v1.0/identity/conditionalAccess/policies", "conditional_access"),
            ("/v1.0/groups/delta()", "directory"),
            ("/v1.0/auditLogs/directoryAudits", "reports"),
            ("/beta/$batch", "graph"),
        ] {
            assert_eq!(budget(path).name(), name, "{path}");
        }
    }

    #[test]
    fn units_follow_the_published_costs() {
        for (path, query, units) in [
            ("/v1.0/groups", "", 1),
            ("/v1.0/groups/1/members/$count", "", 3),
            ("/v1.0/groups/1/members", "$select=id", 2),
            ("/v1.0/groups/1/transitiveMembers", "$top=5&$select=id", 3),
            ("/v1.0/users", "$expand=manager", 3),
            ("/v1.0/servicePrincipals/1/appRoleAssignments", "", 2),
            ("/v1.0/groups", "$select=id&$top=5", 1),
        ] {
            assert_eq!(resource_units(path, query, false), units, "{path}?{query}");
        }
        assert_eq!(resource_units("/v1.0/users", "", true), 1);
    }
}
