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
    /// Apps.
    App,
    /// How devices join.
    Enrollment,
    /// Who may sign in from where.
    ConditionalAccess,
    /// Roles and scope tags.
    Rbac,
    /// Groups and other directory objects.
    Directory,
    /// Settings of the tenant as a whole.
    Tenant,
}

impl Category {
    /// Every category, in the order of the navigation.
    pub const ALL: [Self; 12] = [
        Self::Configuration,
        Self::EndpointSecurity,
        Self::Compliance,
        Self::Update,
        Self::Script,
        Self::AppProtection,
        Self::App,
        Self::Enrollment,
        Self::ConditionalAccess,
        Self::Rbac,
        Self::Directory,
        Self::Tenant,
    ];

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
        }
    }
}
