//! The parts of Graph that have a quota of their own, and Microsoft's published limits.
//!
//! Figures: Microsoft, "Microsoft Graph service-specific throttling limits"; Microsoft says that they may change, so what answers tell
//! corrects them ([`super::budget`]).

use std::time::Duration;

/// A part of Graph that throttles by itself, as far as a path tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Service {
    /// The token endpoint.
    SignIn,
    /// Intune: policies, profiles, scripts.
    Configuration,
    /// Intune: applications.
    Applications,
    /// Intune: books.
    Books,
    /// Intune: app protection and app configuration.
    ManagedApps,
    /// Intune: enrollment, Autopilot, Apple enrollment.
    Enrollment,
    /// Intune: roles and scope tags.
    Rbac,
    /// Intune: terms and conditions.
    CompanyTerms,
    /// Intune: notification templates.
    Notifications,
    /// Intune: audit events.
    IntuneAudit,
    /// Intune: managed devices, detected applications, the APNs certificate.
    Devices,
    /// Conditional access and identity protection: one request a second for all applications.
    ConditionalAccess,
    /// Directory audits and sign-in logs.
    Reports,
    /// Users, groups, roles and everything else: counted in resource units.
    Directory,
}

/// Whether a request changes something: services have quotas of writes besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Access {
    Read,
    Write,
}

impl Access {
    /// That of a method. A batch is none itself: its parts are what counts.
    pub(crate) fn of(method: &str) -> Self {
        if matches!(method, "POST" | "PUT" | "PATCH" | "DELETE") { Self::Write } else { Self::Read }
    }
}

/// Units in a window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) units: u32,
    pub(crate) window: Duration,
}

const fn rate(units: u32, seconds: u64) -> Option<Rate> {
    Some(Rate { units, window: Duration::from_secs(seconds) })
}

/// All of Graph, for one application over all tenants.
pub(crate) const PER_APP: Rate = Rate { units: 2000, window: Duration::from_secs(1) };

/// First segments below `/deviceManagement/` of services other than configuration.
const MANAGEMENT: &[(&str, Service)] = &[
    ("depOnboardingSettings", Service::Enrollment),
    ("deviceCategories", Service::Enrollment),
    ("importedDeviceIdentities", Service::Enrollment),
    ("roleDefinitions", Service::Rbac),
    ("roleAssignments", Service::Rbac),
    ("roleScopeTags", Service::Rbac),
    ("resourceOperations", Service::Rbac),
    ("termsAndConditions", Service::CompanyTerms),
    ("notificationMessageTemplates", Service::Notifications),
    ("auditEvents", Service::IntuneAudit),
    ("managedDevices", Service::Devices),
    ("detectedApps", Service::Devices),
    ("applePushNotificationCertificate", Service::Devices),
];
/// Parts of such segments that mean enrollment.
const ENROLLMENT: &[&str] = &["nrollment", "utopilot"];

/// First segments below `/deviceAppManagement/` of app protection.
const MANAGED_APPS: &[&str] = &[
    "managedAppPolicies",
    "managedAppRegistrations",
    "managedAppStatuses",
    "androidManagedAppProtections",
    "iosManagedAppProtections",
    "defaultManagedAppProtections",
    "targetedManagedAppConfigurations",
    "windowsManagedAppProtections",
    "mdmWindowsInformationProtectionPolicies",
    "windowsInformationProtectionPolicies",
];

impl Service {
    /// The service of a path below the version.
    pub(crate) fn of(path: &str) -> Self {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty()).map(|s| s.split_once('(').map_or(s, |(s, _)| s));
        let (first, second) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
        match first {
            "deviceManagement" => match MANAGEMENT.iter().find(|(name, _)| *name == second) {
                Some((_, service)) => *service,
                None if ENROLLMENT.iter().any(|part| second.contains(part)) => Self::Enrollment,
                None => Self::Configuration,
            },
            "deviceAppManagement" if second == "policySets" => Self::Configuration,
            "deviceAppManagement" if second.starts_with("managedEBook") => Self::Books,
            "deviceAppManagement" if MANAGED_APPS.contains(&second) => Self::ManagedApps,
            "deviceAppManagement" => Self::Applications,
            "identity" | "identityProtection" => Self::ConditionalAccess,
            "auditLogs" | "reports" => Self::Reports,
            _ => Self::Directory,
        }
    }

    /// What one application may ask of one tenant. The directory's figure is that of the smallest tenants (under 50 users):
    /// nothing tells us the size.
    pub(crate) const fn per_app_and_tenant(self) -> Option<Rate> {
        match self {
            Self::SignIn | Self::ConditionalAccess => None,
            Self::Devices => rate(2000, 20),
            Self::Reports => rate(5, 10),
            Self::Directory => rate(3500, 10),
            _ => rate(1000, 20),
        }
    }

    /// What all applications together may ask of one tenant.
    pub(crate) const fn per_tenant(self) -> Option<Rate> {
        match self {
            Self::SignIn | Self::Directory | Self::Reports => None,
            Self::ConditionalAccess => rate(1, 1),
            Self::Devices => rate(4000, 20),
            _ => rate(2000, 20),
        }
    }

    /// What one application may ask of all tenants together.
    pub(crate) const fn per_app(self) -> Option<Rate> {
        match self {
            Self::Directory => rate(150_000, 20),
            _ => None,
        }
    }

    /// What one application may write in one tenant.
    pub(crate) const fn writes_per_app_and_tenant(self) -> Option<Rate> {
        match self {
            Self::SignIn | Self::ConditionalAccess | Self::Reports => None,
            Self::Devices => rate(200, 20),
            Self::Directory => rate(3000, 150),
            _ => rate(100, 20),
        }
    }

    /// What all applications together may write in one tenant.
    pub(crate) const fn writes_per_tenant(self) -> Option<Rate> {
        match self {
            Self::SignIn | Self::ConditionalAccess | Self::Reports => None,
            Self::Devices => rate(400, 20),
            Self::Directory => rate(18_000, 300),
            _ => rate(200, 20),
        }
    }

    /// What one application may write in all tenants together.
    pub(crate) const fn writes_per_app(self) -> Option<Rate> {
        match self {
            Self::Directory => rate(70_000, 300),
            _ => None,
        }
    }

    /// Whether a request costs more than one unit there.
    pub(crate) const fn counts_resource_units(self) -> bool {
        matches!(self, Self::Directory)
    }

    /// Whether requests to it are worth a batch.
    pub(crate) const fn batches(self) -> bool {
        !matches!(self, Self::SignIn | Self::ConditionalAccess | Self::Reports)
    }

    /// The name, as it stands in metrics and in the shared budget.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Configuration => "configuration",
            Self::Applications => "applications",
            Self::Books => "books",
            Self::ManagedApps => "managed_apps",
            Self::Enrollment => "enrollment",
            Self::Rbac => "rbac",
            Self::CompanyTerms => "company_terms",
            Self::Notifications => "notifications",
            Self::IntuneAudit => "intune_audit",
            Self::Devices => "devices",
            Self::ConditionalAccess => "conditional_access",
            Self::Reports => "reports",
            Self::Directory => "directory",
        }
    }
}

/// Resource units of a GET: 1 by default, more where Microsoft's table says so; `$select` one less, `$expand` one more, `$top`
/// below 20 one less, never below 1.
pub(crate) fn units(service: Service, template: &str, query: &str) -> u32 {
    if !service.counts_resource_units() {
        return 1;
    }
    let base: i32 = if template.contains("/transitiveMembers") {
        5
    } else if template.ends_with("/members") || template.contains("/members/") || template.starts_with("/subscribedSkus") {
        3
    } else if ["/appRoleAssignments", "/oauth2PermissionGrants"].iter().any(|tail| template.ends_with(tail))
        || matches!(template.split('/').nth(1), Some("users" | "applications"))
    {
        2
    } else {
        1
    };
    let mut units = base;
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        units += match &*name {
            "$select" => -1,
            "$expand" => 1,
            "$top" if value.parse::<u32>().is_ok_and(|top| top < 20) => -1,
            _ => 0,
        };
    }
    u32::try_from(units.max(1)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::resource_types::all;

    #[test]
    fn every_type_of_the_catalogue_has_a_service_with_a_limit() {
        for kind in all() {
            let service = Service::of(&kind.collection);
            assert!(service.per_app_and_tenant().or(service.per_tenant()).is_some(), "{}", kind.key);
            assert_eq!(service, Service::of(&kind.item), "{}", kind.key);
        }
    }

    #[test]
    fn resource_units_follow_the_table() {
        let of = |template, query| units(Service::of(template), template, query);
        assert_eq!(of("/groups", "$select=id"), 1);
        assert_eq!(of("/groups/{id}/members", ""), 3);
        assert_eq!(of("/groups/{id}/members/$count", ""), 3);
        assert_eq!(of("/users", "$expand=manager"), 3);
        assert_eq!(of("/users", "$select=id&$top=5"), 1);
        assert_eq!(of("/groups/{id}/transitiveMembers", ""), 5);
        assert_eq!(of("/deviceManagement/configurationPolicies", "$expand=settings"), 1);
    }
}
