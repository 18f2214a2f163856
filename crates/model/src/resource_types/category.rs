//! What a type is about, as the navigation groups it.

use serde::{Deserialize, Serialize};

/// A group of types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Device settings.
    Configuration,
    /// Antivirus, firewall, encryption and other protection of devices.
    EndpointSecurity,
    /// Rules that a device must satisfy.
    Compliance,
    /// Software updates.
    Update,
    /// Scripts that run on devices.
    Script,
    /// Protection of data inside apps.
    AppProtection,
    /// Settings of apps.
    AppConfiguration,
    /// Apps.
    App,
    /// Bundles of apps and policies.
    PolicySet,
    /// How devices join.
    Enrollment,
    /// Links to other services and vendors.
    Connector,
    /// Windows 365.
    CloudPc,
    /// Who may sign in from where.
    ConditionalAccess,
    /// How people sign in, and what they may do in the directory.
    IdentityPolicy,
    /// Roles and scope tags.
    Rbac,
    /// Groups and other directory objects.
    Directory,
    /// App registrations and what they were granted.
    Application,
    /// Access packages, reviews and workflows.
    Governance,
    /// Settings of the tenant as a whole.
    Tenant,
    /// What Microsoft publishes for every tenant.
    Reference,
}

impl Category {
    /// Every category, in the order of the navigation.
    pub const ALL: [Self; 20] = [
        Self::Configuration,
        Self::EndpointSecurity,
        Self::Compliance,
        Self::Update,
        Self::Script,
        Self::AppProtection,
        Self::AppConfiguration,
        Self::App,
        Self::PolicySet,
        Self::Enrollment,
        Self::Connector,
        Self::CloudPc,
        Self::ConditionalAccess,
        Self::IdentityPolicy,
        Self::Rbac,
        Self::Directory,
        Self::Application,
        Self::Governance,
        Self::Tenant,
        Self::Reference,
    ];

    /// The stored code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::EndpointSecurity => "endpoint_security",
            Self::Compliance => "compliance",
            Self::Update => "update",
            Self::Script => "script",
            Self::AppProtection => "app_protection",
            Self::App => "app",
            Self::Enrollment => "enrollment",
            Self::ConditionalAccess => "conditional_access",
            Self::Rbac => "rbac",
            Self::Directory => "directory",
            Self::Tenant => "tenant",
            Self::AppConfiguration => "app_configuration",
            Self::PolicySet => "policy_set",
            Self::Connector => "connector",
            Self::CloudPc => "cloud_pc",
            Self::IdentityPolicy => "identity_policy",
            Self::Application => "application",
            Self::Governance => "governance",
            Self::Reference => "reference",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Configuration => "Configuration",
            Self::EndpointSecurity => "Endpoint security",
            Self::Compliance => "Compliance",
            Self::Update => "Updates",
            Self::Script => "Scripts",
            Self::AppProtection => "App protection",
            Self::App => "Apps",
            Self::Enrollment => "Enrollment",
            Self::ConditionalAccess => "Conditional Access",
            Self::Rbac => "Roles and scope tags",
            Self::Directory => "Directory",
            Self::Tenant => "Tenant",
            Self::AppConfiguration => "App configuration",
            Self::PolicySet => "Policy sets",
            Self::Connector => "Connectors",
            Self::CloudPc => "Windows 365",
            Self::IdentityPolicy => "Identity policies",
            Self::Application => "App registrations",
            Self::Governance => "Governance",
            Self::Reference => "Reference data",
        }
    }
}
