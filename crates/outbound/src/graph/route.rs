//! What a request is for: its path as a template, and the service whose quota it uses.

use std::borrow::Cow;

/// A request's destination without ids and queries, for logs and cool-downs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// The path of the contract, e.g. `/deviceManagement/configurationPolicies/{id}`.
    pub(crate) template: Cow<'static, str>,
    /// Whose quota it uses.
    pub(crate) service: Service,
}

/// A part of Graph that throttles by itself, as far as a path tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    /// The token endpoint.
    SignIn,
    /// Intune: configuration, enrollment, RBAC.
    DeviceManagement,
    /// Intune: applications and app protection.
    DeviceAppManagement,
    /// Conditional access: one request a second for all applications.
    ConditionalAccess,
    /// Users, groups, roles and everything else.
    Directory,
}

impl Route {
    /// The route of a contract's path.
    pub(crate) fn of(template: impl Into<Cow<'static, str>>) -> Self {
        let template = template.into();
        let mut segments = template.split('/').filter(|segment| !segment.is_empty());
        let service = match (segments.next(), segments.next()) {
            (Some("deviceManagement"), _) => Service::DeviceManagement,
            (Some("deviceAppManagement"), _) => Service::DeviceAppManagement,
            (Some("identity"), Some("conditionalAccess")) => Service::ConditionalAccess,
            _ => Service::Directory,
        };
        Self { template, service }
    }

    /// The token endpoint.
    pub(crate) fn sign_in() -> Self {
        Self { template: Cow::Borrowed("/oauth2/v2.0/token"), service: Service::SignIn }
    }
}
