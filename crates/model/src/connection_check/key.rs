//! What is checked.

use serde::{Deserialize, Serialize};

use crate::resource_types::{self, ResourceType};

/// What a check is about, as stored: one of the constants, or `type:` and the key of a resource type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CheckKey(String);

/// Checks that are shown together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckGroup {
    /// The connection itself.
    Connection,
    /// What was granted to the application.
    Permissions,
    /// What can be read.
    Types,
}

impl CheckGroup {
    /// Every group, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Connection, Self::Permissions, Self::Types];

    /// Its heading.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Connection => "Connection",
            Self::Permissions => "Permissions",
            Self::Types => "What can be read",
        }
    }
}

impl CheckKey {
    /// How long the credential lasts.
    pub const CREDENTIAL: &'static str = "credential";
    /// Whether a token can be had.
    pub const SIGN_IN: &'static str = "sign_in";
    /// Whether the token opens the tenant that it should.
    pub const TENANT: &'static str = "tenant";
    /// How far the clocks are apart.
    pub const CLOCK: &'static str = "clock";
    /// What was granted.
    pub const PERMISSIONS: &'static str = "permissions";
    /// The keys that are no type, in the order in which they are checked.
    pub const FIRST: [&'static str; 5] = [Self::CREDENTIAL, Self::SIGN_IN, Self::TENANT, Self::CLOCK, Self::PERMISSIONS];

    /// One of the constants.
    #[must_use]
    pub fn of(key: &'static str) -> Self {
        Self(key.to_owned())
    }

    /// The reading of a resource type.
    #[must_use]
    pub fn of_type(key: &str) -> Self {
        Self(format!("type:{key}"))
    }

    /// As stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of the resource type that it is about.
    #[must_use]
    pub fn type_key(&self) -> Option<&str> {
        self.0.strip_prefix("type:")
    }

    /// With which others it is shown.
    #[must_use]
    pub fn group(&self) -> CheckGroup {
        match self.0.as_str() {
            Self::PERMISSIONS => CheckGroup::Permissions,
            _ if self.type_key().is_some() => CheckGroup::Types,
            _ => CheckGroup::Connection,
        }
    }

    /// Words for people.
    #[must_use]
    pub fn label(&self) -> String {
        match self.0.as_str() {
            Self::CREDENTIAL => "Validity of the credential".to_owned(),
            Self::SIGN_IN => "Signing in".to_owned(),
            Self::TENANT => "The right tenant".to_owned(),
            Self::CLOCK => "Clocks".to_owned(),
            Self::PERMISSIONS => "Granted permissions".to_owned(),
            other => match self.type_key().and_then(resource_types::find) {
                Some(ResourceType { label, .. }) => label.clone(),
                None => format!("“{}”, which this version does not know", other.chars().take(60).collect::<String>()),
            },
        }
    }
}
